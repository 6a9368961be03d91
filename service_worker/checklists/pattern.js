/**
 * Knows how a text is held against a pattern's table, one step per sign; knows no pattern's syntax. Twin of `matches` in
 * pwa/checklists/pattern.py, which makes the tables; both run tests/cases/checklist_patterns.json.
 *
 * @typedef {[starts: number[], classes: number[], nextStates: number[][], ends: number[]]} Table
 */

/** @param {Table} table @param {string} text */
export function matches([starts, classes, nextStates, ends], text) {
  let state = 0;
  for (const sign of text) {
    state = nextStates[state][classes[placeOf(starts, sign.codePointAt(0) ?? 0)]];
    if (state < 0) return false;
  }
  return ends.includes(state);
}

/** The last start that is not above the code. @param {number[]} starts @param {number} code */
function placeOf(starts, code) {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= code) low = middle;
    else high = middle - 1;
  }
  return low;
}
