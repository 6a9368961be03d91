// What a page with passkeys on it shows while it waits, and when it did not work. Knows the page's elements by id:
// `problem`, `no-passkeys`, `turned-down`, `here-already`, `no-contact`.

import { arePossible, ask, Refused } from "./passkeys.js";

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

/** To where the server says that somebody signs in elsewhere. @param {string} address whom to ask */
export async function leaveFor(address) {
  const { to } = await ask(address);
  location.assign(to);
}

/** The phone has a passkey of this person's, and makes no second one. @param {unknown} error */
export const isHereAlready = (error) => error instanceof DOMException && error.name === "InvalidStateError";

/** @param {unknown} error @returns {string} */
function wordsOf(error) {
  if (error instanceof Refused) return error.message;
  if (isHereAlready(error)) return part("here-already").innerText;
  const hasWaited = error instanceof DOMException && error.name === "TimeoutError";
  if (error instanceof DOMException && !hasWaited) return part("turned-down").innerText;
  console.error(error);
  return part("no-contact").innerText;
}

/** @param {string} words "" when nothing is wrong any more */
export function showProblem(words) {
  part("passkey-problem").hidden = !words;
  part("problem-words").textContent = words;
}
