/** Knows how a place is written: a step, and the rows of the repeating groups around it. Twin: pwa/checklists/filled.py. */

/** @param {string} stepId @param {string[]} rows */
export const placeOf = (stepId, rows) => (rows.length ? `${stepId}@${rows.join("/")}` : stepId);

/** @param {string} place @returns {[string, string[]]} */
export function splitPlace(place) {
  const [stepId, rows] = place.split("@");
  return [stepId, rows ? rows.split("/") : []];
}
