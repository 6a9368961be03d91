// Stretches a PIN into a secret, slowly on purpose. Knows how; knows nothing of what the secret opens. Argon2id comes
// with vendor/argon2.js, and runs where the page's policy lets WebAssembly run; elsewhere the browser's own PBKDF2.

/** @typedef {import("../service_worker/vault/key_slots.js").Stretch} Stretch */

const LENGTH = 32;
const ARGON2ID = /** @type {const} */ ({ name: "argon2id", memory: 19_456, rounds: 2 });
const PBKDF2 = /** @type {const} */ ({ name: "pbkdf2", rounds: 600_000 });
/** The smallest program there is. */
const NOTHING = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** How a new PIN is to be stretched. @returns {Promise<Stretch>} */
export async function chooseStretch() {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { ...((await runsWebAssembly()) ? ARGON2ID : PBKDF2), salt };
}

/**
 * @param {string} pin
 * @param {Stretch} how
 * @returns {Promise<Uint8Array<ArrayBuffer>>} 32 bytes
 */
export async function stretch(pin, { name, salt, memory, rounds }) {
  const password = new TextEncoder().encode(pin);
  if (name === "argon2id") {
    const { argon2id } = /** @type {any} */ (globalThis).hashwasm;
    const how = { parallelism: 1, iterations: rounds, memorySize: memory, hashLength: LENGTH };
    return argon2id({ password, salt, ...how, outputType: "binary" });
  }
  const material = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(how, material, LENGTH * 8));
}

async function runsWebAssembly() {
  try {
    await WebAssembly.compile(NOTHING);
    return "hashwasm" in globalThis;
  } catch {
    return false;
  }
}

/** Whether a code is among the first that anybody tries: a row, or the same again and again. @param {string} code */
export function isEasy(code) {
  const signs = [...code];
  const steps = signs.slice(1).map((sign, place) => step(signs[place], sign));
  const isRow = steps.every((each) => each === steps[0]) && [0, 1, 9].includes(steps[0]);
  return isRow || /^(.{1,3})\1+$/.test(code) || /^(.{4,6})\1$/.test(code);
}

/** From 9 on comes 0; letters in their order. @param {string} from @param {string} to */
function step(from, to) {
  const areDigits = /^\d\d$/.test(from + to);
  const by = /** @type {number} */ (to.codePointAt(0)) - /** @type {number} */ (from.codePointAt(0));
  return areDigits ? (10 + by) % 10 : by === -1 ? 9 : by;
}

/**
 * Why a code is not to be chosen, as the page names it; "" when it may be.
 * @param {string} code
 * @param {import("../service_worker/vault/key_slots.js").CodeForm} form
 */
export function whyTooEasy(code, { length, letters }) {
  if ([...code].length < length) return "too-short";
  if (letters && !/\p{L}/u.test(code)) return "no-letter";
  return isEasy(code) ? "easy" : "";
}
