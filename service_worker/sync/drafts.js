/**
 * Keeps what is half-written: each draft is a form that nobody has sent yet, with what change it would become and whose
 * visit it is about. Knows nothing about sending.
 *
 * A draft leaves the phone when its words are saved, when its carer discards it, and in no other way. The server is told
 * of each by its id; what it never hears of again, it keeps.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").DraftRow} DraftRow
 * @typedef {import("../shapes.js").Typed} Typed
 */

import { textMark } from "../text_mark.js";
import { cleaned } from "../texts.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { isReadableDraft } from "../wire.js";
import { aboutOf, derived, fieldOf, form, VISITS } from "./draft_form.js";
import { DRAFT_STORES, later, next, remove, tellGone } from "./draft_numbers.js";
import { joinDrafts, keyWhenLocked } from "./locked_drafts.js";
import { CHANGES, findSaved, isSaying } from "./saved_drafts.js";

/** For so long a discarded draft can be had back. */
const UNDONE_WITHIN = 24 * 60 * 60_000;

/**
 * Keep what is being typed, although nobody has saved it. A window that has not seen what another one wrote meanwhile
 * does not overwrite it: it gets a draft of its own.
 * @param {Phone} phone
 * @param {Typed} typed
 * @param {() => void} [tell] called when there is one more now, or one less
 * @returns {Promise<string>} the id that this window's words are kept under from here on
 */
export async function keepDraft(phone, typed, tell) {
  const { id, isNew, isGone } = await transaction(
    phone.person,
    [...DRAFT_STORES, ...CHANGES],
    "readwrite",
    async (tx) => {
      const drafts = tx.objectStore("draft");
      await joinDrafts(tx, phone);
      /** @type {DraftRow[]} */
      const rows = await drafts.getAll();
      const found = rows.find((row) => isSame(row, typed, isBeside(tx)));
      const mine = found && (tx.isVaultLocked || isSeen(found, typed)) ? found : undefined;
      if (typed.text.trim() === "") {
        if (mine) await remove(tx, phone, mine);
        else if (tx.isOnline && typed.id) await tellGone(tx, phone, typed.id);
        return { id: (isBeside(tx) ? "" : mine?.id) || typed.id || "", isGone: Boolean(mine) };
      }
      if (typed.id && !found && isSaying(await findSaved(tx, typed.id), typed.text)) return { id: typed.id };
      const row = await written(tx, phone, typed, mine, rows, Boolean(found));
      await drafts.put(row);
      if (!mine) await tx.objectStore("fact").put(ROOM, "room");
      // What lies beside it is joined to the window's own words later.
      return { id: (isBeside(tx) && typed.id) || row.id, isNew: !mine };
    },
  );
  if (isNew || isGone) tell?.();
  if (isNew) await giveBackRoom(phone);
  return id;
}

/** Kept for a moment with the first letters: where a page of words has no room, the carer hears it before she has written it. */
const ROOM = "x".repeat(16_384);

/** @param {Phone} phone */
function giveBackRoom({ person }) {
  return transaction(person, ["fact"], "readwrite", (tx) => tx.store.delete("room"));
}

/** Whether what is typed now lies beside what is there, which nobody can read before it is unlocked. @param {any} tx */
const isBeside = (tx) => tx.isVaultLocked && !tx.isOnline;

/** @param {DraftRow} row @param {Typed} typed @param {boolean} isBeside */
function isSame(row, typed, isBeside) {
  if (isBeside) return row.key === keyWhenLocked(typed);
  if (typed.id && row.id) return row.id === typed.id;
  return fieldOf(row) === typed.field && !(typed.id && row.id);
}

/** Whether this window has seen the words that it is about to replace. @param {DraftRow} row @param {Typed} typed */
function isSeen(row, { seen, text }) {
  return !row.discarded_at && (!seen || row.text === text || seen.includes(textMark(row.text)));
}

/**
 * @param {any} tx
 * @param {Phone} phone
 * @param {Typed} typed
 * @param {DraftRow | undefined} before
 * @param {DraftRow[]} rows
 * @param {boolean} isAnothers whether the id is taken by words that this window has not seen
 * @returns {Promise<DraftRow>}
 */
async function written(tx, phone, typed, before, rows, isAnothers) {
  const { field, text } = typed;
  const at = later(phone, before?.at);
  const id = before?.id ?? ((!isAnothers && !isBeside(tx) && typed.id) || phone.newId());
  const isFree = rows.every((row) => row.key !== field);
  const key = isBeside(tx) ? keyWhenLocked(typed) : isFree ? field : `${field} ${id}`;
  // One that lies closed does not say when it was begun: it was there by then.
  const closed = before && !isReadableDraft(before) ? before.at : null;
  const known = { key: before?.key ?? key, since: before ? (before.since ?? closed) : at };
  const basis = before || !typed.basis ? {} : { basis: typed.basis };
  const beside = isBeside(tx) ? { window: typed.id ?? "" } : {};
  const become = /** @type {DraftRow} */ ({
    ...before,
    ...basis,
    ...beside,
    ...(await form(tx, typed, before)),
  });
  return { ...become, ...known, field, id, text, at, dn: await next(tx) };
}

