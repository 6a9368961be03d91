/**
 * Knows how a vault's key is wrapped by what its carer knows or has: a PIN, a passkey, or both. Knows no storage, and
 * never sees a PIN, only what was stretched of it (static/key_stretching.js).
 *
 * @typedef {"pin" | "prf" | "prf+pin"} Kind
 * @typedef {{ name: "argon2id" | "pbkdf2", salt: Uint8Array<ArrayBuffer>, memory?: number, rounds: number }} Stretch
 *   how a PIN is stretched; memory in KiB
 * @typedef {{ length: number, letters: boolean }} CodeForm how many digits a code has; with letters, how many signs at least
 * @typedef {object} NewSlot what a page has made for a slot that is to be
 * @property {Kind} kind
 * @property {Stretch | null} stretch null without a PIN
 * @property {Uint8Array<ArrayBuffer> | null} prf_salt what the passkey is asked with, null without one
 * @property {Uint8Array<ArrayBuffer> | null} passkey_id which one it is that is asked
 * @property {CodeForm | null} [code] the form of its code; a slot from before has six digits
 *
 * @typedef {object} StoredSlot what the phone keeps of it besides
 * @property {Uint8Array<ArrayBuffer>} salt
 * @property {Uint8Array<ArrayBuffer>} proof tells the right secret from a wrong one
 * @property {Uint8Array<ArrayBuffer> | null} wrapped the vault's key; null once what it opened was given up
 * @property {number} tries wrong ones in a row
 *
 * @typedef {NewSlot & StoredSlot} Slot
 */

import { bytesOf, utf8 } from "../bytes.js";
import { decryptBytes, encryptBytes, importKey } from "./cipher.js";

/** So many wrong PINs in a row, and the vault is gone. */
export const MOST_TRIES = 5;

/** @type {Set<string>} */
const KINDS = new Set(["pin", "prf", "prf+pin"]);

/** Whether we know what such a slot is opened with: a newer app may have made others. @param {string} kind @returns {kind is Kind} */
export const isKnown = (kind) => KINDS.has(kind);

/** Not the secret that the slot was made with. */
export class WrongSecret extends Error {}

/** Whether a wrong secret may be a guess: only a PIN can be guessed. @param {{ kind: Kind }} slot */
export const isGuessable = ({ kind }) => kind !== "prf";

/**
 * @param {NewSlot} made
 * @param {string} vault
 * @param {Uint8Array<ArrayBuffer>} secret what the PIN was stretched to; what the passkey gave; or that, then this
 * @param {Uint8Array<ArrayBuffer>} key the vault's, 32 bytes
 * @returns {Promise<Slot>}
 */
export async function makeSlot({ kind, stretch, prf_salt, passkey_id, code = null }, vault, secret, key) {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const slot = { kind, stretch, prf_salt, passkey_id, code, salt, tries: 0 };
  const wrapping = await wrappingKey(slot, secret);
  const [proof, wrapped] = await Promise.all([
    encryptBytes(wrapping, kind, "proof", new Uint8Array(0)),
    encryptBytes(wrapping, kind, `key of ${vault}`, key),
  ]);
  return { ...slot, proof, wrapped };
}

/**
 * The vault's key, or null when it was given up. Throws WrongSecret.
 * @param {Slot} slot
 * @param {string} vault
 * @param {Uint8Array<ArrayBuffer>} secret
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>}
 */
export async function openSlot(slot, vault, secret) {
  const wrapping = await wrappingKey(slot, secret);
  await decryptBytes(wrapping, slot.kind, "proof", slot.proof).catch(() => {
    throw new WrongSecret(slot.kind);
  });
  return slot.wrapped && decryptBytes(wrapping, slot.kind, `key of ${vault}`, slot.wrapped);
}

/** HKDF-SHA256 of the secret. @param {{ kind: string, salt: Uint8Array<ArrayBuffer> }} slot @param {Uint8Array<ArrayBuffer>} secret */
async function wrappingKey({ kind, salt }, secret) {
  const material = await crypto.subtle.importKey("raw", bytesOf(secret), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: utf8(`haand slot ${kind}`) };
  return importKey(bytesOf(await crypto.subtle.deriveBits(how, material, 256)));
}
