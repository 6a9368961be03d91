/**
 * Keeps what a carer did until the server has answered it: every change gets its number and its place in one
 * transaction, so numbers have no gaps and no doubles. Knows nothing about sending.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").Change} Change
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 * @typedef {{ id: string, name: string, v: number, on: "visit" | "person", seen: number | null, over?: string, args: Change["args"], at?: string,
 *   typed?: string, draft?: { id: string, at?: string }, about?: import("../shapes.js").About,
 *   again?: string, removes?: boolean, photo?: import("../photos/photo_store.js").NewPhoto }} NewChange draft: whose words they are, see
 *   dropSaved; about: what it was about, when the document may be gone; at: when it was done, if that was not now and is not
 *   certain; again: the change that it repeats; photo: the picture that it answers with, kept in the same breath; removes: of rows, whether it is one less
 */

import { readClock } from "../clock.js";
import { keepPhoto } from "../photos/photo_store.js";
import { keyOf } from "../place_key.js";
import { PHOTO_STORES } from "../store/photo_rows.js";
import { cleaned } from "../texts.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { withAsked } from "./asked.js";
import { aboutOf } from "./draft_form.js";
import { dropSaved } from "./drafts.js";
import { findSaved, rememberSaved } from "./saved_drafts.js";
import { keepUndoneWords } from "./undone_words.js";

/** So many ids are remembered that a tap repeated after a crash is seen to be the same tap. */
const REMEMBERED = 100;

/** Of no run that was ever measured. */
const UNKNOWN_CLOCK = { run: -1, after: null };

/**
 * Store a change, and only then return it. The same id again returns without storing anything twice.
 * A half-written text that has become this change is no longer half-written.
 * @template [Rows=void]
 * @param {Phone} phone
 * @param {NewChange} change
 * @param {string[]} [more] stores
 * @param {(tx: any) => Promise<Rows>} [read] what is read of them in the same transaction, once it is in there
 * @param {(tx: any) => Promise<string[]>} [listLeft] which steps "all as planned" is not to answer, as they are before it
 */
export function storeChange(phone, change, more = [], read, listLeft) {
  const stores = [
    ...new Set([
      "fact",
      "outbox",
      "delivered",
      "draft",
      "document",
      ...(change.photo ? PHOTO_STORES : []),
      ...more,
    ]),
  ];
  return transaction(phone.person, stores, "readwrite", async (tx) => {
    const field = draftKey(change);
    const fresh = await notSaved(tx, phone, change);
    const left = (await listLeft?.(tx)) ?? [];
    const n = fresh && (await add(tx, phone, fresh, change.about));
    if (n && change.photo) await keepPhoto(tx, phone, change.photo, await aboutIn(tx, change));
    if (n) await keepUndoneWords(tx, phone, change);
    if (n) await leaveEmpty(tx, phone, change, left);
    if (n) await rememberSaved(tx, savedOf(change, n));
    if (field && (n || !fresh))
      await dropSaved(tx, phone, { field, text: cleaned(change.typed ?? wordsOf(change)), ...change.draft });
    return read?.(tx);
  });
}

/**
 * "All as planned" does not answer a step whose reason is half-written: it is emptied again, in the same breath.
 * @param {any} tx
 * @param {Phone} phone
 * @param {NewChange} change
 * @param {string[]} steps that are empty, or an answer would go that somebody has given
 */
async function leaveEmpty(tx, phone, change, steps) {
  const { visit_id } = change.args;
  // Of the same moment, it could come before.
  const after = { ...phone, clock: () => phone.clock() + 1 };
  for (const step_id of steps) {
    const args = { visit_id, step_id, answer: null };
    await add(tx, after, { ...change, id: phone.newId(), name: "answer_step", v: 1, args });
  }
}

/** Of these it would be there twice; an answer may be given again. */
const ADDED = new Set(["write_note", "correct_note", "report_deviation", "report_observation", "tell_event"]);

/**
 * The same words, open in two windows, are saved once; a note whose words were changed meanwhile corrects the saved one.
 * @param {any} tx
 * @param {Phone} phone
 * @param {NewChange} change
 * @returns {Promise<NewChange | null>} null where it is saved already
 */
