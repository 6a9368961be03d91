/**
 * Knows the operations of the language that are the same wherever they stand: each is given lists of values, and gives one.
 * What makes no sense gives no value. Twin of pwa/checklists/operations.py.
 *
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Values} Values
 * @typedef {(...given: Values[]) => Values} Operation
 */

import { partsOf, shifted } from "./days.js";
import * as decimals from "./decimals.js";
import { abs, cut, floor, ONE, within } from "./decimals.js";
import { dateOf, isSame, isTrue, kindOf, numberOf, orderOf, textOf, trim } from "./values.js";

const MOST_TEXT = 10_000;
const CAPITALS = /[A-ZÀ-ÖØ-Þ]/g;
const SMALL = /[a-zà-öø-þ]/g;

/** @param {string} text */
const lengthOf = (text) => [...text].length;

/** @param {Value | null} value @returns {Values} */
export function some(value) {
  if (
    value === null ||
    (typeof value === "string" && value.length > MOST_TEXT && lengthOf(value) > MOST_TEXT)
  )
    return [];
  return [value];
}

/** An operation on one value of each of these kinds. @param {(...values: any[]) => Value | null} apply @param {string[]} kinds @returns {Operation} */
export const ofOne =
  (apply, ...kinds) =>
  (...given) => {
    if (given.some((values) => values.length !== 1)) return [];
    const ones = given.map(([value]) => value);
    return ones.every((one, place) => !kinds[place] || kinds[place] === kindOf(one))
      ? some(apply(...ones))
      : [];
  };

/** @param {bigint} number @returns {number | null} */
export const whole = (number) => (number % ONE === 0n ? Number(number / ONE) : null);

/** @param {number} count */
const counted = (count) => BigInt(count) * ONE;

/** @param {(a: Value, b: Value) => boolean} fits @returns {Operation} */
const any = (fits) => (left, right) => [left.some((a) => right.some((b) => fits(a, b)))];

/** @param {(order: number) => boolean} fits @returns {Operation} */
const ordered = (fits) =>
  any((a, b) => {
    const order = orderOf(a, b);
    return order !== null && fits(order);
  });

/** @param {Value} a @param {Value} b @returns {Value | null} */
function plus(a, b) {
  if (typeof b !== "bigint") return null;
  if (typeof a === "object") return a.kind === "date" ? shifted(a, Number(cut(b) / ONE), "days") : null;
  return typeof a === "bigint" ? within(a + b) : null;
}

/** @param {Value} a @param {Value} b @returns {Value | null} */
function minus(a, b) {
  if (typeof a === "object" && typeof b === "object")
    return a.kind === "date" && b.kind === "date" ? counted(a.at - b.at) : null;
  return typeof b === "bigint" ? plus(a, -b) : null;
}

/** @param {Values} values @returns {bigint | null} */
function sum(values) {
  if (!values.length || values.some((value) => typeof value !== "bigint")) return null;
  return within(/** @type {bigint[]} */ (values).reduce((a, b) => a + b));
}

/** @param {Values} values */
function average(values) {
  const total = sum(values);
  return total === null ? null : decimals.over(total, counted(values.length));
}

/** @param {number} sign @returns {Operation} */
const furthest = (sign) => (values) => {
  let found = values.slice(0, 1);
  for (const value of values) {
    const order = orderOf(value, found[0]);
    if (order === null) return [];
    if (order * sign > 0) found = [value];
  }
  return found;
};

/** @type {Operation} */
function distinct(values) {
  /** @type {Values} */
  const found = [];
  for (const value of values) if (!found.some((other) => isSame(value, other))) found.push(value);
  return found;
}

/** @type {Operation} */
function at(values, [number, ...more]) {
  const place = typeof number === "bigint" && !more.length ? whole(number) : null;
  return place !== null && 1 <= place && place <= values.length ? [values[place - 1]] : [];
}

