/**
 * Knows what was written while the vault was locked, and how it becomes its window's draft when it can be read again.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").DraftRow} DraftRow
 * @typedef {import("../shapes.js").Typed} Typed
 */

import { transaction } from "../vault/encrypted_transaction.js";
import { isReadableDraft } from "../wire.js";
import { fieldOf, form, isOpen } from "./draft_form.js";
import { DRAFT_STORES, next, tellGone } from "./draft_numbers.js";
import { CHANGES, findSaved, isSaying } from "./saved_drafts.js";

const LOCKED = " locked";

/** While it is locked nobody can read what is there: what comes then lies beside it. @param {Typed} typed */
export const keyWhenLocked = ({ field, id }) => `${field} ${id ?? ""}${LOCKED}`;

/**
 * What was written while the vault was locked becomes its window's draft, now that it can be read. Words that it only goes
 * on from are in it; any others stay beside it.
 * @param {any} tx over DRAFT_STORES; where there is such a draft, over CHANGES too
 * @param {Phone} phone
 */
export async function joinDrafts(tx, phone) {
  if (tx.isVaultLocked) return;
  /** @type {string[]} */
  const keys = await tx.objectStore("draft").getAllKeys();
  // Hardly ever: the others are not opened for it.
  if (!keys.some((key) => key.endsWith(LOCKED))) return;
  /** @type {DraftRow[]} */
  const rows = await tx.objectStore("draft").getAll();
  const written = rows.filter((row) => row.window !== undefined && isReadableDraft(row));
  for (const row of written.sort((a, b) => (a.dn ?? 0) - (b.dn ?? 0))) await join(tx, phone, row);
}

/** Before a page is drawn. @param {Phone} phone */
export const joinWritten = (phone) =>
  transaction(phone.person, [...DRAFT_STORES, ...CHANGES], "readwrite", (tx) => joinDrafts(tx, phone));

/** @param {any} tx @param {Phone} phone @param {DraftRow} row */
async function join(tx, phone, { window = "", ...late }) {
  const drafts = tx.objectStore("draft");
  await drafts.delete(late.key);
  const isSaved = Boolean(window) && isSaying(await findSaved(tx, window), late.text);
  /** @type {DraftRow[]} */
  const rows = isSaved ? [] : await drafts.getAll();
  const mine = rows.find((row) => isOpen(row) && isOfWindow(row, late.field, window));
  const older = mine && late.text.startsWith(mine.text) ? mine : undefined;
  if (isSaved || older) await tellGone(tx, phone, late.id, late.at);
  if (isSaved) return;
  const at = new Date(Math.max(...[mine?.at, late.at].map((time) => Date.parse(time ?? late.at))) + 1);
  const isFree = rows.every(({ key }) => key !== late.field);
  const key = older?.key ?? (isFree ? late.field : `${late.field} ${late.id}`);
  const { id, since, basis } = { ...late, ...older };
  const become = await form(tx, window ? late : { field: late.field, text: late.text }, older);
  const known = { ...{ key, id, at: at.toISOString(), dn: await next(tx) }, ...(basis ? { basis } : {}) };
  await drafts.put({ ...late, ...older, ...become, ...known, since, text: late.text });
}

/** Whether the same window has typed it, in the same field. @param {DraftRow} row @param {string} field @param {string} window "" for an older page's */
const isOfWindow = (row, field, window) => (window ? row.id === window : fieldOf(row) === field);
