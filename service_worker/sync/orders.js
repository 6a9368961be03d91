/**
 * Reads the server's order that this phone is to be wiped. No status, no page and no answer that is not signed with the
 * server's own key is one. Knows no storage. Twin: pwa/access/wipe_orders.py.
 *
 * @typedef {{ text: string, signature: string }} Signed both as they came; the signature in base64
 * @typedef {{ order: "wipe", what: "vault" | "phone", phone: string, at: string }} Order
 */

import { fromBase64, utf8 } from "../bytes.js";

const ALGORITHM = { name: "ECDSA", hash: "SHA-256" };
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/**
 * What one of these keys has ordered this phone, or null.
 * @param {Signed} signed
 * @param {string[]} keys points in base64
 * @param {string} phoneId
 * @returns {Promise<Order | null>}
 */
export async function readOrder({ text, signature }, keys, phoneId) {
  for (const key of keys) {
    if (!(await isSigned(text, signature, key).catch(() => false))) continue;
    const order = JSON.parse(text);
    if (order.order === "wipe" && order.phone === phoneId) return order;
  }
  return null;
}

/** @param {string} text @param {string} signature @param {string} point */
async function isSigned(text, signature, point) {
  const key = await crypto.subtle.importKey("raw", fromBase64(point), CURVE, false, ["verify"]);
  return crypto.subtle.verify(ALGORITHM, key, fromBase64(signature), utf8(text));
}
