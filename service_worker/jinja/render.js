/**
 * Knows the build's templates and catalogues, and makes a page of them. Twin of pwa/templating/render.py: the same name and the
 * same context give the same bytes.
 */

import catalogues from "../../catalogues.js";
import compiled from "../../templates.js";
import { filters } from "./filters.js";
import * as runtime from "./runtime.js";
import { tests } from "./tests.js";
import { useCatalogues } from "./translation.js";

export { wasBroken } from "./runtime.js";

useCatalogues(catalogues);
const templates = compiled(runtime, filters, tests);

/**
 * A page or a fragment as HTML, in the language that the context names.
 * @param {string} name of the template @param {Record<string, unknown>} context @returns {string}
 */
export const render = (name, context) => runtime.show(templates, name, scope(context));

/** @typedef {import("./runtime.js").Part} Part */

/**
 * What a change of the context changes in what a template shows: the smallest parts of it, as HTML by their ids. They
 * are found by drawing it both ways, so that no list of them can be wrong.
 * @param {string} name @param {Record<string, unknown>} before @param {Record<string, unknown>} after
 * @returns {[id: string, html: string][]}
 */
export function renderDifference(name, before, after) {
  const [old, now] = [before, after].map((context) => runtime.showParts(templates, name, scope(context)));
  return differing(old, now).map((part) => [part.id, wholeOf(part)]);
}

/** @param {Part | undefined} old @param {Part} now @returns {Part[]} */
function differing(old, now) {
  if (old?.id !== now.id || old.own !== now.own) return [now];
  return now.parts.flatMap((part, place) => differing(old.parts[place], part));
}

/** @param {Part} part @returns {string} */
function wholeOf({ own, parts }) {
  let place = 0;
  return own.replaceAll(runtime.HOLE, () => wholeOf(parts[place++]));
}

/** @param {Record<string, unknown>} context */
const scope = (context) => Object.assign(Object.create(null), context);
