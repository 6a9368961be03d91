/** Knows the few methods of Python's texts and dicts that a template may call. */

import { entries, isDict, list, refuse, text } from "./values.js";

/** What Python's strip() and split() take for space. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
const BETWEEN = new RegExp(`${SPACE}+`);

/** @param {string} whole */
export const strip = (whole) => whole.replace(AROUND, "");

/** @param {string} whole @param {string} old @param {string} fresh @param {number | null} [count] how often at most */
export const replace = (whole, old, fresh, count) => {
  if (old === "") return refuse(old, "replace the empty");
  const parts = whole.split(old);
  if (count == null || count < 0) return parts.join(fresh);
  const rest = parts.slice(count + 1).map((part) => old + part);
  return parts.slice(0, count + 1).join(fresh) + rest.join("");
};

/** @type {Record<string, (whole: string, ...args: any[]) => unknown>} */
const OF_TEXT = {
  upper: (whole) => whole.toUpperCase(),
  lower: (whole) => whole.toLowerCase(),
  strip,
  startswith: (whole, start) => whole.startsWith(text(start)),
  endswith: (whole, end) => whole.endsWith(text(end)),
  replace: (whole, old, fresh, count) => replace(whole, text(old), text(fresh), count),
  split: (whole, sign) =>
    sign == null ? strip(whole).split(BETWEEN).filter(Boolean) : whole.split(text(sign)),
  join: (sign, values) => list(values).map(text).join(sign),
};

/** @type {Record<string, (whole: Record<string, unknown>, ...args: any[]) => unknown>} */
const OF_DICT = {
  items: (whole) => entries(whole),
  keys: (whole) => list(whole),
  values: (whole) => entries(whole).map(([, value]) => value),
  get: (whole, key, instead = null) => (Object.hasOwn(whole, text(key)) ? whole[text(key)] : instead),
};

/** What may be called; the compiler knows the same names. */
export const METHODS = [...Object.keys(OF_TEXT), ...Object.keys(OF_DICT)];

/** @param {unknown} whole @param {string} name @param {unknown[]} args */
export const method = (whole, name, args) => {
  if (typeof whole === "string" && Object.hasOwn(OF_TEXT, name)) return OF_TEXT[name](whole, ...args);
  if (isDict(whole) && Object.hasOwn(OF_DICT, name)) return OF_DICT[name](whole, ...args);
  return refuse(whole, `call ${name} of`);
};
