/**
 * Knows which texts somebody means who types a few words, with or without a slip. Twin of pwa/searching.py, which says
 * more; both run tests/cases/searching.json.
 */

/** @type {Record<string, string>} */
const LETTERS = { å: "aa", æ: "ae", ø: "oe", ä: "ae", ö: "oe", ß: "ss" };
const LONG = 5;
const VERY_LONG = 7;
const LONGEST_SEARCH = 100;

/** @param {string} query @param {string[]} texts @returns {boolean[]} */
export function matching(query, texts) {
  const inside = texts.map(wordsOf);
  let fits = texts.map(() => true);
  for (const sought of new Set(wordsOf([...query].slice(0, LONGEST_SEARCH).join("")))) {
    let having = inside.map((words) => has(words, sought));
    if (!having.includes(true)) {
      const near = new Set([...new Set(inside.flat())].filter((word) => isNear(word, sought)));
      having = inside.map((words) => words.some((word) => near.has(word)));
    }
    fits = fits.map((fit, place) => fit && having[place]);
  }
  return fits;
}

/** @param {string} text */
function wordsOf(text) {
  const written = text
    .toLowerCase()
    .normalize("NFC")
    .replace(/[åæøäöß]/g, (letter) => LETTERS[letter]);
  const words = written.normalize("NFKD").split(/\s+/);
  return words.map((word) => word.replace(/[^\p{L}\p{N}]/gu, "")).filter(Boolean);
}

/** @param {string[]} words @param {string} sought */
const has = (words, sought) =>
  words.some((word) => word.includes(sought)) ||
  ([...sought].length >= LONG && words.join("").includes(sought));

/** @param {string} written @param {string} meant */
function isNear(written, meant) {
  const [word, sought] = [[...written], [...meant]];
  const slips = Number(sought.length >= LONG) + Number(sought.length >= VERY_LONG);
  const missing = new Set(sought.filter((letter) => !word.includes(letter)));
  if (!slips || sought.length > word.length + slips || missing.size > slips) return false;
  let before = new Array(word.length + 1).fill(0);
  let row = before;
  for (const [i, letter] of sought.entries()) {
    const earlier = before;
    before = row;
    row = [i + 1];
    for (const [j, other] of word.entries()) {
      const isSwapped = i > 0 && j > 0 && letter === word[j - 1] && sought[i - 1] === other;
      row.push(
        Math.min(
          before[j + 1] + 1,
          row[j] + 1,
          before[j] + Number(letter !== other),
          isSwapped ? earlier[j - 1] + 1 : slips + 1,
        ),
      );
    }
  }
  return Math.min(...row) <= slips;
}
