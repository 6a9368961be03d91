/**
 * Knows the values of the language: texts, true and false, numbers (whole multiples of 10⁻²⁰), dates, times and moments; how
 * each is read, written and compared. Twin of pwa/checklists/values.py.
 *
 * @typedef {import("./days.js").Dated} Dated
 * @typedef {string | boolean | bigint | Dated} Value
 * @typedef {Value[]} Values
 * @typedef {import("./shapes.js").Step} Step
 */

import { datedText, dayOf, readDated } from "./days.js";
import { numberText, ONE, toNumber } from "./decimals.js";
import { isPictured, PICTURED } from "./photo_answers.js";

const AROUND = /^[ \t\n\r\v\f\u00a0]+|[ \t\n\r\v\f\u00a0]+$/g;

/** @param {Values} values */
export const isTrue = (values) => values.length === 1 && values[0] === true;

/** @param {Value} value */
export function kindOf(value) {
  if (typeof value === "object") return value.kind;
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" ? "number" : "text";
}

/** @param {string} text */
export const trim = (text) => text.replace(AROUND, "");

/** @param {Value} value @returns {string} */
export function textOf(value) {
  if (typeof value === "object") return datedText(value);
  return typeof value === "bigint" ? numberText(value) : String(value);
}

/** @param {Value} value @returns {bigint | null} */
export function numberOf(value) {
  if (typeof value === "boolean") return value ? ONE : 0n;
  if (typeof value === "string") return toNumber(trim(value));
  return typeof value === "bigint" ? value : null;
}

/** @param {Value} value @returns {Dated | null} */
export function dateOf(value) {
  if (typeof value === "string") return readDated("date", value);
  return typeof value === "object" ? dayOf(value) : null;
}

/** @param {Value} a @param {Value} b */
export const isSame = (a, b) => kindOf(a) === kindOf(b) && plain(a) === plain(b);

/** @param {Value} value */
const plain = (value) => (typeof value === "object" ? value.at : value);

/** @param {Value} a @param {Value} b @returns {number | null} */
export function orderOf(a, b) {
  if (kindOf(a) !== kindOf(b) || typeof a === "boolean") return null;
  if (typeof a === "string" && typeof b === "string") return orderOfTexts(a, b);
  return Number(plain(a) > plain(b)) - Number(plain(a) < plain(b));
}

/** By code points: JavaScript's own order is that of UTF-16. @param {string} a @param {string} b */
function orderOfTexts(a, b) {
  const [left, right] = [[...a], [...b]];
  const place = left.findIndex((sign, at) => sign !== right[at]);
  if (place < 0) return Math.sign(left.length - right.length);
  if (place >= right.length) return 1;
  return Math.sign((left[place].codePointAt(0) ?? 0) - (right[place].codePointAt(0) ?? 0));
}

/** @param {Step} step @param {unknown} said @returns {Values} */
export function readAnswer(step, said) {
  const words = /** @type {any} */ (said);
  if (words !== null && typeof words === "object" && !Array.isArray(words)) said = words.other;
  if (step.kind === "yes_no") return typeof said === "boolean" ? [said] : [];
  if (typeof said !== "string" || said === "") return [];
  if (PICTURED.includes(step.kind) && !isPictured(step.kind, said)) return [];
  const value = readText(step.kind, said);
  return value === null ? [] : [value];
}

/** @param {string} kind @param {string} said @returns {Value | null} */
function readText(kind, said) {
  if (kind === "number") return toNumber(said);
  return kind === "date" || kind === "time" || kind === "date_time" ? readDated(kind, said) : said;
}

/** @param {Step} step @param {Values} values @returns {Values} */
export function asAnswer(step, values) {
  const kept = values
    .map((value) => asKind(step.kind, value))
    .filter((value) => value !== null && value !== "");
  const most = mostOf(step);
  return /** @type {Values} */ (most === null ? kept : kept.slice(0, most));
}

/** How many answers or rows a step may have; null is any number. @param {Step} step @returns {number | null} */
export function mostOf({ kind, occurrences }) {
  if (occurrences) return occurrences.most ?? null;
  return kind === "repeating_group" ? null : 1;
}

/** @param {string} kind @param {Value} value @returns {Value | null} */
function asKind(kind, value) {
  if (kind === "number") return numberOf(value);
  if (kind === "yes_no") return typeof value === "boolean" ? value : null;
  if (kind === "date") return dateOf(value);
  if (kind === "time" || kind === "date_time") return kindOf(value) === kind ? value : null;
  return textOf(value);
}
