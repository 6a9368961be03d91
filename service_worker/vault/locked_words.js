/**
 * Closes what is written while the vault is locked, so that the phone itself has it again once it is unlocked: sealed to a
 * key pair of the vault's own, whose private half lies encrypted in it. Knows no rows.
 *
 * @typedef {{ id: string, public: string, half: Uint8Array<ArrayBuffer> }} Pair id in hex, the point in base64, the private half encrypted
 */

import { bytesOf, fromBase64, toBase64, toHex, utf8 } from "../bytes.js";
import { fact, setFacts } from "../store/facts.js";
import { decryptText, encryptText } from "./cipher.js";
import { CURVE, open, seal, sealedTo } from "./sealing.js";

/** The name of the fact that it is kept as; who empties the vault forgets it. */
export const PAIR = "locked_words_pair";
const RECORD = "key pair";

/** @param {string} vault @param {{ key: string, id: string }} draft */
const purposeOf = (vault, { key, id }) => utf8(`haand locked words\n${vault}\n${key}\n${id}`);

/** @param {string} person @returns {Promise<Pair | undefined>} */
const pairOf = (person) => fact(person, PAIR);

/**
 * A vault that has none gets its pair; a new vault gets a new one.
 * @param {string} person
 * @param {{ id: string, key: CryptoKey }} vault
 * @param {boolean} isNew
 */
export async function providePair(person, { id, key }, isNew) {
  if (!isNew && (await pairOf(person))) return;
  const made = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]));
  const [point, secret] = await Promise.all([
    crypto.subtle.exportKey("raw", made.publicKey),
    crypto.subtle.exportKey("jwk", made.privateKey),
  ]);
  const half = await encryptText(key, id, RECORD, JSON.stringify(secret));
  const name = toHex(crypto.getRandomValues(new Uint8Array(8)));
  await setFacts(person, { [PAIR]: { id: name, public: toBase64(bytesOf(point)), half } });
}

/**
 * @param {string} person
 * @param {string} vault its id
 * @param {{ key: string, id: string }} draft
 * @param {string} text
 * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} nothing where the vault has no pair yet
 */
export async function closeWords(person, vault, draft, text) {
  const pair = await pairOf(person);
  return pair && seal(pair, utf8(text), purposeOf(vault, draft));
}

/**
 * @param {string} person
 * @param {{ id: string, key: CryptoKey }} vault open
 * @param {{ key: string, id: string, locked: Uint8Array<ArrayBuffer> }} draft
 * @returns {Promise<string | null>} null where they were closed for another vault
 */
export async function openWords(person, { id, key }, draft) {
  const pair = await pairOf(person);
  if (!pair || sealedTo(draft.locked) !== pair.id) return null;
  try {
    const secret = JSON.parse(await decryptText(key, id, RECORD, pair.half));
    const ours = await crypto.subtle.importKey("jwk", secret, CURVE, false, ["deriveBits"]);
    const point = fromBase64(pair.public);
    return new TextDecoder().decode(await open(ours, point, draft.locked, purposeOf(id, draft)));
  } catch (error) {
    console.error(error);
    return null;
  }
}
