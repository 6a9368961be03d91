/**
 * Knows the secret by which the server knows that a carer's vault is open: the cookie alone opens nothing where there is a
 * vault. It lies in the vault, and once more under what opens that: so the same code shows the same secret also when what
 * the vault held was given up. The server has its hash. Knows no requests. Twin: pwa/access/rules/phone_proof.py.
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ hash: string, inVault: Bytes, byKind: Record<string, { salt: Bytes, box: Bytes }> }} Proof
 */

import { bytesOf, toBase64, toHex, utf8 } from "../bytes.js";
import { carerDatabase, transaction } from "../store/databases.js";
import { fact, setFacts } from "../store/facts.js";
import { decryptText, encryptText, importKey } from "./cipher.js";
import { findVault } from "./vault.js";

/** The name of the fact that it is kept as; who empties the vault of all forgets it. */
export const PROOF = "proof";
const RECORD = "proof";

/** 256 random bits, as a header can have them. */
export const newSecret = () =>
  toBase64(crypto.getRandomValues(new Uint8Array(32))).replace(/[+/=]/g, (sign) => URL_SAFE[sign]);
/** @type {Record<string, string>} */
const URL_SAFE = { "+": "-", "/": "_", "=": "" };

/**
 * What the request shows of this carer's vault: the secret while it is open, and else which vault it is that is closed. Empty
 * where there is none.
 * @param {string} person
 * @returns {Promise<string>}
 */
export async function shownOfVault(person) {
  const vault = await findVault(person);
  if (!vault || vault.isOnline) return "";
  if (vault.key) return secretIn(person, { id: vault.id, key: vault.key });
  const proof = await proofOf(person);
  return proof ? `${person}.closed.${proof.hash}` : `${person}.closed`;
}

/** The secret while the vault is open, null else. @param {string} person @returns {Promise<string | null>} */
export async function secretOf(person) {
  const vault = await findVault(person);
  return vault?.key ? secretIn(person, { id: vault.id, key: vault.key }) : null;
}

/**
 * Whoever has opened the vault has its secret from here on, also when its content is given up one day.
 * @param {string} person
 * @param {{ id: string, key: CryptoKey }} vault
 * @param {string} kind of the slot that was opened
 * @param {Bytes} opened what opened it
 */
export async function provideProof(person, vault, kind, opened) {
  const proof = await proofOf(person);
  const kept = proof?.byKind[kind];
  const [inVault, byKind] = await Promise.all([
    proof && read(vault.key, vault.id, proof.inVault),
    kept && read(await keyBy(opened, kept.salt), kind, kept.box),
  ]);
  const secret = inVault ?? byKind ?? `${person}.${newSecret()}`;
  if (inVault === secret && byKind === secret) return;
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const box = await encryptText(await keyBy(opened, salt), kind, RECORD, secret);
  const others = inVault === secret ? proof?.byKind : {};
  await setFacts(person, { [PROOF]: await closed(secret, vault, { ...others, [kind]: { salt, box } }) });
}

/**
 * The secret that lies in an open vault. One that was opened by an app of before has none yet: it gets one.
 * @param {string} person
 * @param {{ id: string, key: CryptoKey }} vault
 */
async function secretIn(person, vault) {
  const before = await proofOf(person);
  const known = before && (await read(vault.key, vault.id, before.inVault));
  if (known) return known;
  const made = await closed(`${person}.${newSecret()}`, vault, {});
  const kept = await transaction(carerDatabase(person), ["fact"], "readwrite", async (tx) => {
    const meanwhile = await tx.store.get(PROOF);
    const isAnothers = meanwhile?.hash === before?.hash;
    if (isAnothers) await tx.store.put(made, PROOF);
    return isAnothers ? made : meanwhile;
  });
  return /** @type {Promise<string>} */ (decryptText(vault.key, vault.id, RECORD, kept.inVault));
}

/** @param {string} person @returns {Promise<Proof | undefined>} */
const proofOf = (person) => fact(person, PROOF);

/** @param {string} secret @param {{ id: string, key: CryptoKey }} vault @param {Proof["byKind"]} byKind @returns {Promise<Proof>} */
async function closed(secret, { id, key }, byKind) {
  const [inVault, digest] = await Promise.all([
    encryptText(key, id, RECORD, secret),
    crypto.subtle.digest("SHA-256", utf8(secret)),
  ]);
  return { hash: toHex(bytesOf(digest)), inVault, byKind };
}

/** @param {CryptoKey} key @param {string} of @param {Bytes} box @returns {Promise<string | null>} null when the key is another */
const read = (key, of, box) => decryptText(key, of, RECORD, box).catch(() => null);

/** HKDF-SHA256 of what opens the vault. @param {Bytes} opened @param {Bytes} salt */
async function keyBy(opened, salt) {
  const material = await crypto.subtle.importKey("raw", bytesOf(opened), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: utf8("haand proof") };
  return importKey(bytesOf(await crypto.subtle.deriveBits(how, material, 256)));
}
