/** Knows which rows of half-written words the server lacks, also while nobody can read them. Knows no words. */

/** @typedef {import("../shapes.js").DraftRow} DraftRow */

/** Whether the server is to hear of it. @param {DraftRow} row @param {number | null | undefined} heard how far the server is */
export const isNews = (row, heard) => !row.discarded_at && row.dn !== undefined && row.dn > (heard ?? 0);

/** Whether only this phone has it; an older app's row nobody else has. @param {number | null | undefined} heard @returns {(row: DraftRow) => boolean} */
export const isUndelivered = (heard) => (row) =>
  !row.discarded_at && (row.dn === undefined || isNews(row, heard));

/**
 * How many texts are half-written, as they lie on the disk. What was written while it was locked goes on from its window's.
 * @param {DraftRow[]} rows
 */
export function countHalfWritten(rows) {
  const open = rows.filter((row) => !row.discarded_at);
  const ids = new Set(open.map(({ id }) => id));
  const keys = new Set(open.map(({ key }) => key));
  return open.filter(({ key }) => {
    const [field, window, locked] = key.split(" ");
    return !(locked && (window ? ids.has(window) : keys.has(field)));
  }).length;
}

/**
 * How many drafts only this phone has.
 * @param {any} tx over `draft` and `fact`, as they lie on the disk
 * @returns {Promise<number>}
 */
export async function countUndelivered(tx) {
  const [heard, rows] = await Promise.all([
    tx.objectStore("fact").get("draft_heard"),
    tx.objectStore("draft").getAll(),
  ]);
  return rows.filter(isUndelivered(heard)).length;
}
