/** Knows how a tree of the language is evaluated in a checklist that is filled in. Twin: cases.py. */

import { readDated } from "../../service_worker/checklists/days.js";
import { evaluate } from "../../service_worker/checklists/evaluate.js";
import { splitPlace } from "../../service_worker/checklists/places.js";
import { kindOf, textOf } from "../../service_worker/checklists/values.js";

/** A moment that there is. */
export const moment = (text) => readDated("date_time", text);

/** The groups around each step that repeat, by its id. */
export function repeatsOf(steps, around = []) {
  return Object.fromEntries(
    steps.flatMap(({ id, kind, steps: inside = [] }) => [
      [id, around],
      ...Object.entries(repeatsOf(inside, kind === "repeating_group" ? [...around, id] : around)),
    ]),
  );
}

/** What a tree gives at a place, each value as the tree that it is. */
export function evaluated(filled, tree, at, repeats) {
  const [stepId, rows] = splitPlace(at);
  const standing = Object.fromEntries(rows.map((row, level) => [repeats[stepId][level], row]));
  const own = at ? filled.read(stepId, standing) : [];
  return evaluate(tree, { answers: filled, rows: standing, own, it: [] }).map(asTree);
}

const asTree = (value) =>
  typeof value === "string" || typeof value === "boolean" ? value : { [kindOf(value)]: textOf(value) };
