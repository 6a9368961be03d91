/**
 * Knows what a form of the carer's page says that is to stand at a place of a checklist: from what was typed or tapped, in the way
 * that it is stored. Knows no checklist: the form says which kind of step it is, `said` what stood there when its page was drawn
 * or its words were begun, and `now` what stands there since: one tick, one row or own words more or less are laid on that. Twin: pwa/care/changes/filled_in.py; both run
 * tests/cases/filled_in.json.
 */

import { readDated } from "../checklists/days.js";
import { readTyped } from "../checklists/decimals.js";
import { aheadAt } from "../jinja/dates.js";
import { N_ } from "../jinja/gettext.js";
import { cleaned, countSeen } from "../texts.js";

/** What is said beside the field, by the problem's name in pwa/care/problems.py. */
export const WRONG = {
  NotANumber: N_("This is not a number. Write it with digits, such as 37,5 or 1500."),
  NotATime: N_("This is not a day or a time. Choose it once more."),
};

/** Of a row's id. */
const SHORT = 12;

/**
 * The list that is to stand there, or the name of what is wrong.
 * @param {URLSearchParams} form @param {() => string} newId
 * @returns {any[] | "NotANumber" | "NotATime" | "NothingWritten"}
 */
export function readFilledIn(form, newId) {
  const [kind, value, typed] = [form.get("kind") ?? "", form.get("value"), form.get("typed")];
  const drawn = readList(form.get("said"));
  const stands = form.has("now") ? readList(form.get("now")) : drawn;
  if (form.get("reason")) return [];
  if (kind === "repeating_group") {
    const removed = form.get("row");
    return removed ? stands.filter((row) => row !== removed) : [...stands, newId().slice(-SHORT)];
  }
  if (typed !== null) return readField(kind, typed, form.has("many") ? stands : []);
  if (!value) return [];
  if (kind === "yes_no") return [value === "true"];
  if (!form.has("many")) return [value];
  if (drawn.includes(value)) return stands.filter((each) => each !== value);
  return stands.includes(value) ? stands : [...stands, value];
}

/** @param {string} kind @param {string} typed @param {any[]} stands beside it */
function readField(kind, typed, stands) {
  if (kind === "number") {
    const number = readTyped(typed);
    return number === null ? "NotANumber" : [number];
  }
  if (kind === "date" || kind === "time" || kind === "date_time") {
    const dated = kind === "date_time" ? utcOf(typed) : typed;
    return dated !== null && readDated(kind, dated) ? [dated] : "NotATime";
  }
  const text = cleaned(typed);
  if (!countSeen(text)) return "NothingWritten";
  return kind === "choice" ? [...stands.filter((each) => typeof each === "string"), { other: text }] : [text];
}

/** What Copenhagen's clocks show, as a moment; in the hour that comes twice the first. @param {string} local */
function utcOf(local) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null;
  const there = Date.parse(`${local}:00.000Z`);
  if (Number.isNaN(there)) return null;
  const utc = [2, 1].map((hours) => there - hours * 3_600_000).find((at) => at + aheadAt(at) === there);
  return utc === undefined ? null : new Date(utc).toISOString();
}

/** @param {string | null} said @returns {any[]} */
function readList(said) {
  try {
    const list = JSON.parse(said ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
