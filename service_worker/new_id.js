/** Makes UUIDv7 ids (RFC 9562 §5.7), rising also within one millisecond; knows nothing about what they name. */

let lastTime = 0;
let counter = 0;

/**
 * A new id. The 12 bits after the version count upwards while the clock stands still or goes back.
 * @param {() => number} clock milliseconds since 1970
 * @returns {string}
 */
export function newId(clock = Date.now) {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const now = clock();
  counter = now > lastTime ? random[0] : counter + 1;
  lastTime = Math.max(now, lastTime);
  if (counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }
  const time = hex(lastTime, 12);
  const variant = hex(0x8000 | ((random[1] & 0x3f) << 8) | random[2], 4);
  const rest = Array.from(random.subarray(4), (byte) => hex(byte, 2)).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${variant}-${rest}`;
}

/**
 * @param {number} number
 * @param {number} digits
 */
function hex(number, digits) {
  return number.toString(16).padStart(digits, "0");
}

/** @param {unknown} value */
export function isId(value) {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
