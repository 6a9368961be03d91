/**
 * Knows what a value is to Jinja: whether it is true, what it prints, what a loop finds in it. Knows no template.
 *
 * Values are what JSON holds, without decimals. Where Python and JavaScript would differ in silence, this throws.
 */

/** Text that is HTML already. */
export class Safe {
  /** @param {string} html */
  constructor(html) {
    this.html = html;
  }
  toString() {
    return this.html;
  }
}

/** What is not there. It may be asked whether it is defined, and nothing else. */
export class Undefined {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }
}

/** Names and their values: what a template exports, and Jinja's namespace(). */
export class Names extends Map {}

const SIGNS = /** @type {Record<string, string>} */ ({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&#39;",
  '"': "&#34;",
});

/** @param {unknown} value @returns {value is string | Safe} */
export const isText = (value) => typeof value === "string" || value instanceof Safe;

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isDict = (value) => {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** @param {unknown} value @returns {value is number} */
export const isWhole = (value) => Number.isSafeInteger(value);

/** @param {unknown} value what it is, for a problem's words */
const kind = (value) => {
  if (value instanceof Undefined) return `'${value.name}', which is undefined`;
  return Array.isArray(value) ? "a list" : value === null ? "null" : typeof value;
};

/** @param {unknown} value @param {string} act @returns {never} */
export const refuse = (value, act) => {
  throw new TypeError(`cannot ${act} ${kind(value)}`);
};

/** @param {string} text */
export const escaped = (text) =>
  /[&<>'"]/.test(text) ? text.replace(/[&<>'"]/g, (sign) => SIGNS[sign]) : text;

/** A value's text, not escaped. @param {unknown} value @returns {string} */
export const text = (value) => {
  if (typeof value === "string") return value;
  if (isWhole(value)) return String(value);
  return value instanceof Safe ? value.html : refuse(value, "print");
};

/** A value as it stands in the page. @param {unknown} value @returns {string} */
export const print = (value) => (value instanceof Safe ? value.html : escaped(text(value)));

/** @param {unknown} value */
export const safe = (value) => new Safe(text(value));

/** What was made of a text: HTML stays HTML. @param {unknown} value @param {string} made */
export const sameKind = (value, made) => (value instanceof Safe ? new Safe(made) : made);

/** @param {unknown} value @returns {boolean} */
export const truth = (value) => {
  if (typeof value === "boolean") return value;
  if (value === null || value === "" || value === 0) return false;
  if (value instanceof Undefined || value === undefined) return refuse(value, "decide by");
  if (value instanceof Safe) return value.html !== "";
  if (Array.isArray(value)) return value.length > 0;
  return !isDict(value) || Object.keys(value).length > 0;
};

/**
 * JavaScript moves keys that look like numbers to the front; a document has none.
 * @param {Record<string, unknown>} value
 */
export const entries = (value) => {
  const found = Object.entries(value);
  return found.length && /^\d+$/.test(found[0][0]) ? refuse(value, "keep the order of") : found;
};

/** What a loop goes over: a list's items, an object's keys, a text's signs. @param {unknown} value @returns {any[]} */
export const list = (value) => {
  if (Array.isArray(value)) return value;
  if (isText(value)) return Array.from(String(value));
  return isDict(value) ? entries(value).map(([key]) => key) : refuse(value, "go through");
};

/** What a filter over many goes over: nothing, where the value is false. @param {unknown} value */
export const many = (value) => (truth(value) ? list(value) : []);

/** @param {unknown[]} values @param {number} count */
export const unpack = (values, count) => {
  const found = list(values);
  return found.length === count ? found : refuse(values, `make ${count} of`);
};

/** A truth value is a number too, as in Python. @param {unknown} value @returns {number} */
export const number = (value) => {
  if (typeof value === "boolean") return Number(value);
  return isWhole(value) ? value : refuse(value, "calculate with");
};

/** @param {unknown[]} values */
export const concat = (values) =>
  values.some((value) => value instanceof Safe)
    ? new Safe(values.map(print).join(""))
    : values.map(text).join("");

/** @param {unknown} one @param {unknown} other */
export const add = (one, other) => {
  if (isText(one) && isText(other)) return concat([one, other]);
  return Array.isArray(one) && Array.isArray(other)
    ? [...one, ...other]
    : number(number(one) + number(other));
};

/** @param {unknown} one @param {unknown} other */
export const subtract = (one, other) => number(number(one) - number(other));

/** @param {unknown} one @param {unknown} other */
export const multiply = (one, other) =>
  isText(one)
    ? sameKind(one, String(one).repeat(Math.max(0, number(other))))
    : number(number(one) * number(other));

/** @param {unknown} one @param {unknown} other */
export const floorDivide = (one, other) => number(Math.floor(number(one) / number(other)));

/** @param {unknown} one @param {unknown} other */
export const modulo = (one, other) => number(number(one) - number(other) * floorDivide(one, other));

/** @param {unknown} one @param {unknown} other */
export const power = (one, other) => number(number(one) ** number(other));

/** `a and b`. @param {unknown} one @param {() => unknown} other */
export const both = (one, other) => (truth(one) ? other() : one);

/** `a or b`. @param {unknown} one @param {() => unknown} other */
export const either = (one, other) => (truth(one) ? one : other());
