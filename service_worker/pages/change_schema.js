/**
 * Holds a form against the description in changes.json: what was meant, or why it cannot be stored. Knows the forms
 * of arguments; knows nothing about what a change does. Twin of the same check in pwa/care/changes/.
 *
 * @typedef {{ form: "id" | "new_id" | "choice" | "text" | "place" | "values", choices?: string[], nullable?: boolean, optional?: boolean, least?: number, most?: number }} ArgumentForm
 * @typedef {{ v: number, on: "visit" | "person", args: Record<string, ArgumentForm>, page?: string }} Description
 * @typedef {import("../shapes.js").Args} Args
 */

import described from "../../described.js";
import { N_ } from "../jinja/gettext.js";
import { isId } from "../new_id.js";
import { cleaned, codePoints, countSeen } from "../texts.js";
import { readFilledIn, WRONG } from "./filled_in.js";

/** Twin: PLACE in pwa/care/changes/change_schema.py. */
const PLACE = /^[\w.-]{1,64}(@[\w.-]{1,64}(\/[\w.-]{1,64}){0,11})?$/;

/** What a carer is told, in the words of pwa/problems.py, by the problem's name there. */
export const MESSAGES = {
  NotUnderstood: N_("The app did not understand this. Your words are kept, and an organiser looks at it."),
  NotAChoice: N_("The answer is not one of the choices."),
  NothingWritten: N_("Nothing is written. Write something first."),
  TooLong: N_("The text is too long and is not sent. It still stands in the field. Make it shorter."),
  ...WRONG,
};

/** A no before anything is stored; its name is the problem's. */
export class NotAsDescribed extends Error {
  /** @param {keyof typeof MESSAGES} problem */
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

/**
 * @param {string} name of the change
 * @returns {Description}
 */
export function description(name) {
  if (!Object.hasOwn(described, name)) throw new NotAsDescribed("NotUnderstood");
  return /** @type {Record<string, Description>} */ (described)[name];
}

/**
 * The change's arguments, read from a form. Throws NotAsDescribed.
 * @param {Description} described
 * @param {URLSearchParams} form
 * @param {() => string} newId
 * @returns {Args}
 */
export function readArgs(described, form, newId) {
  /** @type {Args} */
  const args = {};
  for (const [name, argument] of Object.entries(described.args)) {
    if (argument.optional && !form.get(name)) continue;
    const value = READ[argument.form](argument, form.get(name), newId, form);
    if (value !== undefined) args[name] = value;
  }
  return args;
}

/** @type {Record<ArgumentForm["form"], (argument: ArgumentForm, given: string | null, newId: () => string, form: URLSearchParams) => any>} */
const READ = {
  id: (_argument, given) => (isId(given?.toLowerCase()) ? given?.toLowerCase() : refuse("NotUnderstood")),

  new_id: (argument, given, newId, form) => (given ? READ.id(argument, given, newId, form) : newId()),

  choice: (argument, given) => {
    if (argument.nullable && given === "") return null;
    return given !== null && argument.choices?.includes(given) ? given : refuse("NotAChoice");
  },

  place: (_argument, given) => (PLACE.test(given ?? "") ? given : refuse("NotUnderstood")),

  values: (argument, _given, newId, form) => {
    const values = readFilledIn(form, newId);
    if (typeof values === "string") return refuse(values);
    const length = values.reduce(
      (sum, value) => sum + codePoints(typeof value === "object" ? value.other : String(value)),
      0,
    );
    return length > (argument.most ?? 0) ? refuse("TooLong") : values;
  },

  text: (argument, given) => {
    const text = cleaned(given ?? "");
    if (argument.optional && text === "") return undefined;
    if (codePoints(text) > (argument.most ?? Number.POSITIVE_INFINITY)) refuse("TooLong");
    return argument.least && countSeen(text) < argument.least ? refuse("NothingWritten") : text;
  },
};

/**
 * @param {keyof typeof MESSAGES} problem
 * @returns {never}
 */
function refuse(problem) {
  throw new NotAsDescribed(problem);
}
