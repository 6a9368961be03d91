// Renders as the phone does. In: {"templates": path, "catalogues": {...}, "contexts": [...], "cases": [{"name", "context":
// its place among them}]}. Out: for each case {"html"} or {"error"}.
import { readFileSync } from "node:fs";
import { filters } from "../service_worker/jinja/filters.js";
import * as runtime from "../service_worker/jinja/runtime.js";
import { tests } from "../service_worker/jinja/tests.js";
import { useCatalogues } from "../service_worker/jinja/translation.js";
import { isDict, isText, Undefined } from "../service_worker/jinja/values.js";

// What only test_same_values.py asks, to show a value of any kind.
const KINDS = {
  boolean: (value) => typeof value === "boolean",
  mapping: isDict,
  number: (value) => typeof value === "number" || typeof value === "boolean",
  string: isText,
  undefined: (value) => value instanceof Undefined,
};

const { templates: path, catalogues, contexts, cases } = JSON.parse(readFileSync(0, "utf8"));
const { default: compiled } = await import(path);
useCatalogues(catalogues);
const templates = compiled(runtime, filters, { ...tests, ...KINDS });

const render = ({ name, context }) =>
  runtime.show(templates, name, Object.assign(Object.create(null), contexts[context]));

const rendered = (one) => {
  try {
    return { html: render(one) };
  } catch (error) {
    return { error: String(error) };
  }
};

process.stdout.write(JSON.stringify(cases.map(rendered)));
