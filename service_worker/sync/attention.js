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

/** The fate of a change that had no possible time. */
const OF_ITS_TIME = "ClockWrong";

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
    const skew = (await tx.objectStore("fact").get("skew_ms")) ?? 0;
    const rows = row.problem === OF_ITS_TIME ? await listOfTheirTime(tx) : [row];
    const late = Math.max(
      0,
      ...rows.map(({ at, answered_at }) => Date.parse(at) + skew - Date.parse(answered_at)),
    );
    for (const each of rows) {
      const { name, v, seen, args } = each;
      const on = args.visit_id ? "visit" : "person";
      const at = row.problem === OF_ITS_TIME ? moved(each.at, -late) : undefined;
      await add(tx, phone, { id: phone.newId(), name, v, on, seen, args, at, again: each.id }, each.about);
      await tx.objectStore("attention").put(read(phone, each));
    }
  });
}

/** What an older server held because of its time, in order: it goes together, and keeps its distances. @param {any} tx @returns {Promise<AttentionRow[]>} */
async function listOfTheirTime(tx) {
  /** @type {AttentionRow[]} */
  const rows = await tx.objectStore("attention").getAll();
  return rows
    .filter((row) => row.problem === OF_ITS_TIME && !row.read_at && isReadable(row))
    .sort((a, b) => a.n - b.n);
}

/** @param {string} at @param {number} milliseconds */
const moved = (at, milliseconds) => new Date(Date.parse(at) + milliseconds).toISOString();

/** @type {(phone: Phone, row: AttentionRow) => AttentionRow} */
function read(phone, row) {
  return { ...row, read_at: row.read_at ?? new Date(phone.clock()).toISOString() };
}
