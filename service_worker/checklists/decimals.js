/**
 * Knows numbers as whole multiples of 10⁻²⁰, so that both sides count the same to the last digit; knows no steps. Twin of
 * pwa/checklists/decimals.py, which says more; both run tests/cases/checklist_numbers.json.
 */

export const ONE = 10n ** 20n;
const PLACES = 20;
const LARGEST = 10n ** 40n * ONE;
const MOST_POWER = 100n;
const WRITTEN = /^-?[0-9]{1,40}(\.[0-9]{1,20})?$/;
const TYPED = /^-?[0-9]{1,60}([.,][0-9]{1,20}|,)?$/;
const THOUSANDS = /^-?[1-9][0-9]{0,2}\.[0-9]{3}$/;
const FIRST_DIGITS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xe50, 0x1040, 0x17e0, 0xff10,
];
/** @type {Record<string, string>} */
const SIGNS = { "−": "-", "٫": ",", "．": ".", "，": ",", "\u200e": "", "\u200f": "", "\u061c": "" };
const AROUND = /^[ \t\n\r\u00a0\u202f]+|[ \t\n\r\u00a0\u202f]+$/g;

/** A number as somebody types it, in the way that it is stored. @param {string} text @returns {string | null} */
export function readTyped(text) {
  const typed = [...text].map(toAscii).join("").replace(AROUND, "");
  if (!TYPED.test(typed) || THOUSANDS.test(typed)) return null;
  const [first, decimals] = typed.replace("-", "").replace(",", ".").split(".");
  const whole = first.replace(/^0+/, "") || "0";
  const written = decimals ? `${whole}.${decimals}` : whole;
  const sign = typed.startsWith("-") && /[1-9]/.test(written) ? "-" : "";
  return whole.length <= 40 ? sign + written : null;
}

/** @param {string} letter */
function toAscii(letter) {
  const code = letter.codePointAt(0) ?? 0;
  const zero = FIRST_DIGITS.find((first) => first <= code && code < first + 10);
  return zero === undefined ? (SIGNS[letter] ?? letter) : String(code - zero);
}

/** @param {string} text @returns {bigint | null} */
export function toNumber(text) {
  if (!WRITTEN.test(text)) return null;
  const [whole, decimals = ""] = text.replace("-", "").split(".");
  const number = BigInt(whole + decimals.padEnd(PLACES, "0"));
  return text.startsWith("-") ? -number : number;
}

/** @param {bigint} number */
export function numberText(number) {
  const size = abs(number);
  const decimals = String(size % ONE).padStart(PLACES, "0");
  const written = `${size / ONE}.${decimals}`.replace(/\.?0+$/, "");
  return number < 0n ? `-${written}` : written;
}

/** @param {bigint} number */
export const abs = (number) => (number < 0n ? -number : number);

/** @param {bigint} number @returns {bigint | null} */
export const within = (number) => (abs(number) < LARGEST ? number : null);

/** @param {bigint} a @param {bigint} b */
export const times = (a, b) => within(divided(a * b, ONE));

/** @param {bigint} a @param {bigint} b */
export const over = (a, b) => (b ? within(divided(a * ONE, b)) : null);

/** @param {bigint} a @param {bigint} b */
export const wholeOver = (a, b) => (b ? within((a / b) * ONE) : null);

/** @param {bigint} a @param {bigint} b */
export const rest = (a, b) => (b ? a % b : null);

/** @param {bigint} a @param {bigint} b @returns {bigint | null} */
export function power(a, b) {
  const exponent = b / ONE;
  if (b % ONE || abs(exponent) > MOST_POWER) return null;
  if (exponent === 0n) return ONE;
  if (exponent > 0n) return within(divided(a ** exponent, ONE ** (exponent - 1n)));
  const raised = power(a, -b);
  return raised === null ? null : over(ONE, raised);
}

/** @param {bigint} number @param {number} places */
export function rounded(number, places) {
  const unit = 10n ** BigInt(PLACES - places);
  return divided(number, unit) * unit;
}

/** @param {bigint} number */
export const cut = (number) => (number / ONE) * ONE;

/** @param {bigint} number */
export const floor = (number) => cut(number) - (number < 0n && number % ONE ? ONE : 0n);

/** @param {bigint} a @param {bigint} b */
export function divided(a, b) {
  const quotient = (2n * abs(a) + abs(b)) / (2n * abs(b));
  return a < 0n === b < 0n ? quotient : -quotient;
}
