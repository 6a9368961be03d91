/**
 * Which visits the carer has looked at on this phone, until the server has written it down in its access log: each
 * visit once an hour, by id and time only. Knows no pages and no wire.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 * @typedef {{ visit_id: string, at: string }} Look at: by the server's clock
 */

import { carerDatabase, transaction } from "./store.js";

/** Where among the facts they lie. */
export const LOOKS = IDBKeyRange.bound("look ", "look \uffff");
/** So many are sent at a time. */
export const MOST_LOOKS = 200;

/** @param {Look} look */
const keyOf = ({ visit_id, at }) => `look ${visit_id} ${at.slice(0, "2026-11-28T14".length)}`;

/**
 * Remember a look. A store that fails keeps nobody from reading.
 * @param {Phone} phone
 * @param {Look} look
 */
export async function noteLook(phone, look) {
  try {
    await transaction(carerDatabase(phone.person), ["fact"], "readwrite", async (tx) => {
      if (!(await tx.store.get(keyOf(look)))) await tx.store.put(look, keyOf(look));
    });
  } catch (error) {
    console.error(error);
  }
}

/** The server has written them down. @param {Phone} phone @param {Look[]} looks */
export function forgetLooks(phone, looks) {
  return transaction(carerDatabase(phone.person), ["fact"], "readwrite", async (tx) => {
    await Promise.all(looks.map((look) => tx.store.delete(keyOf(look))));
  });
}
