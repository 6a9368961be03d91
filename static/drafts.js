// What is being typed is kept on the phone as it is typed, so that a phone call costs nothing. A field says with
// data-draft what it is called, and with data-draft-id whose words are drawn in it. Where they cannot be kept, the field
// says so at the first letters, and nobody leaves the page unasked.

import { newId } from "../service_worker/new_id.js";
import { textMark } from "../service_worker/text_mark.js";
import { makePace } from "./pace.js";
import { hearKept, hearTyping } from "./sign.js";
import { isAnswered, person, say, sayLast } from "./worker.js";

const PAUSE = 250;
/** Whoever writes on without a pause loses no more than about a second of it. */
const LONGEST = 750;
const AGAIN = 2_000;
/** Words that have rested for so long are sent. */
const REST = 5_000;
/** Of so many texts before this one the worker hears that the page has seen them. */
const REMEMBERED = 3;

/** @typedef {HTMLTextAreaElement | HTMLInputElement} Field */
/** @typedef {{ text: string, field: Field, about: object, draft?: Draft }} Typed draft: of what is being saved */
/** @typedef {{ id: string, drawn: string, kept: string, seen: string[] }} Draft whose words stand in a field; the mark of those that were kept last, and of those sent since */

/** What is typed and not yet kept, by its name. @type {Map<string, Typed>} */
const unsaved = new Map();
/** What is being saved: it is half-written all the same, should the page go first. @type {Map<string, Typed>} */
const leaving = new Map();
/** @type {Map<string, Draft>} */
const drafts = new Map();
/** The fields of a form that was sent: what is drawn for its answer may have taken them into another one. @type {WeakMap<Element, Field[]>} */
const sent = new WeakMap();
/** @type {Map<string, Promise<unknown>>} */
const underWay = new Map();
/** Whose half-written words the sign at the top counts already. @type {Set<string>} */
const counted = new Set();
let resting = 0;
let isSending = false;

/** @param {Element} within @returns {Field[]} */
function fieldsOf(within) {
  return [.../** @type {NodeListOf<Field>} */ (within.querySelectorAll("[data-draft]"))];
}

/** @param {Field} field */
const nameOf = (field) => field.dataset.draft ?? "";

/** What was saved and stands in its field again is not half-written. @param {Field} field */
function isAsSaved({ value, defaultValue, dataset }) {
  const saved = dataset.saved ?? (dataset.draftId ? "" : defaultValue);
  return saved !== "" && value === saved;
}

/** Whether anything is typed that is not yet kept. */
export const hasUnsaved = () => unsaved.size > 0;

/** @param {Element} field */
export const isUnsaved = (field) => unsaved.has(nameOf(/** @type {Field} */ (field)));

/** What the words that this form sends were kept under. @param {Element} form */
export const draftIdOf = (form) => fieldsOf(form).map((field) => draftOf(field).id)[0] ?? "";

/** Another window's words may have been drawn into the field since. @param {Field} field @returns {Draft} */
function draftOf(field) {
  const drawn = field.dataset.draftId ?? "";
  const known = drafts.get(nameOf(field));
  if (known?.drawn === drawn) return known;
  const draft = { id: drawn || newId(), drawn, kept: textMark(field.defaultValue), seen: [] };
  drafts.set(nameOf(field), draft);
  return draft;
}

/** What its form would become, and for whom. @param {Field} field */
function formOf({ form }) {
  const args = Object.fromEntries(
    [.../** @type {NodeListOf<HTMLInputElement>} */ (form?.querySelectorAll("input[type=hidden]") ?? [])].map(
      ({ name, value }) => [name, value],
    ),
  );
  return { name: form?.getAttribute("action")?.replace("/do/", ""), args };
}

/** Keep what is typed, now. Resolves when all of it is kept, or could not be and will be tried again. */
export async function saveDrafts() {
  pace.stop();
  for (const [name, typed] of unsaved) save(name, typed);
  await Promise.all(underWay.values());
}

/** One at a time of each field, or what came first would be taken for another window's. @param {string} name @param {Typed} typed */
function save(name, typed) {
  if (underWay.has(name)) return pace.soon(PAUSE);
  const saving = put(name, typed).then((isKept) => {
    underWay.delete(name);
    if (isKept && unsaved.get(name) === typed) unsaved.delete(name);
    else pace.soon(isKept ? PAUSE : AGAIN);
    tell(typed.field, isKept);
    const isCounted = counted.has(name);
    if (isKept) counted[typed.text.trim() ? "add" : "delete"](name);
    hearKept(!hasUnsaved(), isKept && isCounted !== counted.has(name));
  });
  underWay.set(name, saving);
}