async function notSaved(tx, phone, change) {
  const saved = ADDED.has(change.name) && change.draft?.id && (await findSaved(tx, change.draft.id));
  if (saved && saved.id === change.id) return change;
  const said = (/** @type {Change} */ { name, args: { note_id, ...args } }) => JSON.stringify([name, args]);
  if (saved && said(saved) === said(/** @type {any} */ (change))) return null;
  if (change.name !== "write_note") return change;
  const note = saved ? null : await findNote(tx, change);
  if (note && [note, ...note.corrections].some(({ text }) => text === change.args.text)) return null;
  const corrects = note?.id ?? (saved && saved.name === "write_note" && saved.args.note_id);
  if (!corrects) return change;
  const args = { ...change.args, note_id: phone.newId(), corrects };
  return { ...change, name: "correct_note", args };
}

/**
 * The note that a draft has become on another of its carer's phones.
 * @param {any} tx
 * @param {NewChange} change
 * @returns {Promise<import("../shapes.js").Note | undefined>}
 */
async function findNote(tx, { args: { visit_id, note_id } }) {
  if (tx.isVaultLocked) return undefined;
  const visit = await tx.objectStore("document").get(`visit-${visit_id}`);
  return visit?.body.notes?.find((/** @type {{ id: string }} */ { id }) => id === note_id);
}

/** @param {any} tx @param {NewChange} change */
async function aboutIn(tx, { args }) {
  const visit = await tx.objectStore("document").get(`visit-${args.visit_id}`);
  return withAsked(tx, aboutOf(visit?.body, args), { ...args, values: undefined });
}

/**
 * The same, inside a transaction that the caller has opened over `fact`, `outbox` and `document`.
 * @param {any} tx
 * @param {Phone} phone
 * @param {NewChange} change
 * @param {import("../shapes.js").About} [known] what it was about, when the document may be gone
 * @returns {Promise<number>} its number; 0 where it was there already
 */
export async function add(tx, phone, change, known) {
  const facts = tx.objectStore("fact");
  const [next, recent = [], notes, heard_at, document] = await Promise.all([
    facts.get("next_n"),
    facts.get("recent"),
    facts.get("clock"),
    facts.get("heard_at"),
    tx
      .objectStore("document")
      .get(change.on === "visit" ? `visit-${change.args.visit_id}` : `person-${phone.person}`),
  ]);
  if (recent.includes(change.id)) return 0;
  const { id, name, v, args } = change;
  const n = next ?? 1;
  const read = readClock(notes, phone.clock());
  const at = change.at ?? new Date(read.wall).toISOString();
  const seen = change.seen ?? document?.version ?? 0;
  const clock = change.at ? UNKNOWN_CLOCK : { run: read.run, after: heard_at ?? null };
  const over = change.over ? { over: change.over } : {};
  const about = known ?? aboutOf(document?.body, args);
  const again = change.again ? { again: change.again } : {};
  const row = {
    id,
    n,
    name,
    v,
    at,
    seen,
    args,
    ...over,
    ...again,
    clock,
    about: name === "fill_in" ? await withAsked(tx, about, args, change.removes) : about,
  };
  await Promise.all([
    tx.objectStore("outbox").add(row),
    facts.put(n + 1, "next_n"),
    facts.put(read, "clock"),
    facts.put([...recent.slice(1 - REMEMBERED), id], "recent"),
  ]);
  return n;
}

/**
 * The change with its time as the server's clock would have had it.
 * @template {Change} Kind
 * @param {Kind} change
 * @param {number} skew milliseconds that the server's clock is ahead
 * @returns {Kind}
 */
export function corrected(change, skew) {
  return skew ? { ...change, at: new Date(Date.parse(change.at) + skew).toISOString() } : change;
}

/**
 * What the carer wrote in it: her own words, else which step it was about, else nothing.
 * @param {{ args: Change["args"], about?: import("../shapes.js").About }} change
 */
export function wordsOf({ args, about }) {
  return args?.text || args?.reason || about?.label || "";
}

/** What is known of the draft that it was. @param {NewChange} change @param {number} n */
const savedOf = ({ id, draft, typed }, n) => ({
  id: draft?.id,
  n,
  change: id,
  ...(typed === undefined ? {} : { typed: cleaned(typed) }),
});

/** Where the text stood while it was half-written. @param {NewChange} change */
function draftKey({ name, args }) {
  const places = {
    write_note: args.adds_to ? `add-${args.adds_to}` : args.visit_id,
    correct_note: args.corrects,
    report_deviation: `deviation-${args.visit_id}`,
    report_observation: `observation-${args.visit_id}`,
    tell_event: `event-${args.part}-${args.event_id}`,
    answer_step: `reason-${args.step_id}`,
    fill_in: `${args.reason ? "irrelevant" : "fill"}-${args.visit_id}-${keyOf(args.place ?? "")}`,
  };
  return (Object.hasOwn(places, name) && places[/** @type {keyof typeof places} */ (name)]) || "";
}
