/**
 * Knows how a case of tests/cases/ is read: whole documents from the little that it says. Twin: tests/shared_cases.py.
 *
 * A case says what is other: in `given`, than base.json's visit or person; in `then`, than what was given. What that makes
 * is `expected`; only the keys that `then` names are compared.
 */

import { readFileSync } from "node:fs";

const CASES = new URL("../cases/", import.meta.url);

const read = (file) => JSON.parse(readFileSync(new URL(file, CASES), "utf8"));

/** The cases of a change, each with its documents whole. */
export const readCases = (name) => read(`${name}.json`).map(whole);

/** The changes that have cases: each of them (tests/care/test_changes.py). */
export const changesWithCases = () =>
  Object.keys(JSON.parse(readFileSync(new URL("../../pwa/changes.json", import.meta.url), "utf8")));

function whole(one) {
  const [[kind, other]] = Object.entries(one.given);
  const given = merge(read("base.json")[kind], other);
  return { ...one, given, expected: merge(given, one.then) };
}

/**
 * The base with what is other.
 *
 * An object keeps the keys that the other does not name. A list is as long as the other says and in its order; an item
 * with the id of one in the base is that one with what is other. Everything else is the other's.
 */
export function merge(base, other) {
  if (isObject(base) && isObject(other)) {
    const merged = Object.entries(other).map(([key, value]) => [key, merge(base[key], value)]);
    return { ...base, ...Object.fromEntries(merged) };
  }
  if (Array.isArray(base) && Array.isArray(other)) {
    const byId = new Map(base.map((item) => [item.id, item]));
    return other.map((item) => merge(item.id && byId.get(item.id), item));
  }
  return other;
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
