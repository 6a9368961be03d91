/**
 * Encrypts values and decrypts them again: AES-256-GCM, bound to the vault and to the one record that they are of, so
 * that none can be put in another's place. Knows no storage and no PIN.
 */

import { bytesOf, joined, utf8 } from "../bytes.js";

const IV_LENGTH = 12;
const decoder = new TextDecoder();

/** A key as the browser holds it: it can be used, and not read. @param {Uint8Array<ArrayBuffer>} bytes 32 of them */
export const importKey = (bytes) =>
  crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

/** @param {string} vault @param {string} record @param {Uint8Array<ArrayBuffer>} iv */
const how = (vault, record, iv) => ({ name: "AES-GCM", iv, additionalData: utf8(`${vault}\n${record}`) });

/**
 * @param {CryptoKey} key
 * @param {string} vault
 * @param {string} record
 * @param {Uint8Array<ArrayBuffer>} plain
 * @returns {Promise<Uint8Array<ArrayBuffer>>} the IV, and what was encrypted
 */
export async function encryptBytes(key, vault, record, plain) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_LENGTH));
  return joined(iv, bytesOf(await crypto.subtle.encrypt(how(vault, record, iv), key, plain)));
}

/**
 * Throws when the key, the vault or the record is another, or a bit has changed.
 * @param {CryptoKey} key
 * @param {string} vault
 * @param {string} record
 * @param {Uint8Array<ArrayBuffer>} box
 */
export async function decryptBytes(key, vault, record, box) {
  const [iv, encrypted] = [box.slice(0, IV_LENGTH), box.subarray(IV_LENGTH)];
  return bytesOf(await crypto.subtle.decrypt(how(vault, record, iv), key, encrypted));
}

/** @param {CryptoKey} key @param {string} vault @param {string} record @param {string} text */
export const encryptText = (key, vault, record, text) => encryptBytes(key, vault, record, utf8(text));

/** @param {CryptoKey} key @param {string} vault @param {string} record @param {Uint8Array<ArrayBuffer>} box */
export const decryptText = async (key, vault, record, box) =>
  decoder.decode(await decryptBytes(key, vault, record, box));
