/**
 * Seals what waits to the server's public key, so that it can be delivered while nobody can read it here. HPKE (RFC
 * 9180), base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Twin of pwa/care/sync/sealing_keys.py, which opens.
 *
 * @typedef {{ id: string, public: string }} SealTo the key's id in hex, its point in base64
 */

import { bytesOf, fromBase64, fromHex, joined, toHex, utf8 } from "../bytes.js";

const FORM = new Uint8Array([1]);
const VERSION = utf8("HPKE-v1");
const NOTHING = new Uint8Array(0);
/** Ids of the registry: P-256 with HKDF-SHA256; and that with HKDF-SHA256 and AES-256-GCM. */
const KEM = joined(utf8("KEM"), twoBytes(0x0010));
const HPKE = joined(utf8("HPKE"), twoBytes(0x0010), twoBytes(0x0001), twoBytes(0x0002));
const [SECRET_LENGTH, KEY_LENGTH, NONCE_LENGTH] = [32, 32, 12];
/** How long the id of a key is, and a point. */
const [ID_LENGTH, POINT_LENGTH] = [8, 65];
export const CURVE = { name: "ECDH", namedCurve: "P-256" };

/**
 * What a change is sealed for: nobody else can send it, and not as another one.
 * @param {string} person
 * @param {{ id: string, n: number }} change
 */
export function purpose(person, { id, n }) {
  return utf8(`haand change\n${person}\n${id}\n${n}`);
}

/** The same for half-written words. @param {string} person @param {{ id: string }} draft */
export function draftPurpose(person, { id }) {
  return utf8(`haand draft\n${person}\n${id}`);
}

/**
 * @param {SealTo} to
 * @param {Uint8Array} plain
 * @param {Uint8Array} info what it is sealed for; opening needs the same
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function seal(to, plain, info) {
  const ours = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const { point, secret } = await encapsulate(fromBase64(to.public), ours);
  const { key, nonce } = await schedule(secret, info);
  const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, bytesOf(plain));
  return joined(FORM, fromHex(to.id), point, bytesOf(closed));
}

/** The id of the key that something is sealed to. @param {Uint8Array} sealed */
export const sealedTo = (sealed) => toHex(sealed.subarray(FORM.length, FORM.length + ID_LENGTH));

/**
 * What was sealed to a pair of ours. Throws where it was not, or for something else.
 * @param {CryptoKey} ours the private half
 * @param {Uint8Array<ArrayBuffer>} point the public one
 * @param {Uint8Array<ArrayBuffer>} sealed
 * @param {Uint8Array} info what it was sealed for
 */
export async function open(ours, point, sealed, info) {
  const begin = FORM.length + ID_LENGTH;
  const theirs = sealed.slice(begin, begin + POINT_LENGTH);
  const { key, nonce } = await schedule(await agree(theirs, ours, joined(theirs, point)), info);
  const closed = sealed.slice(begin + POINT_LENGTH);
  return bytesOf(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, closed));
}

/**
 * RFC 9180 §4.1: Encap, with a key pair that is handed in and used this once.
 * @param {Uint8Array<ArrayBuffer>} theirs a point
 * @param {CryptoKeyPair} ours
 */
export async function encapsulate(theirs, ours) {
  const point = bytesOf(await crypto.subtle.exportKey("raw", ours.publicKey));
  return { point, secret: await agree(theirs, ours.privateKey, joined(point, theirs)) };
}

/** What both sides have, and nobody else. @param {Uint8Array<ArrayBuffer>} theirs a point @param {CryptoKey} ours @param {Uint8Array} context */
async function agree(theirs, ours, context) {
  const other = await crypto.subtle.importKey("raw", theirs, CURVE, false, []);
  const shared = bytesOf(await crypto.subtle.deriveBits({ name: "ECDH", public: other }, ours, 256));
  return derive(KEM, NOTHING, "eae_prk", shared, "shared_secret", context, SECRET_LENGTH);
}

/** RFC 9180 §5.1: KeySchedule, base mode, no psk. @param {Uint8Array} secret @param {Uint8Array} info */
export async function schedule(secret, info) {
  const hashes = [await extract("psk_id_hash", NOTHING), await extract("info_hash", info)];
  const context = joined(new Uint8Array(1), ...hashes);
  const expand = (/** @type {string} */ label, /** @type {number} */ length) =>
    derive(HPKE, secret, "secret", NOTHING, label, context, length);
  const [key, nonce] = await Promise.all([expand("key", KEY_LENGTH), expand("base_nonce", NONCE_LENGTH)]);
  return { key: await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]), nonce };
}

/** LabeledExtract with an empty salt, which HMAC takes for a block of zeros. @param {string} label @param {Uint8Array} ikm */
async function extract(label, ikm) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const salt = await crypto.subtle.importKey("raw", new Uint8Array(32), algorithm, false, ["sign"]);
  return bytesOf(await crypto.subtle.sign("HMAC", salt, joined(VERSION, HPKE, utf8(label), ikm)));
}

/**
 * LabeledExpand(LabeledExtract(salt, label, ikm), further, context, length): HKDF does both at once.
 * @param {Uint8Array} suite
 * @param {Uint8Array} salt
 * @param {string} label
 * @param {Uint8Array} ikm
 * @param {string} further
 * @param {Uint8Array} context
 * @param {number} length bytes
 */
async function derive(suite, salt, label, ikm, further, context, length) {
  const labeled = joined(VERSION, suite, utf8(label), ikm);
  const key = await crypto.subtle.importKey("raw", labeled, "HKDF", false, ["deriveBits"]);
  const info = joined(twoBytes(length), VERSION, suite, utf8(further), context);
  const how = { name: "HKDF", hash: "SHA-256", salt: bytesOf(salt), info };
  return bytesOf(await crypto.subtle.deriveBits(how, key, length * 8));
}

/** @param {number} number */
function twoBytes(number) {
  return new Uint8Array([number >> 8, number & 0xff]);
}
