/**
 * Knows which half-written words still ask for something: this phone's, and those that the carer wrote on another one.
 * Twin: pwa/care/documents/half_written.py. Knows no storage.
 *
 * @typedef {import("../shapes.js").DraftRow} DraftRow
 * @typedef {"here" | "another" | "before"} Origin where it was written; before: here, but before the phone was emptied
 * @typedef {DraftRow & { origin: Origin }} Unsaved
 * @typedef {{ rows: DraftRow[], gone: { id: string, at: string }[], listed: any[], phone_id?: string }} Known rows: of this phone; gone: what it
 *   has settled; listed: by the carer's own document; phone_id: of this phone
 */

import { keyOf } from "../place_key.js";
import { isOpen } from "../sync/draft_form.js";

/** All of them, the one that was last typed in first. @param {Known} known @returns {Unsaved[]} */
export function listUnsaved({ rows, gone, listed, phone_id }) {
  const here = new Set(rows.filter((row) => row.text !== undefined).map(({ id }) => id));
  const settled = new Map(gone.map(({ id, at }) => [id, at]));
  const elsewhere = listed.filter(({ id, at }) => !here.has(id) && !((settled.get(id) ?? "") >= at));
  return [
    ...rows.filter(isOpen).map((row) => ({ ...row, origin: /** @type {Origin} */ ("here") })),
    ...elsewhere.map((draft) => ({ ...draft, origin: originOf(draft, phone_id) })),
  ].sort(byTime);
}

/** @type {(draft: { phone_id: string }, phone_id: string | undefined) => Origin} */
function originOf(draft, phone_id) {
  // Of no phone is what was undone on the server's own page.
  if (!draft.phone_id) return "here";
  return draft.phone_id === phone_id ? "before" : "another";
}

/** What was discarded and can be had back. @param {DraftRow[]} rows */
export function listDiscarded(rows) {
  return rows.filter((row) => row.discarded_at && row.text !== undefined).sort(byTime);
}

/** What each field has in it: of several windows' words the newest; the others are listed all the same. @param {DraftRow[]} rows */
export function inFields(rows) {
  const newestLast = rows.filter(isOpen).sort((a, b) => byTime(b, a));
  const fields = newestLast.map((row) => [row.field ?? row.key, row]);
  return /** @type {Record<string, DraftRow>} */ (Object.fromEntries(fields));
}

/** Of those that are of the whole visit. Twin: PLACES in half_written.py. @type {Record<string, string>} */
const PLACES = { report_deviation: "deviate", report_observation: "observe" };

/** Where on the visit's page its field is. @param {string} name @param {import("../shapes.js").Args} [args] */
function placeOf(name, args) {
  if (name === "correct_note") return `note-${args?.corrects}`;
  if (name === "write_note" && args?.adds_to) return `note-${args.adds_to}`;
  if (name === "answer_step") return `step-${args?.step_id}`;
  if (name === "fill_in") return `field-${keyOf(args?.place ?? "")}`;
  if (name === "tell_event") return `event-${args?.event_id}`;
  return PLACES[name] ?? "write";
}

/** One of them, by its id. @param {{ unsaved: Unsaved[] }} data @param {string} id */
export function findDraft({ unsaved }, id) {
  return unsaved.find((draft) => draft.id === id);
}

/**
 * As a page shows it; of an older app's, not everything is known. When it was begun is the phone's own clock.
 * @param {DraftRow & { origin?: Origin }} draft @param {number} [skew] milliseconds that the server's clock is ahead
 */
export function shownDraft(draft, skew = 0) {
  const { id = "", name = "", about, text, args, field = "", origin = "here" } = draft;
  const isByThisClock = draft.key !== undefined && !draft.undone_by && draft.since && skew;
  const since = isByThisClock
    ? new Date(Date.parse(draft.since ?? "") + skew).toISOString()
    : (draft.since ?? null);
  const { visit_id = "", citizen = "", starts_at = null, label = "" } = about ?? {};
  return {
    id,
    name,
    since,
    visit_id,
    citizen,
    starts_at,
    label,
    place: placeOf(name, args),
    words: field.startsWith("fill-") ? wordsOf(text, args?.kind) : text,
    origin,
  };
}

/** Days as they are read, and not as a field has them. @param {string} text @param {any} kind */
const wordsOf = (text, kind) =>
  kind === "date" || kind === "date_time"
    ? text.replace(/^(\d{4})-(\d\d)-(\d\d)T?/, "$3-$2-$1 ").trim()
    : text;

/** @type {(a: { at: string, id: string }, b: { at: string, id: string }) => number} */
const byTime = (a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? 1 : -1);
