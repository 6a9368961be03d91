/** Knows Jinja's tests, as far as the phone has them. Twin of jinja2.tests; pwa/jinja_to_js/known.py names them. */

import { compare, contains, eq } from "./parts.js";
import { isDict, isText, isWhole, modulo, refuse, Undefined } from "./values.js";

/** @param {unknown} value */
const isMany = (value) => isText(value) || Array.isArray(value) || isDict(value);

/** @type {Record<string, (value: unknown, other?: any) => boolean>} */
export const tests = {
  boolean: (value) => typeof value === "boolean",
  defined: (value) => !(value instanceof Undefined),
  divisibleby: (value, other) => modulo(value, other) === 0,
  eq,
  even: (value) => modulo(value, 2) === 0,
  false: (value) => value === false,
  ge: (value, other) => compare(value, other) >= 0,
  gt: (value, other) => compare(value, other) > 0,
  in: (value, other) => contains(other, value),
  integer: (value) => isWhole(value),
  iterable: (value) => (value instanceof Undefined ? refuse(value, "go through") : isMany(value)),
  le: (value, other) => compare(value, other) <= 0,
  lt: (value, other) => compare(value, other) < 0,
  mapping: isDict,
  ne: (value, other) => !eq(value, other),
  none: (value) => value === null,
  number: (value) => typeof value === "number" || typeof value === "boolean",
  odd: (value) => modulo(value, 2) === 1,
  sequence: isMany,
  string: isText,
  true: (value) => value === true,
  undefined: (value) => value instanceof Undefined,
};