/** @param {string} name @param {Typed} typed */
async function put(name, { text, field, about }) {
  if (!isAnswered()) return false;
  const draft = draftOf(field);
  const [said, mark] = [encodeURIComponent(JSON.stringify({ ...about, ...known(draft) })), textMark(text)];
  draft.seen = [...draft.seen, mark].slice(-REMEMBERED);
  const answer = await fetch(`/drafts/${name}`, {
    method: "PUT",
    body: text,
    headers: { "HX-Person": person, "HX-Draft": said },
  }).catch(() => null);
  if (!answer?.ok || answer.headers.has("HX-Redirect")) return false;
  const { id } = await answer.json().catch(() => ({}));
  if (id) draft.id = id;
  draft.kept = mark;
  return true;
}

/** What the worker is told of the words that stood there before: those that it has, however many it could not keep since. @param {Draft} draft */
const known = ({ id, kept, seen }) => ({ id, seen: [kept, ...seen] });

const pace = makePace(saveDrafts, LONGEST);

/** The field says when what is typed in it is not kept. @param {Field} field @param {boolean} isKept */
function tell(field, isKept) {
  document.body.toggleAttribute("data-not-kept", !isKept);
  // How long a text may be stands there too.
  const said = field.parentElement?.querySelector(":scope > .not-kept");
  if (isKept) said?.remove();
  else if (said) {
    if (said.previousElementSibling !== field) field.after(said);
  } else {
    const words = /** @type {HTMLElement} */ (document.getElementById("not-kept")?.cloneNode(true));
    if (!words) return;
    words.removeAttribute("id");
    words.hidden = false;
    field.after(words);
  }
}

/** A form is being sent: its words are no longer half-written. @param {Element} form */
export async function releaseDrafts(form) {
  const fields = fieldsOf(form);
  sent.set(form, fields);
  for (const field of fields) release(field);
  await saveDrafts();
}

/** @param {Field} field */
function release(field) {
  const typed = unsaved.get(nameOf(field));
  if (!typed) return;
  leaving.set(nameOf(field), { ...typed, draft: draftOf(field) });
  unsaved.delete(nameOf(field));
}

/** It was answered. Not stored after all, its words are half-written again. @param {Element} form @param {boolean} isStored */
export function settleDrafts(form, isStored) {
  for (const field of sent.get(form) ?? fieldsOf(form)) {
    leaving.delete(nameOf(field));
    // What is typed there next are other words, with an id of their own.
    if (isStored) drafts.delete(nameOf(field));
    if (isStored) counted.delete(nameOf(field));
    if (!isStored && field.value !== field.defaultValue) remember(field);
  }
  if (!isStored) pace.soon(PAUSE);
  hearKept(!hasUnsaved(), false);
}

/** @param {Field} field */
function remember(field) {
  unsaved.set(nameOf(field), { text: isAsSaved(field) ? "" : field.value, field, about: formOf(field) });
}

addEventListener("input", ({ target }) => {
  const field = target instanceof Element && /** @type {Field | null} */ (target.closest("[data-draft]"));
  if (!field) return;
  remember(field);
  hearTyping();
  pace.soon(PAUSE);
  clearTimeout(resting);
  resting = setTimeout(say, REST, { about: "tick" });
});

/** The page may never come back: a message outlives it, whatever its length. */
function saveLast() {
  for (const [key, { text, field, about, draft = draftOf(field) }] of [...leaving, ...unsaved]) {
    sayLast({ about: "draft", person, key, text, draft: { ...about, ...known(draft) } });
  }
}

addEventListener("pagehide", saveLast);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") saveLast();
});

/** What cannot be kept is in this page alone. @param {BeforeUnloadEvent} event */
function askBeforeLeaving(event) {
  if (hasUnsaved() && !isSending && document.body.hasAttribute("data-not-kept")) event.preventDefault();
}

/** Saved once more as it was, it is as it was; where others have answered differently, that settles it. @param {SubmitEvent} event */
function closeUnchanged(event) {
  const { target } = event;
  if (!(target instanceof HTMLFormElement) || !fieldsOf(target).some(isAsSaved)) return;
  if (target.closest(".differs") || target.closest(".field")?.querySelector(".difference")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  /** @type {HTMLDetailsElement | null} */ (
    target.closest("details.other, details.correct, details.change")
  )?.removeAttribute("open");
}

addEventListener("submit", closeUnchanged, true);
addEventListener("beforeunload", askBeforeLeaving);
// Before the next page is asked for: it shows what is kept by then.
addEventListener("beforeunload", saveLast);
addEventListener("submit", ({ target, defaultPrevented }) => {
  isSending = target instanceof Element && fieldsOf(target).length > 0;
  // Sent by the browser itself: the page goes, and its words with the form.
  if (target instanceof Element && !defaultPrevented) for (const field of fieldsOf(target)) release(field);
  setTimeout(() => {
    isSending = false;
  }, AGAIN);
});
