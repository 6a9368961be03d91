/**
 * Knows what is wrong with the answers to one step. Knows nothing of other steps. Twin of pwa/checklists/checking.py, which says
 * more; both run tests/cases/checklist_checking.json.
 *
 * @typedef {import("./shapes.js").Step} Step
 * @typedef {Record<string, import("./pattern.js").Table>} Patterns
 */

import { matches } from "./pattern.js";
import { mostOf, orderOf, readAnswer } from "./values.js";

const WRONG = [
  ...["missing", "too_few", "too_many", "not_read", "too_small", "too_large", "too_many_decimals"],
  ...["too_short", "too_long", "against_pattern", "no_option"],
];
const WHO = ["alone", "together", "carer", "technology", "not_done", "not_relevant"];
const TEXTS = ["short_text", "long_text", "scanned_code"];

/** @param {Step} step @param {unknown[]} said @param {Patterns} patterns @returns {string[]} */
export function findWrong(step, said, patterns) {
  const found = new Set([
    ...wrongCount(step, said.length),
    ...said.flatMap((one) => wrongAnswer(step, one, patterns)),
  ]);
  return WRONG.filter((wrong) => found.has(wrong));
}

/** @param {Step} step @param {number} count */
function wrongCount(step, count) {
  const least = step.occurrences?.least ?? 0;
  const most = mostOf(step);
  const few = count < least ? "too_few" : null;
  const found = [
    count ? few : step.required || least ? "missing" : null,
    most !== null && count > most ? "too_many" : null,
  ];
  return found.filter((wrong) => wrong !== null);
}

/** @param {Step} step @param {any} said @param {Patterns} patterns @returns {string[]} */
function wrongAnswer(step, said, patterns) {
  const [value] = readAnswer(step, said);
  if (value === undefined) return ["not_read"];
  const { least, most, decimals } = step.limits ?? {};
  const order = (/** @type {string} */ limit) => orderOf(value, readAnswer(step, limit)[0]) ?? 0;
  const found = [
    least !== undefined && order(least) < 0 && "too_small",
    most !== undefined && order(most) > 0 && "too_large",
    decimals !== undefined && (said.split(".")[1] ?? "").length > decimals && "too_many_decimals",
    ...(TEXTS.includes(step.kind) ? wrongText(step, said, patterns) : []),
    step.kind === "who" && !WHO.includes(said) && "no_option",
    step.kind === "choice" && !isOffered(step, said) && "no_option",
  ];
  return found.filter((wrong) => typeof wrong === "string");
}

/** @param {Step} step @param {string} said @param {Patterns} patterns */
function wrongText({ limits, pattern }, said, patterns) {
  const length = [...said].length;
  return [
    limits?.shortest !== undefined && length < limits.shortest && "too_short",
    limits?.longest !== undefined && length > limits.longest && "too_long",
    pattern !== undefined && !matches(patterns[pattern], said) && "against_pattern",
  ];
}

/** @param {Step} step @param {unknown} said */
const isOffered = (step, said) =>
  typeof said === "string" ? (step.options ?? []).some(({ value }) => value === said) : step.other === true;
