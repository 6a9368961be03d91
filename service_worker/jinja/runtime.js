/**
 * Knows how compiled templates run: scopes, macros, blocks, and one template inside another. Knows no page.
 *
 * Twin of Jinja2 on the server; pwa/templating/jinja_to_js writes the functions that call this. A scope is an object whose
 * prototype is the scope around it.
 *
 * @typedef {Record<string, any>} Scope
 * @typedef {{ templates: Record<string, Template>, blocks: Record<string, Block[]>, top: Scope, parts?: Part[] }} Page
 * @typedef {{ id: string, own: string, parts: Part[] }} Part what an include shows: its element's id, its HTML with a
 *   HOLE for each part within it, and these
 * @typedef {(page: Page, scope: Scope, level: number) => string} Block
 * @typedef {{ root: (page: Page, scope: Scope) => string, blocks: Record<string, Block> }} Template
 * @typedef {(positional: unknown[], named?: Record<string, unknown>) => unknown} Macro
 */

import { findMessage, findPlural } from "./translation.js";
import { Names, number, print, refuse, Safe, text, Undefined } from "./values.js";

/** Twin of _safely in pwa/templating/render.py. */
const CANNOT_BE_SHOWN = "This cannot be shown: %(id)s";

/** Whether a row could not be drawn since this was last asked: its document may be broken. */
let isBroken = false;
export const wasBroken = () => {
  const before = isBroken;
  isBroken = false;
  return before;
};

export { attr, compare, contains, eq, item, Loop, path, slice } from "./parts.js";
export * from "./values.js";

/** The scope of a template that is included or imported without context. @type {Scope} */
export const nothing = Object.freeze(Object.create(null));

/** @param {Scope} around @returns {Scope} */
export const child = (around) => Object.create(around);

/** @param {Scope} scope @param {string} name */
export const get = (scope, name) => {
  const value = scope[name];
  return value === undefined ? new Undefined(name) : value;
};

/** @param {unknown} names @param {string} name @param {unknown} value */
export const setPart = (names, name, value) => {
  if (!(names instanceof Names)) refuse(names, "set a part of");
  else names.set(name, value);
};

/** @param {unknown[]} positional @param {Record<string, unknown>} named */
export const namespace = (positional, named) =>
  positional.length ? refuse(positional, "make a namespace of") : new Names(Object.entries(named));

/**
 * @param {string} name @param {Scope} around
 * @param {Record<string, ((scope: Scope) => unknown) | undefined>} parameters each with its default, if it has one
 * @param {boolean} takesCaller @param {(scope: Scope) => string} body
 * @returns {Macro}
 */
export const macro = (name, around, parameters, takesCaller, body) => {
  const names = Object.keys(parameters);
  const known = new Set(takesCaller ? [...names, "caller"] : names);
  return (positional, named = {}) => {
    const unknown = Object.keys(named).find((each) => !known.has(each) || names.indexOf(each) in positional);
    if (unknown || positional.length > names.length)
      throw new TypeError(`${name}() takes ${names}, not ${unknown}`);
    const scope = child(around);
    for (const each of known) scope[each] = new Undefined(each);
    Object.assign(scope, named);
    positional.forEach((value, place) => {
      scope[names[place]] = value;
    });
    for (const [place, each] of names.entries()) {
      const usual = parameters[each];
      if (usual && !(place in positional || each in named)) scope[each] = usual(scope);
    }
    return new Safe(body(scope));
  };
};

/** @param {unknown} called @param {unknown[]} positional @param {Record<string, unknown>} named */
export const call = (called, positional, named) =>
  typeof called === "function" ? called(positional, named) : refuse(called, "call");

/**
 * One row of a list, an element of its own. One that cannot be drawn says so by its id, and the rest of the page stands.
 * @param {Scope} scope @param {unknown} row its id @param {string} element @param {{ caller: Macro }} block
 */
export const safely = (scope, row, element, { caller }) => {
  try {
    return caller([]);
  } catch (error) {
    console.error(error);
    isBroken = true;
    const id = typeof row === "string" ? row : "";
    const words = print(message(scope, [CANNOT_BE_SHOWN], { id }));
    // Words that stand in no cell would be moved out in front of the table.
    if (element === "tr")
      return new Safe(`<tr><td colspan="20"><span class="mark warn">${words}</span></td></tr>`);
    return new Safe(`<${element} class="mark warn">${words}</${element}>`);
  }
};

/** Where a part of a page is taken out of its HTML. No text has it: both sides refuse it. */
export const HOLE = "\0";

/** A page or a fragment. @param {Record<string, Template>} templates @param {string} name @param {Scope} scope */
export const show = (templates, name, scope) => {
  /** @type {Page} */
  const page = { templates, blocks: Object.create(null), top: scope };
  return parent(page, name);
};

/** The same, as the parts that it includes. @param {Record<string, Template>} templates @param {string} name @param {Scope} scope @returns {Part} */
export const showParts = (templates, name, scope) => {
  /** @type {Part[]} */
  const parts = [];
  const own = parent({ templates, blocks: Object.create(null), top: scope, parts }, name);
  return { id: /^\s*<\w+ id="([^"]+)"/.exec(own)?.[1] ?? "", own, parts };
};

/** The template that a page extends, or begins with. @param {Page} page @param {string} name */
export const parent = (page, name) => {
  const template = page.templates[name];
  if (!template) throw new ReferenceError(`there is no template ${name}`);
  for (const [block, shown] of Object.entries(template.blocks)) {
    page.blocks[block] ??= [];
    page.blocks[block].push(shown);
  }
  return template.root(page, page.top);
};

/** A block as the outermost child has it (level 0) or as one of its parents. @type {(page: Page, name: string, scope: Scope, level: number) => string} */
export const block = (page, name, scope, level) => {
  const shown = page.blocks[name][level];
  if (!shown) throw new ReferenceError(`no parent has a block ${name}`);
  return shown(page, scope, level);
};

/** super(). @type {(page: Page, name: string, scope: Scope, level: number) => Safe} */
export const superBlock = (page, name, scope, level) => new Safe(block(page, name, scope, level + 1));

/** @param {Page} page @param {string} name @param {Scope} scope */
export const include = (page, name, scope) => {
  if (!page.parts) return show(page.templates, name, child(scope));
  const part = showParts(page.templates, name, child(scope));
  // What has no id cannot be swapped by itself: it belongs to the part around it.
  page.parts.push(...(part.id ? [part] : part.parts));
  return part.id ? HOLE : part.own;
};

/** What a template sets and defines. @param {Page} page @param {string} name @param {Scope} scope */
export const module = (page, name, scope) => {
  const own = child(scope);
  show(page.templates, name, own);
  return new Names(Object.entries(own));
};

/** A message in the page's language, filled in. @param {Scope} scope @param {string[]} forms @param {Record<string, unknown>} values */
export const message = (scope, forms, values) => {
  const language = text(get(scope, "language"));
  const found =
    forms.length === 1
      ? findMessage(forms[0], language)
      : findPlural(forms[0], forms[1], number(values.num), language);
  return new Safe(
    found.replace(/%(?:\((\w+)\)s|%)/g, (sign, name) => (name ? print(values[name]) : sign[0])),
  );
};
