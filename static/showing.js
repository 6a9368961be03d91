// What a page with passkeys on it shows while it waits, and when it did not work. Knows the page's elements by id:
// `problem`, `no-passkeys`, `turned-down`, `no-contact`.

import { arePossible, Refused } from "./passkeys.js";

/** @param {string} id */
export const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Say why there is nothing to press here, if there is not. */
export function showWhetherPossible() {
  part("no-passkeys").hidden = arePossible;
}

/**
 * Do something that a press has asked for; meanwhile the button is asleep, and afterwards the page says what went wrong.
 * @param {Event} press
 * @param {() => Promise<unknown>} act
 */
export async function whileAsleep(press, act) {
  press.preventDefault();
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("main button"));
  for (const button of buttons) button.disabled = true;
  showProblem("");
  try {
    await act();
  } catch (error) {
    showProblem(wordsOf(error));
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** @param {unknown} error @returns {string} */
function wordsOf(error) {
  if (error instanceof Refused) return error.message;
  if (error instanceof DOMException) return part("turned-down").innerText;
  console.error(error);
  return part("no-contact").innerText;
}

/** @param {string} words "" when nothing is wrong any more */
export function showProblem(words) {
  part("problem").hidden = !words;
  part("problem-words").textContent = words;
}
