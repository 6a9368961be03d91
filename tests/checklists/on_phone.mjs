// Evaluates as the phone does. Each line in is a checklist with taps and trees, or with a visit at one time after the other; each line out is what came of them.
import { createInterface } from "node:readline";
import { Filled } from "../../service_worker/checklists/filled.js";
import { evaluations, fill, forgetDrawn } from "../../service_worker/pages/filling.js";
import { evaluated, moment, repeatsOf } from "./cases.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const { published, answers, now, taps, trees, places, visits, counts } = JSON.parse(line);
  if (visits) {
    forgetDrawn();
    const shown = visits.map((visit) => [fill(published, visit, now), evaluations()]);
    process.stdout.write(`${JSON.stringify(shown.map(([told, count]) => (counts ? count : told)))}\n`);
    continue;
  }
  const filled = new Filled(published, answers, moment(now));
  const repeats = repeatsOf(published.definition.steps);
  const told = taps.map(([place, said]) => [[...filled.answer(place, said)].sort(), filled.evaluations]);
  const found = {
    told,
    trees: trees.map(([tree, at]) => evaluated(filled, tree, at, repeats)),
    values: places.map((place) => [filled.isShown(place), filled.values(place)]),
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
