/**
 * What the server refused or holds: kept with its words until its carer has seen it, and after. Knows nothing about
 * why it was refused.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").AttentionRow} AttentionRow
 */

import { transaction } from "../vault/encrypted_transaction.js";
import { isReadable } from "../wire.js";
import { add } from "./outbox.js";

/**
 * The carer has seen it. It stays, under what she has seen.
 * @param {Phone} phone
 * @param {string} id
 */
export function markRead(phone, id) {
  return transaction(phone.person, ["attention"], "readwrite", async (tx) => {
    const row = await tx.store.get(id);
    if (row) await tx.store.put(read(phone, row));
  });
}

/**
 * Send it again: a new change with a new number and today's clock, because the old id has its answer.
 * Both happen in one transaction, so a second tap finds it seen and sends nothing.
 * @param {Phone} phone
 * @param {string} id
 */
export function retry(phone, id) {
  const stores = ["attention", "fact", "outbox", "document"];
  return transaction(phone.person, stores, "readwrite", async (tx) => {
    /** @type {AttentionRow | undefined} */
    const row = await tx.objectStore("attention").get(id);
    if (!row || row.read_at || !isReadable(row)) return;
    const { name, v, seen, args } = row;
    const on = args.visit_id ? "visit" : "person";
    const about = { ...row.about, again: id };
    await add(tx, phone, { id: phone.newId(), name, v, on, seen, args }, about);
    await tx.objectStore("attention").put(read(phone, row));
  });
}

/** @type {(phone: Phone, row: AttentionRow) => AttentionRow} */
function read(phone, row) {
  return { ...row, read_at: row.read_at ?? new Date(phone.clock()).toISOString() };
}