/**
 * Its words were saved: the draft that they were typed in is no more, nor one in which exactly the same stood. Another
 * window's words stay. In the transaction that stores the change.
 * @param {any} tx over DRAFT_STORES
 * @param {Phone} phone
 * @param {{ field: string, text: string, id?: string, at?: string }} saved id: what the window called its draft, "" for
 *   none, undefined from an older page; at: of one that is saved where all are listed, when it was last typed in
 */
export async function dropSaved(tx, phone, { field, text, id, at }) {
  if (isBeside(tx)) return;
  /** @type {DraftRow[]} */
  const rows = await tx.objectStore("draft").getAll();
  // The server may have it already; here it is only what nobody can read. What lies at its field may be another window's.
  if (tx.isOnline && id) {
    const row = rows.find((each) => each.id === id);
    return row ? remove(tx, phone, row) : tellGone(tx, phone, id);
  }
  const mine = rows.filter((row) => fieldOf(row) === field && isReadableDraft(row));
  const isSaved = (/** @type {DraftRow} */ row) =>
    cleaned(row.text) === text || (id === undefined ? text.startsWith(row.text) : !at && row.id === id);
  const saved = mine.filter(isSaved);
  for (const row of saved) await remove(tx, phone, row);
  if (at && id && !saved.some((row) => row.id === id) && !rows.some((row) => row.id === id))
    await tellGone(tx, phone, id, at);
}

/**
 * What was saved is half-written again: its change was undone. Beside what its field has in it by now.
 * @param {any} tx over DRAFT_STORES, unlocked
 * @param {Phone} phone
 * @param {{ field: string, text: string, at: string, name: string, args: import("../shapes.js").Args, version: number, undone_by: string }} words
 */
export async function keepAgain(tx, phone, { version, ...words }) {
  const drafts = tx.objectStore("draft");
  const id = phone.newId();
  const key = (await drafts.get(words.field)) ? `${words.field} ${id}` : words.field;
  const visit_id = words.args.visit_id ?? "";
  const visit = await tx.objectStore("document").get(`visit-${visit_id}`);
  const about = aboutOf(visit?.body, words.args);
  const basis = { version, over: "" };
  await drafts.put({ ...words, key, id, since: words.at, visit_id, about, basis, dn: await next(tx) });
}

/**
 * Its carer does not want it. It can be had back for a day.
 * @param {Phone} phone
 * @param {DraftRow} draft one of this phone's, or one that was written on another
 */
export function discardDraft(phone, draft) {
  return transaction(phone.person, DRAFT_STORES, "readwrite", async (tx) => {
    const rows = await tx.objectStore("draft").getAll();
    const row = rows.find((/** @type {DraftRow} */ each) => each.id === draft.id) ?? draft;
    if (row.discarded_at || row.text !== draft.text) return;
    await tellGone(tx, phone, draft.id, row.at);
    const key = rows.includes(row) ? row.key : `${draft.field} ${draft.id}`;
    await tx.objectStore("draft").put({ ...row, key, discarded_at: new Date(phone.clock()).toISOString() });
  });
}

/** It is half-written again, as another draft: the server has heard that the first is no more. @param {Phone} phone @param {string} id */
export function restoreDraft(phone, id) {
  return transaction(phone.person, DRAFT_STORES, "readwrite", async (tx) => {
    // What nobody can read just now would be told of under an id that is not the sealed one's.
    if (tx.isVaultLocked) return;
    const rows = await tx.objectStore("draft").getAll();
    const row = rows.find((/** @type {DraftRow} */ each) => each.id === id);
    if (!row?.discarded_at) return;
    const { discarded_at: _, discarded_heard: __, ...again } = row;
    await tx
      .objectStore("draft")
      .put({ ...again, id: phone.newId(), at: later(phone, row.at), dn: await next(tx) });
  });
}

/** Whose drafts have been looked at in this worker's life. @type {Set<string>} */
const tidied = new Set();

/**
 * What an older app kept gets what it lacks.
 * @param {any} tx over DRAFT_STORES
 * @param {Phone} phone
 */
export async function tidyDrafts(tx, phone) {
  await joinDrafts(tx, phone);
  if (tx.isVaultLocked || tidied.has(phone.person)) return;
  const drafts = tx.objectStore("draft");
  /** @type {DraftRow[]} */
  const rows = await drafts.getAll();
  tidied.add(phone.person);
  const older = rows.filter((row) => !row.id && typeof row.text === "string");
  const documents = older.length ? await tx.objectStore("document").getAll(VISITS) : [];
  for (const row of older) {
    const known = { id: phone.newId(), field: row.key, since: null, at: later(phone), dn: await next(tx) };
    await drafts.put({ ...row, ...derived(row.key, documents), ...known });
  }
}

/**
 * What was discarded long ago goes: when the server's clock has said so twice, never by one reading of the phone's.
 * @param {any} tx over `draft`
 * @param {string} now the server's
 */
export async function forgetDiscarded(tx, now) {
  if (tx.isVaultLocked) return;
  const drafts = tx.objectStore("draft");
  for (const row of await drafts.getAll()) {
    if (!row.discarded_at) continue;
    if (!row.discarded_heard) await drafts.put({ ...row, discarded_heard: now });
    else if (Date.parse(now) - Date.parse(row.discarded_heard) > UNDONE_WITHIN) await drafts.delete(row.key);
  }
}
