/**
 * Decrypts a stored row and encrypts it again: what is personal lies in its `box`, and outside of it only what the phone
 * must read without a key. Knows which parts are personal; knows no database.
 *
 * @typedef {object} RowContext
 * @property {string} person
 * @property {import("./vault.js").Vault} vault
 * @property {import("./sealing.js").SealTo} [seal_to]
 */

import { utf8 } from "../bytes.js";
import { isReadable, isReadableDraft, wire, wireDraft } from "../wire.js";
import { decryptBytes, decryptText, encryptBytes, encryptText } from "./cipher.js";
import { closeWords, openWords } from "./locked_words.js";
import { draftPurpose, purpose, seal } from "./sealing.js";
import { Locked } from "./vault.js";

/**
 * What stays readable, by store: ids, numbers and times that order and count, and what the server said in general
 * words. Everything else of a row is in its box. Stores that are not here hold nothing personal.
 * @type {Record<string, string[]>}
 */
const READABLE = {
  document: ["id", "version", "day", "keep_until"],
  outbox: ["id", "n", "at", "again", "clock", "sealed"],
  delivered: ["id", "n", "at", "again", "clock", "sealed", "delivered_at", "skew_ms"],
  attention: [
    "id",
    "n",
    "at",
    "again",
    "clock",
    "sealed",
    "fate",
    "problem",
    "message",
    "next_step",
    "answered_at",
    "read_at",
  ],
  draft: ["key", "id", "at", "dn", "sealed", "locked", "discarded_at"],
  photo: ["sha256", "type", "size", "at", "delivered_at", "asked_at"],
  photo_bytes: ["sha256"],
};

/** The stores that hold personal rows. */
export const PERSONAL = Object.keys(READABLE);

/** The stores of changes: a change's box is the same in each. */
const OF_CHANGES = ["outbox", "delivered", "attention"];

/** The stores of what is to be delivered: sealed to the server as well. */
const SEALED = ["outbox", "draft"];

/** Of these the box holds bytes, and no text. */
const OF_BYTES = "photo_bytes";

/** How a row was stored when it was opened, so that what only moves is not encrypted anew. */
const STORED = Symbol("stored");

/** @param {string} store @param {any} row */
const recordOf = (store, { id, key, sha256 }) =>
  OF_CHANGES.includes(store) ? `change ${id}` : `${store} ${id ?? key ?? sha256}`;

/**
 * The row as it was before it was encrypted. Without a key it stays as it is stored.
 * @param {string} store
 * @param {any} row
 * @param {RowContext} context
 */
export async function decryptRow(store, row, { person, vault }) {
  if (!(row?.box || row?.locked) || !vault.key) return row;
  if (row.locked) return writtenWhileLocked(row, person, { ...vault, key: vault.key });
  if (store === OF_BYTES)
    return {
      sha256: row.sha256,
      bytes: await decryptBytes(vault.key, vault.id, recordOf(store, row), row.box),
    };
  const text = await decryptText(vault.key, vault.id, recordOf(store, row), row.box);
  const { box, sealed, ...outside } = row;
  return { ...outside, ...JSON.parse(text), [STORED]: { text, box, sealed, at: row.at, id: row.id } };
}

/** Where nobody can open it here any more it is as any that only the server opens. @param {any} row @param {string} person @param {{ id: string, key: CryptoKey }} vault */
async function writtenWhileLocked(row, person, vault) {
  const text = await openWords(person, vault, row);
  const { locked: _, ...closed } = row;
  const { sealed, ...outside } = closed;
  const { at, id } = row;
  return text === null ? closed : { ...outside, ...JSON.parse(text), [STORED]: { sealed, at, id } };
}

/**
 * The row as it is stored. Throws Locked when there is no key for what is personal in it; a change to be sent is then
 * sealed to the server alone, because what a carer did is never lost.
 * @param {string} store
 * @param {any} row
 * @param {RowContext} context
 */
export async function encryptRow(store, row, context) {
  const readable = READABLE[store];
  if (!readable) return row;
  const { key, id } = context.vault;
  if (row.box || isClosed(store, row)) return row;
  if (store === OF_BYTES) {
    if (!key) throw new Locked();
    return { sha256: row.sha256, box: await encryptBytes(key, id, recordOf(store, row), row.bytes) };
  }
  const before = row[STORED] ?? {};
  const mustSeal = SEALED.includes(store) || (store === "delivered" && context.vault.isOnline);
  const sealed = mustSeal ? await sealedOf(store, row, before, context) : before.sealed;
  const outside = { ...only(row, readable), ...(sealed ? { sealed } : {}) };
  const text = JSON.stringify(without(row, outside));
  if (!key) {
    if (!sealed) throw new Locked();
    const locked = store === "draft" ? await closeWords(context.person, id, row, text) : undefined;
    return locked ? { ...outside, locked } : outside;
  }
  const isAsStored = before.text === text && before.id === row.id;
  const box = isAsStored ? before.box : await encryptText(key, id, recordOf(store, row), text);
  return { ...outside, box };
}

/** Whether only the server can open it any more. @param {string} store @param {any} row */
function isClosed(store, row) {
  return store === "draft" ? !isReadableDraft(row) : OF_CHANGES.includes(store) && !isReadable(row);
}

/** An older app's draft has no id yet, and is sealed when it gets one. @param {string} store @param {any} row @param {{ sealed?: Uint8Array, at?: string, id?: string }} before @param {RowContext} context */
function sealedOf(store, row, before, { person, seal_to }) {
  if (before.sealed && before.at === row.at && before.id === row.id) return before.sealed;
  if (!seal_to || !row.id) return undefined;
  const [sent, what] =
    store === "draft" ? [wireDraft(row), draftPurpose(person, row)] : [wire(row), purpose(person, row)];
  return seal(seal_to, utf8(JSON.stringify(sent)), what);
}

/** @param {any} row @param {string[]} names */
const only = (row, names) =>
  Object.fromEntries(names.filter((name) => row[name] !== undefined).map((name) => [name, row[name]]));

/** @param {any} row @param {object} parts whose names are left out */
const without = (row, parts) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !Object.hasOwn(parts, name)));
