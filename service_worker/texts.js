/**
 * Knows which signs a text may hold and which can be seen. Twin of cleaned and count_seen in pwa/words.py; both run
 * tests/cases/texts.json.
 */

const UNCLEAN = /(?![\t\n])\p{Cc}/gu;
const LINE_END = /\r\n?|[\v\f\x85]/g;
const CANNOT_BE_SEEN = /[\s\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/gu;

/**
 * The text as every database and page can hold it. Forms send CRLF when the browser does it and LF when a script does;
 * what was written is the same.
 * @param {string} text
 */
export function cleaned(text) {
  return text.toWellFormed().replace(LINE_END, "\n").replace(UNCLEAN, "");
}

/** @param {string} text */
export function countSeen(text) {
  return codePoints(text.replace(CANNOT_BE_SEEN, ""));
}

/** @param {string} text */
export function codePoints(text) {
  let count = 0;
  for (const _each of text) count += 1;
  return count;
}
