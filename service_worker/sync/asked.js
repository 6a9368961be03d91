/** Knows what a place of a checklist asks for, and what was said there as it is read: remembered with a change and with half-written words. */

import { shownText } from "../checklists/shown_text.js";

/** @typedef {import("../shapes.js").About} About */
/** @typedef {import("../checklists/shapes.js").Step & { unit?: string }} Step */

/**
 * What it is about, with the question; of a change also with the answer. As it was, where its checklist is not here.
 * @param {any} tx over `document` @param {About} about @param {import("../shapes.js").Args} args @param {boolean} [isRemoved] whether a row was
 * @returns {Promise<About>}
 */
export async function withAsked(tx, about, { checklist_id, place, values }, isRemoved = false) {
  if (about.filled || (about.label && !values)) return about;
  const checklist = await tx.objectStore("document").get(`checklist-${checklist_id}`);
  const step = find(checklist?.body?.definition?.steps ?? [], (place ?? "").split("@")[0]);
  if (!step) return about;
  const { kind, label, unit = "" } = step;
  if (!values) return { ...about, label };
  const texts =
    kind === "repeating_group" ? [] : values.map((/** @type {any} */ value) => shownText(step, value));
  return { ...about, label, filled: { kind, unit, texts, is_removed: isRemoved } };
}

/** @param {Step[]} steps @param {string} id @returns {Step | undefined} */
function find(steps, id) {
  for (const step of steps) {
    const found = step.id === id ? step : find(step.steps ?? [], id);
    if (found) return found;
  }
  return undefined;
}