/** @type {Operation} */
const join = (values, between) =>
  values.length && between.length === 1 ? some(values.map(textOf).join(textOf(between[0]))) : [];

/** @param {string} text @param {bigint} start @param {bigint} [length] */
function part(text, start, length = 10n ** 39n * ONE) {
  const [signs, first, count] = [[...text], whole(start), whole(length)];
  if (first === null || count === null || first < 1 || first > signs.length || count < 0) return null;
  return signs.slice(first - 1, first - 1 + count).join("");
}

/** @param {string} text @param {string} old @param {string} by */
function replace(text, old, by) {
  if (!old) return text;
  const pieces = text.split(old);
  const length = lengthOf(text) + (pieces.length - 1) * (lengthOf(by) - lengthOf(old));
  return length <= MOST_TEXT ? pieces.join(by) : null;
}

/** @param {bigint} number @param {bigint} [places] */
function round(number, places = 0n) {
  const count = whole(places);
  return count !== null && 0 <= count && count <= 20 ? within(decimals.rounded(number, count)) : null;
}

/** @param {number} place */
const partOfDay = (place) =>
  ofOne((value) => {
    const parts = typeof value === "object" ? partsOf(value) : null;
    return parts && counted(parts[place]);
  });

/** @param {RegExp} letters @param {number} by @returns {Operation} */
const shiftLetters = (letters, by) =>
  ofOne(
    (text) =>
      text.replace(letters, (/** @type {string} */ sign) => String.fromCharCode(sign.charCodeAt(0) + by)),
    "text",
  );

/** @type {Record<string, Operation>} */
export const OPERATIONS = {
  nothing: () => [],
  not: (values) => [!isTrue(values)],
  exists: (values) => [values.length > 0],
  "=": any(isSame),
  "!=": (left, right) => [!any(isSame)(left, right)[0]],
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
  count: (values) => [counted(values.length)],
  sum: (values) => some(sum(values)),
  average: (values) => some(average(values)),
  least: furthest(-1),
  most: furthest(1),
  first: (values) => values.slice(0, 1),
  last: (values) => values.slice(-1),
  one: (values) => (values.length === 1 ? values : []),
  at,
  list: (...given) => given.flat(),
  distinct,
  or_else: (values, other) => (values.length ? values : other),
  "+": ofOne(plus),
  "-": ofOne(minus),
  "*": ofOne(decimals.times, "number", "number"),
  "/": ofOne(decimals.over, "number", "number"),
  div: ofOne(decimals.wholeOver, "number", "number"),
  mod: ofOne(decimals.rest, "number", "number"),
  power: ofOne(decimals.power, "number", "number"),
  negate: ofOne((/** @type {bigint} */ number) => -number, "number"),
  abs: ofOne(abs, "number"),
  floor: ofOne((/** @type {bigint} */ number) => within(floor(number)), "number"),
  ceiling: ofOne((/** @type {bigint} */ number) => within(-floor(-number)), "number"),
  truncate: ofOne(cut, "number"),
  round: ofOne(round, "number", "number"),
  text: (...given) => some(given.flat().map(textOf).join("")),
  join,
  length: ofOne((text) => counted(lengthOf(text)), "text"),
  lower: shiftLetters(CAPITALS, 32),
  upper: shiftLetters(SMALL, -32),
  trim: ofOne(trim, "text"),
  starts: ofOne((text, beginning) => text.startsWith(beginning), "text", "text"),
  ends: ofOne((text, end) => text.endsWith(end), "text", "text"),
  contains: ofOne((text, piece) => text.includes(piece), "text", "text"),
  part: ofOne(part, "text", "number", "number"),
  replace: ofOne(replace, "text", "text", "text"),
  to_text: ofOne(textOf),
  to_number: ofOne(numberOf),
  to_day: ofOne(dateOf),
  year: partOfDay(0),
  month: partOfDay(1),
  day: partOfDay(2),
};
