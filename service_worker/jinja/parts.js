/** Knows what stands inside a value, and how two values stand to each other. Knows no template. */

import { isDict, isText, list, Names, number, refuse, sameKind, text, Undefined } from "./values.js";

/** The variable `loop`, at one turn after the other. */
export class Loop {
  /** @param {unknown[]} items */
  constructor(items) {
    this.items = items;
    this.index0 = -1;
  }
  step() {
    this.index0 += 1;
    return this;
  }
  /** @param {string} name @returns {unknown} */
  part(name) {
    const { items, index0 } = this;
    switch (name) {
      case "index0":
        return index0;
      case "index":
        return index0 + 1;
      case "first":
        return index0 === 0;
      case "last":
        return index0 === items.length - 1;
      case "length":
        return items.length;
      case "revindex":
        return items.length - index0;
      case "revindex0":
        return items.length - index0 - 1;
      case "previtem":
        return index0 > 0 ? items[index0 - 1] : new Undefined("loop.previtem");
      case "nextitem":
        return index0 < items.length - 1 ? items[index0 + 1] : new Undefined("loop.nextitem");
    }
    return new Undefined(`loop.${name}`);
  }
}

/** A part by its name. @param {any} whole @param {string} name @returns {any} */
export const attr = (whole, name) => {
  if (isDict(whole)) return Object.hasOwn(whole, name) ? whole[name] : new Undefined(name);
  if (whole instanceof Undefined || whole === undefined) return refuse(whole, `take ${name} of`);
  if (whole instanceof Names && whole.has(name)) return whole.get(name);
  return whole instanceof Loop ? whole.part(name) : new Undefined(name);
};

/** A part by its name or its place. @param {unknown} whole @param {unknown} key @returns {any} */
export const item = (whole, key) => {
  if (isText(key)) return attr(whole, String(key));
  if (isDict(whole)) return new Undefined(text(key));
  const items = list(whole);
  const place = number(key);
  if (place >= items.length || place < -items.length) return new Undefined(`[${place}]`);
  return isText(whole) ? sameKind(whole, items.at(place)) : items.at(place);
};

/**
 * What Jinja calls an attribute of a filter: `citizen.name`, or a place.
 * @param {unknown} whole @param {unknown} way @param {unknown} [instead] of a part that is not there
 */
export const path = (whole, way, instead = null) => {
  let found = whole;
  for (const part of text(way).split(".")) {
    found = item(found, /^\d+$/.test(part) ? Number(part) : part);
    if (found instanceof Undefined && instead !== null) found = instead;
  }
  return found;
};

/** @param {unknown} whole @param {number | null} [start] @param {number | null} [stop] @param {number | null} [step] */
export const slice = (whole, start, stop, step) => {
  const every = step ?? 1;
  if (every < 1 || isDict(whole)) refuse(whole, "take such a slice of");
  const found = list(whole).slice(start ?? undefined, stop ?? undefined);
  const kept = found.filter((_, place) => place % every === 0);
  return isText(whole) ? sameKind(whole, kept.map(text).join("")) : kept;
};

/** @param {unknown} value */
const isNumber = (value) => typeof value === "number" || typeof value === "boolean";

/** @param {unknown} one @param {unknown} other @returns {boolean} */
export const eq = (one, other) => {
  for (const value of [one, other]) if (value instanceof Undefined) refuse(value, "compare");
  if (one === other) return true;
  if (isText(one) && isText(other)) return String(one) === String(other);
  if (isNumber(one) && isNumber(other)) return Number(one) === Number(other);
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, place) => eq(each, other[place]));
  if (!isDict(one) || !isDict(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length && keys.every((key) => key in other && eq(one[key], other[key]))
  );
};

/** Surrogates come last, so that texts stand in the order of their code points. @param {number} unit */
const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** @param {string} one @param {string} other */
const compareText = (one, other) => {
  for (let place = 0; place < one.length && place < other.length; place++) {
    const [here, there] = [one.charCodeAt(place), other.charCodeAt(place)];
    if (here !== there) return rank(here) - rank(there);
  }
  return one.length - other.length;
};

/** Below zero, zero or above: before, with or after. @param {unknown} one @param {unknown} other @returns {number} */
export const compare = (one, other) => {
  if (isText(one) && isText(other)) return compareText(String(one), String(other));
  if (!Array.isArray(one) || !Array.isArray(other)) return number(one) - number(other);
  const place = one.findIndex((each, index) => index >= other.length || !eq(each, other[index]));
  return place < 0 || place >= other.length ? one.length - other.length : compare(one[place], other[place]);
};

/** @param {unknown} whole @param {unknown} part @returns {boolean} */
export const contains = (whole, part) => {
  if (Array.isArray(whole)) return whole.some((each) => eq(each, part));
  if (!isText(part)) return refuse(part, "look for");
  if (isText(whole)) return String(whole).includes(String(part));
  return isDict(whole) ? Object.hasOwn(whole, String(part)) : refuse(whole, "look into");
};
