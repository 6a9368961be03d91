// Where a code is entered: keys for a thumb in a glove, or a field where it has letters. Knows how it looks, and when all of
// it is there; knows nothing of what it opens.

import { makeStray } from "./pace.js";

/** @typedef {import("../service_worker/vault/key_slots.js").CodeForm} CodeForm */
/** @typedef {{ whole: (entered: string) => void, tell: (text: string, isWrong?: boolean) => void, wordOf: (name: string) => string, isBusy: () => boolean }} Page */

/** Whoever was writing when it was locked writes on for a moment: a number in a note is no try. Until a pause, or its end. */
const [PAUSE, LONGEST] = [1_000, 10_000];

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const field = /** @type {HTMLInputElement | null} */ (document.getElementById("typed"));
const isStray = location.hash === "#writing" ? makeStray(PAUSE, LONGEST) : () => false;

/** @type {CodeForm | null} */
let form = null;
let typed = "";
/** @type {Page} */
let page;

/** Whether a code can be entered now. */
export const hasCode = () => form !== null;

/** @param {boolean} isWrong */
export function showWrong(isWrong) {
  part("code").classList.toggle("wrong", isWrong);
}

/** @param {CodeForm | null} wanted what is entered from here on; null: nothing */
export function setCode(wanted) {
  form = wanted;
  const isOfDigits = form !== null && !form.letters;
  part("keys").classList.toggle("passkey-only", !isOfDigits);
  part("dots").hidden = !isOfDigits;
  const letters = document.getElementById("letters");
  if (letters) letters.hidden = !form?.letters;
  if (form && isOfDigits) {
    const [dot] = part("dots").children;
    part("dots").replaceChildren(...Array.from({ length: form.length }, () => dot.cloneNode(true)));
  }
  showCode("");
}

/** @param {string} digits */
export function showCode(digits) {
  typed = digits;
  if (field) field.value = "";
  if (!form || form.letters) return;
  const dots = [...part("dots").children];
  for (const [place, dot] of dots.entries()) dot.classList.toggle("typed", place < digits.length);
  const count = page.wordOf("digits").replace("#", String(digits.length)).replace("*", String(form.length));
  part("dots").setAttribute("aria-label", count);
  // How many, never which: others hear it too.
  part("heard").textContent = count;
}

/** @param {string} digit */
function press(digit) {
  if (!form || form.letters || page.isBusy() || typed.length >= form.length) return;
  page.tell("");
  showCode(typed + digit);
  if (typed.length === form.length) page.whole(typed);
}

/** @param {CodeForm | null} wanted what is entered at first @param {Page} told what a code is entered for */
export function beginCode(wanted, told) {
  page = told;
  setCode(wanted);
  part("keys").addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.value) press(button.value);
  });
  part("erase").addEventListener("click", () => !page.isBusy() && showCode(typed.slice(0, -1)));
  document.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    // Who has seen this page already, and enters the code, sees that it does not count yet.
    if (isStray()) {
      if (event.target === field) event.preventDefault();
      page.tell(page.wordOf("writing"));
    } else if (/^\d$/.test(key)) press(key);
    else if (key === "Backspace" && !page.isBusy()) form?.letters || showCode(typed.slice(0, -1));
  });
  document.getElementById("letters")?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form?.letters && field?.value && !page.isBusy()) page.whole(asMeant(field.value));
  });
}

/** As it was meant, however the keyboard wrote it: no try is lost to a capital letter. @param {string} entered */
const asMeant = (entered) => entered.normalize("NFKC").trim().toLowerCase();
