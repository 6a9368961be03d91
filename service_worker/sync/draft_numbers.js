/**
 * Knows the numbers that drafts get as they are written and as they go, by which the server hears of each; knows no words.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {{ id: string, at: string, dn: number }} Gone a draft that is no more, and since when
 */

/** Stores that a change of drafts touches. */
export const DRAFT_STORES = ["draft", "fact", "document"];

/** A time later than before, whatever the clock says: the server keeps the latest. @param {Phone} phone @param {string} [before] */
export function later(phone, before) {
  return new Date(Math.max(phone.clock(), before ? Date.parse(before) + 1 : 0)).toISOString();
}

/** Drafts are another set from here on. @param {any} tx @returns {Promise<number>} its number */
export async function next(tx) {
  const facts = tx.objectStore("fact");
  const n = ((await facts.get("draft_n")) ?? 0) + 1;
  await facts.put(n, "draft_n");
  return n;
}

/** It is no more, and the server is to hear it. @param {any} tx @param {Phone} phone @param {{ key: string, id?: string, at?: string }} row */
export async function remove(tx, phone, row) {
  await tx.objectStore("draft").delete(row.key);
  if (row.id) await tellGone(tx, phone, row.id, row.at);
}

/** @param {any} tx @param {Phone} phone @param {string} id @param {string} [at] when it was last typed in */
export async function tellGone(tx, phone, id, at) {
  const facts = tx.objectStore("fact");
  /** @type {Gone[]} */
  const gone = (await facts.get("draft_gone")) ?? [];
  const mine = { id, at: later(phone, at), dn: await next(tx) };
  await facts.put([...gone.filter((each) => each.id !== id), mine], "draft_gone");
}
