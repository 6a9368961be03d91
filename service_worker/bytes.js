/** Knows how bytes are written, read and put together; knows nothing about what they are. */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const encoder = new TextEncoder();

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => encoder.encode(text);

/** The same bytes, for those who want an array over a buffer of its own. @param {ArrayBuffer | Uint8Array} given @returns {Bytes} */
export const bytesOf = (given) =>
  given instanceof Uint8Array ? /** @type {Bytes} */ (given) : new Uint8Array(given);

/** @param {Uint8Array[]} parts @returns {Bytes} */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** @param {string} hex @returns {Bytes} */
export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} base64 @returns {Bytes} */
export const fromBase64 = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  // A piece at a time: a long note has more bytes than a call may have arguments.
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
