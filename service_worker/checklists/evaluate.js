/**
 * Knows what each operation of the language gives: a list of values, none of them when there is nothing to say. Nothing
 * throws. Twin of pwa/checklists/evaluate.py; both run tests/cases/checklist_trees.json, and a property holds them together.
 *
 * @typedef {import("./values.js").Values} Values
 * @typedef {import("./shapes.js").Tree} Tree
 * @typedef {Record<string, string>} Rows the row of each repeating group that somebody stands in
 * @typedef {object} Answers
 * @property {import("./days.js").Dated} now
 * @property {Record<string, import("./pattern.js").Table>} patterns
 * @property {(stepId: string, rows: Rows) => Values} read
 * @property {(groupId: string, rows: Rows) => Rows[]} stand
 * @property {(groupId: string, rows: Rows) => number | null} numberOfRow
 * @typedef {{ answers: Answers, rows: Rows, own: Values, it: Values }} Here
 */

import { between, dayOf, readDated, shifted } from "./days.js";
import { ONE, toNumber } from "./decimals.js";
import { OPERATIONS, ofOne, some, whole } from "./operations.js";
import { matches } from "./pattern.js";
import { isTrue } from "./values.js";

/** @param {Tree} tree @param {Here} here @returns {Values} */
export function evaluate(tree, here) {
  if (typeof tree !== "object") return [tree];
  const [[name, given]] = Object.entries(tree);
  if (Object.hasOwn(FORMS, name)) return FORMS[name](given, here);
  return OPERATIONS[name](...given.map((/** @type {Tree} */ part) => evaluate(part, here)));
}

/** What does not first evaluate all that it is given. @type {Record<string, (given: any, here: Here) => Values>} */
const FORMS = {
  number: (text) => some(toNumber(text)),
  date: (text) => some(readDated("date", text)),
  time: (text) => some(readDated("time", text)),
  date_time: (text) => some(readDated("date_time", text)),
  answer: (stepId, { answers, rows }) => answers.read(stepId, rows),
  answers: (stepId, { answers }) => answers.read(stepId, {}),
  own: (_, { own }) => own,
  it: (_, { it }) => it,
  row(groupId, { answers, rows }) {
    const number = answers.numberOfRow(groupId, rows);
    return number === null ? [] : [BigInt(number) * ONE];
  },
  today: (_, { answers }) => some(dayOf(answers.now)),
  now: (_, { answers }) => [answers.now],
  and: (given, here) => [given.every((/** @type {Tree} */ part) => isTrue(evaluate(part, here)))],
  or: (given, here) => [given.some((/** @type {Tree} */ part) => isTrue(evaluate(part, here)))],
  if: ([condition, then, otherwise], here) =>
    evaluate(isTrue(evaluate(condition, here)) ? then : otherwise, here),
  each([groupId, condition, value], here) {
    const inside = here.answers.stand(groupId, here.rows).map((rows) => ({ ...here, rows }));
    return inside.filter((row) => isTrue(evaluate(condition, row))).flatMap((row) => evaluate(value, row));
  },
  filter: ([values, condition], here) =>
    evaluate(values, here).filter((one) => isTrue(evaluate(condition, { ...here, it: [one] }))),
  matches([text, pattern], here) {
    const table = here.answers.patterns[pattern];
    return ofOne((written) => matches(table, written), "text")(evaluate(text, here));
  },
  shift([dated, count, unit], here) {
    const shift = ofOne(
      (from, number) => {
        const by = whole(number);
        return typeof from === "object" && by !== null ? shifted(from, by, unit) : null;
      },
      "",
      "number",
    );
    return shift(evaluate(dated, here), evaluate(count, here));
  },
  between([start, end, unit], here) {
    const gone = ofOne((from, to) => {
      const count = typeof from === "object" && typeof to === "object" ? between(from, to, unit) : null;
      return count === null ? null : BigInt(count) * ONE;
    });
    return gone(evaluate(start, here), evaluate(end, here));
  },
};
