/**
 * Knows a checklist while it is filled in: what is answered, shown, calculated, offered and wrong; evaluates at each answer what
 * depends on it, and nothing else. Knows no visits, and stores nothing. Twin of pwa/checklists/filled.py, which says more; both
 * run tests/cases/checklist_filled.json.
 *
 * @typedef {import("./shapes.js").Published} Published
 * @typedef {import("./shapes.js").Step} Step
 * @typedef {import("./shapes.js").Tree} Tree
 * @typedef {import("./shapes.js").What} What
 * @typedef {import("./values.js").Values} Values
 * @typedef {import("./days.js").Dated} Dated
 * @typedef {import("./evaluate.js").Rows} Rows
 * @typedef {{ step: Step, groups: string[], repeats: string[] }} Placed
 * @typedef {import("./instances.js").Instance} Instance
 */

import { evaluate } from "./evaluate.js";
import { Instances } from "./instances.js";
import { placeOf, splitPlace } from "./places.js";
import { asAnswer, isSame, isTrue, readAnswer, textOf } from "./values.js";

export class Filled {
  /** How often a condition or calculation was evaluated. */
  evaluations = 0;
  /** @type {Map<string, Values>} */
  #values = new Map();
  /** @type {Map<string, Values>} */
  #results = new Map();
  /** @type {Map<string, Placed>} */
  #outline = new Map();
  /** @type {Map<string, string[]>} */
  #guards = new Map();
  /** @type {Map<string, number[]>} */
  #inside = new Map();
  #graph;

