/**
 * Knows Jinja's filters, as far as the phone has them. Twin of jinja2.filters; pwa/jinja_to_js/known.py names the
 * same ones, and puts their arguments in this order.
 */

import * as dates from "./dates.js";
import { replace as replaceIn, strip } from "./methods.js";
import { compare, eq, group, path } from "./parts.js";
import {
  add,
  entries,
  escaped,
  isDict,
  isText,
  list,
  number,
  print,
  refuse,
  Safe,
  safe,
  sameKind,
  text,
  truth,
  Undefined,
} from "./values.js";

/** @param {unknown} value */
const ignoringCase = (value) => (isText(value) ? String(value).toLowerCase() : value);

/** How two are compared: by an attribute or by themselves, and with capital letters alike or not. */
const keyOf =
  (/** @type {unknown} */ attribute, /** @type {unknown} */ caseSensitive) =>
  (/** @type {unknown} */ value) => {
    const found = attribute == null ? value : path(value, attribute);
    return caseSensitive ? found : ignoringCase(found);
  };

/** @param {unknown[]} values @param {(value: any) => unknown} key @param {boolean} [reverse] */
const sorted = (values, key, reverse = false) => {
  const keyed = values.map((value) => ({ value, key: key(value) }));
  keyed.sort((one, other) => (reverse ? compare(other.key, one.key) : compare(one.key, other.key)));
  return keyed.map(({ value }) => value);
};

/** The outermost of many, the first of those alike. @param {number} sign @returns {(values: unknown, caseSensitive?: boolean, attribute?: unknown) => unknown} */
const outermost =
  (sign) =>
  (values, caseSensitive = false, attribute = null) => {
    const [best] = sorted(list(values), keyOf(attribute, caseSensitive), sign < 0);
    return best === undefined ? new Undefined("the outermost of none") : best;
  };

/** The first or the last of many. @param {unknown} values @param {0 | -1} place */
const end = (values, place) => {
  const all = list(values);
  return all.length ? all.at(place) : new Undefined("the end of nothing");
};

/** As Python's capitalize(): the first letter big (ß becomes Ss), the others small. @param {string} words */
const capitalized = (words) => {
  const [first = ""] = words;
  const [big = "", ...more] = first.toUpperCase();
  return big + more.join("").toLowerCase() + words.toLowerCase().slice(first.toLowerCase().length);
};

/** @param {string} word */
const titled = (word) => {
  const [first = "", ...rest] = word;
  return first.toUpperCase() + rest.join("").toLowerCase();
};

/** @param {string} written the way Python's quote() writes an address @param {string} kept signs that stay */
const quoted = (written, kept) =>
  encodeURIComponent(written)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll(encodeURIComponent(kept), kept);

/** @type {Record<string, (...args: any[]) => any>} */
export const filters = {
  capitalize: (value) => sameKind(value, capitalized(text(value))),
  date: dates.writeDate,
  default: (value, instead = "", alsoIfFalse = false) =>
    value instanceof Undefined || (truth(alsoIfFalse) && !truth(value)) ? instead : value,
  dictsort: (value, caseSensitive = false, by = "key", reverse = false) => {
    if (!isDict(value) || !["key", "value"].includes(by)) return refuse(value, "sort by keys");
    return sorted(entries(value), keyOf(by === "key" ? 0 : 1, caseSensitive), reverse);
  },
  escape: (value) => new Safe(print(value)),
  first: (values) => end(values, 0),
  forceescape: (value) => new Safe(escaped(text(value))),
  groupby: (values, attribute, instead = null, caseSensitive = false) => {
    const shown = (/** @type {unknown} */ value) => path(value, attribute, instead);
    const key = (/** @type {unknown} */ value) => (caseSensitive ? shown(value) : ignoringCase(shown(value)));
    /** @type {{ key: unknown, members: unknown[] }[]} */
    const groups = [];
    for (const value of sorted(list(values), key)) {
      const last = groups.at(-1);
      if (last && eq(last.key, key(value))) last.members.push(value);
      else groups.push({ key: key(value), members: [value] });
    }
    return groups.map(({ members }) => group(shown(members[0]), members));
  },
  items: (value) => {
    if (value instanceof Undefined) return [];
    return isDict(value) ? entries(value) : refuse(value, "take the items of");
  },
  join: (values, between = "", attribute = null) => {
    const parts = attribute === null ? list(values) : list(values).map((each) => path(each, attribute));
    const isHtml = [between, ...parts].some((part) => part instanceof Safe);
    return isHtml ? new Safe(parts.map(print).join(print(between))) : parts.map(text).join(text(between));
  },
  last: (values) => end(values, -1),
  length: (values) => list(values).length,
  list: (values) => [...list(values)],
  lower: (value) => sameKind(value, text(value).toLowerCase()),
  max: outermost(-1),
  min: outermost(1),
  replace: (value, old, fresh, count = null) => {
    const isHtml = value instanceof Safe || old instanceof Safe || fresh instanceof Safe;
    if (!isHtml) return replaceIn(text(value), text(old), text(fresh), count);
    return new Safe(replaceIn(print(value), text(old), print(fresh), count));
  },
  reverse: (value) => {
    const turned = [...list(value)].reverse();
    return isText(value) ? sameKind(value, turned.map(text).join("")) : turned;
  },
  safe,
  short_date: dates.writeShortDate,
  since: dates.writeSince,
  sort: (values, reverse = false, caseSensitive = false, attribute = null) => {
    const keys = (attribute === null ? [null] : text(attribute).split(",")).map((each) =>
      keyOf(each, caseSensitive),
    );
    return sorted(list(values), (value) => keys.map((key) => key(value)), reverse);
  },
  sum: (values, attribute = null, start = 0) =>
    list(values).reduce(
      (total, each) => add(total, attribute === null ? each : path(each, attribute)),
      start,
    ),
  time: dates.writeTime,
  title: (value) =>
    text(value)
      .split(/([-\s({[<]+)/)
      .map(titled)
      .join(""),
  trim: (value) => sameKind(value, strip(text(value))),
  truncate: (value, length = 255, inWords = false, end = "...", leeway = 5) => {
    if (!isText(value)) return refuse(value, "shorten");
    const signs = Array.from(text(value));
    if (signs.length <= length + leeway) return value;
    const cut = signs.slice(0, number(length) - list(end).length).join("");
    const kept = truth(inWords) || !cut.includes(" ") ? cut : cut.slice(0, cut.lastIndexOf(" "));
    return value instanceof Safe ? new Safe(kept + print(end)) : add(kept, end);
  },
  unique: (values, caseSensitive = false, attribute = null) => {
    const keys = list(values).map(keyOf(attribute, caseSensitive));
    if (keys.some((key) => key instanceof Undefined || Array.isArray(key) || isDict(key)))
      refuse(keys, "tell apart");
    return list(values).filter((_, place) => keys.findIndex((key) => eq(key, keys[place])) === place);
  },
  upper: (value) => sameKind(value, text(value).toUpperCase()),
  urlencode: (value) => {
    if (!isDict(value) && !Array.isArray(value)) return quoted(text(value), "/");
    const pairs = isDict(value) ? entries(value) : value;
    return pairs
      .map((pair) =>
        pair.map((/** @type {unknown} */ each) => quoted(text(each), " ").replaceAll(" ", "+")).join("="),
      )
      .join("&");
  },
  weekday: dates.writeWeekday,
};
