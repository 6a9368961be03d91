/**
 * Keeps which visits the carer has viewed on this phone, until the server has written it down in its access log: each
 * visit once an hour, by id and time only. Knows no pages and no wire.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {{ visit_id: string, at: string }} View at: by the server's clock
 */

import { carerDatabase, transaction } from "../store/databases.js";

/** Where among the facts they lie. */
export const VIEW_KEYS = IDBKeyRange.bound("look ", "look \uffff");
/** So many are sent at a time. */
export const MOST_VIEWS = 200;

/** @param {View} view */
const keyOf = ({ visit_id, at }) => `look ${visit_id} ${at.slice(0, "2026-11-28T14".length)}`;

/**
 * Remember a view. A store that fails keeps nobody from reading.
 * @param {Phone} phone
 * @param {View} view
 */
export async function logView(phone, view) {
  try {
    await transaction(carerDatabase(phone.person), ["fact"], "readwrite", async (tx) => {
      if (!(await tx.store.get(keyOf(view)))) await tx.store.put(view, keyOf(view));
    });
  } catch (error) {
    console.error(error);
  }
}

/** The server has written them down. @param {Phone} phone @param {View[]} views */
export function forgetViews(phone, views) {
  return transaction(carerDatabase(phone.person), ["fact"], "readwrite", async (tx) => {
    await Promise.all(views.map((view) => tx.store.delete(keyOf(view))));
  });
}
