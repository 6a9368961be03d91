/**
 * Knows the filters of Jinja's that the phone's templates use. Twin of jinja2.filters; pwa/templating/jinja_to_js/known.py names
 * the same ones, and puts their arguments in this order.
 */

import * as dates from "./dates.js";
import { isText, list, print, refuse, Safe, sameKind, text, Undefined } from "./values.js";

/** As Python's capitalize(): the first letter big (ß becomes Ss), the others small. @param {string} words */
const capitalized = (words) => {
  const [first = ""] = words;
  const [big = "", ...more] = first.toUpperCase();
  return big + more.join("").toLowerCase() + words.toLowerCase().slice(first.toLowerCase().length);
};

/** @param {string} whole @param {string} old @param {string} fresh */
const replaced = (whole, old, fresh) =>
  old === "" ? refuse(old, "replace the empty") : whole.replaceAll(old, () => fresh);

/** @type {Record<string, (...args: any[]) => any>} */
export const filters = {
  capitalize: (value) => sameKind(value, capitalized(text(value))),
  date: dates.writeDate,
  default: (value, instead = "") => (value instanceof Undefined ? instead : value),
  full_date: dates.writeFullDate,
  join: (values, between = "") => {
    const parts = list(values);
    const isHtml = [between, ...parts].some((part) => part instanceof Safe);
    return isHtml ? new Safe(parts.map(print).join(print(between))) : parts.map(text).join(text(between));
  },
  last: (values) => {
    const all = list(values);
    if (!all.length) return new Undefined("the end of nothing");
    return isText(values) ? sameKind(values, all.at(-1)) : all.at(-1);
  },
  length: (values) => list(values).length,
  list: (values) => [...list(values)],
  replace: (value, old, fresh) => {
    const isHtml = value instanceof Safe || old instanceof Safe || fresh instanceof Safe;
    if (!isHtml) return replaced(text(value), text(old), text(fresh));
    return new Safe(replaced(print(value), text(old), print(fresh)));
  },
  short_date: dates.writeShortDate,
  since: dates.writeSince,
  time: dates.writeTime,
  time_on: dates.writeTimeOn,
  weekday: dates.writeWeekday,
};
