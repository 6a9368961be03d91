/**
 * Keeps the pictures that a carer answered with, apart from the answers: what is known of each in `photo`, its bytes in
 * `photo_bytes`. Knows stores; knows no requests.
 *
 * @typedef {object} PhotoRow
 * @property {string} sha256
 * @property {string} type
 * @property {number} size bytes
 * @property {string} at when it was taken, by the phone's clock
 * @property {import("../shapes.js").About} about
 * @property {string | null} delivered_at when the server said that it has it; null while it waits
 * @property {string} [asked_at] when it was last asked whether it still has it
 * @property {boolean} [is_begun] whether some of it may have been sent
 * @property {string} [problem] why the server does not take it, in its words
 *
 * @typedef {{ sha256: string, type: string, bytes: Uint8Array<ArrayBuffer> }} NewPhoto
 */

import { isUnsent, PHOTO_STORES } from "../store/photo_rows.js";
import { transaction } from "../vault/encrypted_transaction.js";

/** As long as the answers that may have to be sent again. */
const KEPT_FOR = 14 * 24 * 60 * 60_000;
const MOST_KEPT = 100;

/** Not closed in a vault that is locked. @param {{ box?: unknown }} row */
const isReadable = ({ box }) => !box;

/**
 * In the transaction that stores its answer, over PHOTO_STORES: there are both, or neither. The same photo is there once.
 * @param {any} tx @param {import("../shapes.js").Phone} phone @param {NewPhoto} photo @param {import("../shapes.js").About} about
 */
export async function keepPhoto(tx, phone, { sha256, type, bytes }, about) {
  if (await tx.objectStore("photo").get(sha256)) return;
  const at = new Date(phone.clock()).toISOString();
  await tx.objectStore("photo_bytes").put({ sha256, bytes });
  await tx.objectStore("photo").put({ sha256, type, size: bytes.length, at, about, delivered_at: null });
}

/** @param {string} person @returns {Promise<PhotoRow[]>} */
export function listPhotos(person) {
  return transaction(person, ["photo"], "readonly", async (tx) =>
    (await tx.store.getAll()).filter(isReadable),
  );
}

/** Its bytes, while they are here and can be read. @param {string} person @param {string} sha256 @returns {Promise<NewPhoto | null>} */
export function readPhoto(person, sha256) {
  return transaction(person, PHOTO_STORES, "readonly", async (tx) => {
    const [row, kept] = await Promise.all(PHOTO_STORES.map((name) => tx.objectStore(name).get(sha256)));
    return row && kept?.bytes ? { sha256, type: row.type, bytes: kept.bytes } : null;
  });
}

/** @param {string} person @param {string} sha256 @param {Partial<PhotoRow>} news */
export function notePhoto(person, sha256, news) {
  return transaction(person, PHOTO_STORES, "readwrite", async (tx) => {
    const row = await tx.objectStore("photo").get(sha256);
    if (!row || !isReadable(row)) return;
    if (!tx.isVaultLocked) await tx.objectStore("photo").put({ ...row, ...news });
    // From before nothing was to be kept here that can be read.
    else if (news.delivered_at)
      await Promise.all(PHOTO_STORES.map((name) => tx.objectStore(name).delete(sha256)));
  });
}

/**
 * The server was told once more what shows these: it may be one that was restored, and then it lacks them too.
 * @param {any} tx over `photo` @param {string[]} names
 */
export async function askAgain(tx, names) {
  for (const sha256 of names) {
    const row = await tx.objectStore("photo").get(sha256);
    if (row?.delivered_at && !tx.isVaultLocked)
      await tx.objectStore("photo").put({ ...row, delivered_at: null });
  }
}

/**
 * What the server has is forgotten when its time has come, and the oldest of what is too much; all of it where room is needed.
 * @param {import("../shapes.js").Phone} phone @param {"what is old" | "all"} which @returns {Promise<number>} how many
 */
export function dropDelivered(phone, which) {
  return transaction(phone.person, PHOTO_STORES, "readwrite", async (tx) => {
    /** @type {PhotoRow[]} */
    const rows = tx.isVaultLocked ? [] : await tx.objectStore("photo").getAll();
    const sent = rows
      .filter((row) => !isUnsent(row))
      .sort((a, b) => (String(a.delivered_at) < String(b.delivered_at) ? -1 : 1));
    const since = new Date(phone.clock() - KEPT_FOR).toISOString();
    const dropped = sent.filter(
      ({ delivered_at }, place) =>
        which === "all" || String(delivered_at) < since || place < rows.length - MOST_KEPT,
    );
    await Promise.all(
      dropped.flatMap(({ sha256 }) => PHOTO_STORES.map((name) => tx.objectStore(name).delete(sha256))),
    );
    return dropped.length;
  });
}
