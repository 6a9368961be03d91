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
export const render = (name, context) =>
  runtime.show(templates, name, Object.assign(Object.create(null), context));
