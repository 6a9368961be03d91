// Where on the page somebody was, and what stands there after it was drawn anew. Knows elements and ids.

const CAN_HAVE_IT = "a[href], button:not(:disabled), summary, textarea, input:not([type=hidden])";

/** @typedef {{ signature: string, step: string, ids: string[] }} Place step: the id of the one that it was in; the ids around it, the nearest first, then those after it */
/** What a thing does, so that it is known again. @param {Element} element */
function signatureOf(element) {
  const form = /** @type {HTMLButtonElement} */ (element).form;
  const named = ["name", "value"].map((name) => element.getAttribute(name));
  return [element.tagName, form?.getAttribute("action"), ...named].join(" ");
}

/** Not in what is folded. @param {Element} element */
export const isSeen = (element) => element.checkVisibility?.() !== false;

/** @param {Element} hand @returns {Place} */
export function placeOf(hand) {
  const around = [];
  for (let at = /** @type {Element | null} */ (hand); at && at.id !== "main"; at = at.parentElement)
    if (at.id && at.tagName !== "ARTICLE") around.push(at.id);
  const after = [...document.querySelectorAll("#main [id]")].filter(
    (each) => hand.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  const step = hand.closest(".step")?.id ?? "";
  return { signature: signatureOf(hand), step, ids: [...around, ...after.map(({ id }) => id)] };
}

/** @param {Place} place @returns {HTMLElement | null} */
export function findAgain({ signature, ids }) {
  for (const id of ids) {
    const found = document.getElementById(id);
    if (!found) continue;
    const within = [found, .../** @type {NodeListOf<HTMLElement>} */ (found.querySelectorAll(CAN_HAVE_IT))];
    const seen = within.filter((each) => each.matches(CAN_HAVE_IT) && isSeen(each));
    if (seen.length) return seen.find((each) => signatureOf(each) === signature) ?? seen[0];
  }
  return document.getElementById("main");
}
