/** Tells whether two texts are the same without sending one of them: 64 bits, for no other purpose. Knows nothing else. */

/** @param {string} text */
export function textMark(text) {
  let [one, other] = [0x811c9dc5, text.length];
  for (let place = 0; place < text.length; place += 1) {
    one = Math.imul(one ^ text.charCodeAt(place), 0x01000193);
    other = Math.imul(other ^ one ^ (one >>> 15), 0x85ebca6b);
  }
  return `${(one >>> 0).toString(36)}.${(other >>> 0).toString(36)}`;
}
