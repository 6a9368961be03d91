// Keeps the focus where the hand is. What is tapped is disabled while it is answered, and is often gone afterwards: then the
// same thing has the focus in what came instead, or what stands nearest. So it is with the place: what a tap has opened, and the
// step that it has answered, do not lie under the bar at the bottom. Knows elements and ids; knows no visits.

const CAN_HAVE_IT = "a[href], button:not(:disabled), summary, textarea, input:not([type=hidden])";

/** What a tap has opened; the script may draw what is in it a moment later. @type {Element | null} */
let opened = null;

/** Where a hand was, by the request that it made. @type {WeakMap<object, Place>} */
const places = new WeakMap();

/** @typedef {{ signature: string, step: string, ids: string[] }} Place step: the id of the one that it was in; the ids around it, the nearest first, then those after it */
/** @typedef {CustomEvent<{ ctx: { request: { method: string, submitter?: Element }, sourceElement: Element } }>} Sending */

/** What a thing does, so that it is known again. @param {Element} element */
function signatureOf(element) {
  const form = /** @type {HTMLButtonElement} */ (element).form;
  const named = ["name", "value"].map((name) => element.getAttribute(name));
  return [element.tagName, form?.getAttribute("action"), ...named].join(" ");
}

/** Not in what is folded. @param {Element} element */
const isSeen = (element) => element.checkVisibility?.() !== false;

/** @param {Element} hand @returns {Place} */
function placeOf(hand) {
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
function findAgain({ signature, ids }) {
  for (const id of ids) {
    const found = document.getElementById(id);
    if (!found) continue;
    const within = [found, .../** @type {NodeListOf<HTMLElement>} */ (found.querySelectorAll(CAN_HAVE_IT))];
    const seen = within.filter((each) => each.matches(CAN_HAVE_IT) && isSeen(each));
    if (seen.length) return seen.find((each) => signatureOf(each) === signature) ?? seen[0];
  }
  return document.getElementById("main");
}

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = /** @type {Sending} */ (event).detail;
  if (ctx.request.method === "GET") return;
  // The same words again would not be read again.
  document.getElementById("outcome")?.replaceChildren();
  const active = document.activeElement;
  const isOnPage = active && document.getElementById("main")?.contains(active);
  places.set(ctx, placeOf(isOnPage ? active : (ctx.request.submitter ?? ctx.sourceElement)));
});

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = /** @type {Sending} */ (event).detail;
  const place = places.get(ctx);
  // A moment later, when htmx has given back what it had disabled.
  if (place)
    queueMicrotask(() => {
      const { activeElement: active, body } = document;
      if (!active || active === body || !isSeen(active)) findAgain(place)?.focus({ preventScroll: true });
      clearOfTheBar(document.getElementById(place.step));
    });
});

/** @param {Element | null} element */
const clearOfTheBar = (element) => element?.scrollIntoView({ block: "nearest" });

document.addEventListener("click", ({ target }) => {
  opened = (target instanceof Element && target.closest("summary")?.parentElement) || null;
});
document.addEventListener(
  "toggle",
  ({ target }) => target === opened && opened?.hasAttribute("open") && clearOfTheBar(opened),
  true,
);
document.addEventListener("htmx:after:swap", () => opened?.hasAttribute("open") && clearOfTheBar(opened));