  /** @param {Published} published @param {Record<string, unknown[]>} answers by place @param {Dated} now a moment */
  constructor({ definition, graph, patterns }, answers, now) {
    this.now = now;
    this.patterns = patterns;
    this.#graph = graph;
    this.#place(definition.steps, [], []);
    for (const [place, said] of Object.entries(answers))
      this.#values.set(place, this.#typed(splitPlace(place)[0], said));
    for (const [number, [, stepId]] of graph.order.entries()) {
      for (const group of this.#placed(stepId).repeats) this.#insideOf(group).push(number);
    }
    this.#evaluate(graph.order.flatMap((_, number) => this.#everywhere(number, [])));
  }

  /** Take an answer, or a group's rows. @param {string} place @param {unknown[]} said @returns {Set<string>} what came out different, as "shown:place" */
  answer(place, said) {
    const [stepId, rows] = splitPlace(place);
    const before = this.#values.get(place) ?? [];
    const after = this.#typed(stepId, said);
    this.#values.set(place, after);
    if (areSame(before, after)) return new Set();
    const depends = this.#readers(stepId, rows);
    if (this.#placed(stepId).step.kind === "repeating_group") {
      const added = after.filter((row) => !before.includes(row)).map(String);
      depends.push(...this.#readersOfRows(stepId, rows), ...this.#inRows(stepId, rows, added));
    }
    return this.#evaluate(depends);
  }

  /** Take another time. @param {Dated} now @returns {Set<string>} what came out different */
  tick(now) {
    this.now = now;
    return this.#evaluate(this.#readers("", []));
  }

  /** @param {string} place */
  isShown(place) {
    const [stepId, rows] = splitPlace(place);
    return this.#isThere(stepId, rows) && this.#isShown(stepId, rows);
  }

  /** Whether it depends on an answer if the step is shown, or a group around it. @param {string} stepId */
  isConditional(stepId) {
    return (this.#guards.get(stepId) ?? []).length > 0;
  }

  /** What the step says, as it is stored. @param {string} place */
  values(place) {
    const [stepId, rows] = splitPlace(place);
    return this.#isThere(stepId, rows) ? this.#at(stepId, rows).map(toStored) : [];
  }

  /** @param {What} what @param {string} place */
  result(what, place) {
    return this.#results.get(`${what}:${place}`) ?? [];
  }

  /** What stands at a step before anybody has answered it, as it is stored. @param {string} place */
  first(place) {
    const [stepId, rows] = splitPlace(place);
    const { step } = this.#placed(stepId);
    if (step.first === undefined) return [];
    return asAnswer(step, evaluate(step.first, this.#here(stepId, rows, []))).map(toStored);
  }

  /** @param {string} stepId @param {Rows} rows @returns {Values} */
  read(stepId, rows) {
    return this.#rowsOf(stepId, rows).flatMap((each) => this.#at(stepId, each));
  }

  /** @param {string} groupId @param {Rows} rows @returns {Rows[]} */
  stand(groupId, rows) {
    const repeats = [...this.#placed(groupId).repeats, groupId];
    const kept = Object.fromEntries(
      Object.entries(rows).filter(([group]) => !this.#placed(group).repeats.includes(groupId)),
    );
    return this.#rowsOf(groupId, rows).flatMap((outer) =>
      this.#at(groupId, outer).map((row) => ({
        ...kept,
        ...Object.fromEntries([...outer, String(row)].map((each, level) => [repeats[level], each])),
      })),
    );
  }

  /** @param {string} groupId @param {Rows} rows @returns {number | null} */
  numberOfRow(groupId, rows) {
    if (!Object.hasOwn(rows, groupId)) return null;
    const outer = this.#placed(groupId).repeats.map((group) => rows[group]);
    return this.#at(groupId, outer).indexOf(rows[groupId]) + 1 || null;
  }

  /** @param {Step[]} steps @param {string[]} groups @param {string[]} repeats */
  #place(steps, groups, repeats) {
    for (const step of steps) {
      this.#outline.set(step.id, { step, groups, repeats });
      const guarded = [step.id, ...groups].filter((id) => this.#placed(id).step.shown_when !== undefined);
      this.#guards.set(step.id, guarded);
      const inner = step.kind === "repeating_group" ? [...repeats, step.id] : repeats;
      this.#place(step.steps ?? [], [...groups, step.id], inner);
    }
  }

  /** @param {string} groupId */
  #insideOf(groupId) {
    const inside = this.#inside.get(groupId) ?? [];
    this.#inside.set(groupId, inside);
    return inside;
  }

  /** @param {string} stepId */
  #placed(stepId) {
    return /** @type {Placed} */ (this.#outline.get(stepId));
  }

  /** @param {string} stepId @param {string[]} rows @returns {Values} */
  #at(stepId, rows) {
    if (!this.#isShown(stepId, rows)) return [];
    const place = placeOf(stepId, rows);
    if (this.#placed(stepId).step.calculated !== undefined) return this.result("value", place);
    return this.#values.get(place) ?? [];
  }

  /** Whether the rows are there. @param {string} stepId @param {string[]} rows */
  #isThere(stepId, rows) {
    return this.#placed(stepId).repeats.every((group, level) =>
      this.#values.get(placeOf(group, rows.slice(0, level)))?.includes(rows[level]),
    );
  }

  /** @param {string} stepId @param {string[]} rows */
  #isShown(stepId, rows) {
    return (this.#guards.get(stepId) ?? []).every((guard) =>
      isTrue(this.result("shown", placeOf(guard, rows.slice(0, this.#placed(guard).repeats.length)))),
    );
  }

  /** @param {string} stepId @param {Rows} fixed @returns {string[][]} */
  #rowsOf(stepId, fixed) {
    /** @type {string[][]} */
    let found = [[]];
    let isFixed = true;
    for (const group of this.#placed(stepId).repeats) {
      isFixed &&= Object.hasOwn(fixed, group);
      found = found.flatMap((rows) =>
        isFixed ? [[...rows, fixed[group]]] : this.#at(group, rows).map((row) => [...rows, String(row)]),
      );
    }
    return found;
  }

  /** @param {number} number @param {string[]} first @returns {Instance[]} */
  #everywhere(number, first) {
    let found = [first];
    for (const group of this.#placed(this.#graph.order[number][1]).repeats.slice(first.length))
      found = found.flatMap((rows) =>
        (this.#values.get(placeOf(group, rows)) ?? []).map((row) => [...rows, String(row)]),
      );
    return found.map((rows) => ({ number, rows }));
  }

  /** @param {string} stepId @param {string[]} rows */
  #readers(stepId, rows) {
    const found = ownOf(this.#graph.readers, stepId);
    return found.flatMap(([number, shared]) => this.#everywhere(number, rows.slice(0, shared)));
  }

  /** @param {string} stepId @param {string[]} rows */
  #below(stepId, rows) {
    const found = ownOf(this.#graph.below, stepId);
    return found.flatMap(([number, shared]) => this.#everywhere(number, rows.slice(0, shared)));
  }

  /** @param {string} groupId @param {string[]} rows */
  #readersOfRows(groupId, rows) {
    const found = ownOf(this.#graph.below, groupId).filter(([, shared]) => shared <= rows.length);
    return found.flatMap(([number, shared]) => this.#everywhere(number, rows.slice(0, shared)));
  }

  /** @param {string} groupId @param {string[]} rows @param {string[]} added */
  #inRows(groupId, rows, added) {
    const inside = this.#inside.get(groupId) ?? [];
    return added.flatMap((row) => inside.flatMap((number) => this.#everywhere(number, [...rows, row])));
  }

  /** @param {Instance[]} first @returns {Set<string>} */
  #evaluate(first) {
    const waiting = new Instances(first);
    /** @type {Set<string>} */
    const changed = new Set();
    for (let next = waiting.take(); next; next = waiting.take()) {
      const [what, stepId] = this.#graph.order[next.number];
      const key = `${what}:${placeOf(stepId, next.rows)}`;
      const result = this.#result(what, stepId, next.rows);
      const before = this.#results.get(key);
      if (before && areSame(before, result)) continue;
      this.#results.set(key, result);
      changed.add(key);
      if (what === "shown") waiting.add(this.#below(stepId, next.rows));
      if (what === "value") waiting.add(this.#readers(stepId, next.rows));
    }
    return changed;
  }

  /** @param {What} what @param {string} stepId @param {string[]} rows @returns {Values} */
  #result(what, stepId, rows) {
    this.evaluations += 1;
    const { step } = this.#placed(stepId);
    const here = this.#here(stepId, rows, what === "valid" ? this.#at(stepId, rows) : []);
    if (what === "value") return asAnswer(step, evaluate(/** @type {Tree} */ (step.calculated), here));
    return treesOf(what, step).map((tree) => isTrue(evaluate(tree, here)));
  }

  /** @param {string} stepId @param {string[]} rows @param {Values} own @returns {import("./evaluate.js").Here} */
  #here(stepId, rows, own) {
    const { repeats } = this.#placed(stepId);
    const standing = Object.fromEntries(repeats.map((group, level) => [group, rows[level]]));
    return { answers: this, rows: standing, own, it: [] };
  }

  /** @param {string} stepId @param {unknown[]} said @returns {Values} */
  #typed(stepId, said) {
    const placed = this.#outline.get(stepId);
    return placed ? said.flatMap((one) => readAnswer(placed.step, one)) : [];
  }
}

/** @param {import("./values.js").Value} value */
const toStored = (value) => (typeof value === "boolean" ? value : textOf(value));

/** @param {What} what @param {Step} step @returns {Tree[]} */
function treesOf(what, step) {
  if (what === "valid") return (step.valid_when ?? []).map(({ condition }) => condition);
  if (what === "shown") return [/** @type {Tree} */ (step.shown_when)];
  return (step.options ?? []).flatMap(({ shown_when }) => (shown_when === undefined ? [] : [shown_when]));
}

/** A step may be called as a method of every object is. @param {Record<string, import("./shapes.js").Readers>} by @param {string} stepId */
const ownOf = (by, stepId) => (Object.hasOwn(by, stepId) ? by[stepId] : []);

/** @param {Values} a @param {Values} b */
const areSame = (a, b) => a.length === b.length && a.every((value, place) => isSame(value, b[place]));
