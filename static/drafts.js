// What is being typed is kept on the phone as it is typed, so that a phone call costs nothing. A field says with
// data-draft what its words are called; the page that is drawn next has them in it.

import { isAnswered, person, sayLast } from "./worker.js";

const PAUSE = 250;
const AGAIN = 2_000;

/** What is typed and not yet kept, by its name. @type {Map<string, string>} */
const unsaved = new Map();
/** @type {Set<Promise<unknown>>} */
const underWay = new Set();
let timer = 0;

/** @typedef {HTMLTextAreaElement | HTMLInputElement} Field */

/** @param {Element} within @returns {Field[]} */
function fieldsOf(within) {
  return [.../** @type {NodeListOf<Field>} */ (within.querySelectorAll("[data-draft]"))];
}

/** @param {Field} field */
const nameOf = (field) => field.dataset.draft ?? "";

/** Whether anything is typed that is not yet kept. */
export const hasUnsaved = () => unsaved.size > 0;

/** @param {Element} field */
export const isUnsaved = (field) => unsaved.has(nameOf(/** @type {Field} */ (field)));

/** Keep what is typed, now. Resolves when all of it is kept, or could not be and will be tried again. */
export async function saveDrafts() {
  clearTimeout(timer);
  if (isAnswered()) for (const [name, text] of unsaved) save(name, text);
  await Promise.all(underWay);
}

/** @param {string} name @param {string} text */
function save(name, text) {
  const saving = put(name, text).then((kept) => {
    underWay.delete(saving);
    if (kept && unsaved.get(name) === text) unsaved.delete(name);
    else later(AGAIN);
  });
  underWay.add(saving);
}

/** @param {string} name @param {string} text */
async function put(name, text) {
  const answer = fetch(`/drafts/${name}`, { method: "PUT", body: text, headers: { "HX-Person": person } });
  return (await answer.catch(() => null))?.ok ?? false;
}

/** @param {number} pause */
function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(saveDrafts, pause);
}

/** A form is being sent: its words are no longer half-written. @param {Element} form */
export async function releaseDrafts(form) {
  for (const field of fieldsOf(form)) unsaved.delete(nameOf(field));
  await saveDrafts();
}

/** It was not stored after all: its words are half-written again. @param {Element} form */
export function keepDrafts(form) {
  for (const field of fieldsOf(form))
    if (field.value !== field.defaultValue) unsaved.set(nameOf(field), field.value);
  later(PAUSE);
}

addEventListener("input", ({ target }) => {
  const field = target instanceof Element && /** @type {Field | null} */ (target.closest("[data-draft]"));
  if (!field) return;
  unsaved.set(nameOf(field), field.value);
  later(PAUSE);
});

/** The page may never come back: a message outlives it, whatever its length. */
function saveLast() {
  for (const [key, text] of unsaved) sayLast({ about: "draft", person, key, text });
}

addEventListener("pagehide", saveLast);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") saveLast();
});
