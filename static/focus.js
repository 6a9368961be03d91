// Keeps the focus where the hand is. What is tapped is disabled while it is answered, and is often gone afterwards: then the
// same thing has the focus in what came instead, or what stands nearest. So it is with the place: what a tap has opened, and the
// step that it has answered, do not lie under the bar at the bottom. Knows what a tap changes; knows no visits.

import { findAgain, isSeen, placeOf } from "./place.js";

/** What a tap has opened; the script may draw what is in it a moment later. @type {Element | null} */
let opened = null;

/** Where a hand was, by the request that it made. @type {WeakMap<object, import("./place.js").Place>} */
const places = new WeakMap();

/** @typedef {CustomEvent<{ ctx: { request: { method: string, submitter?: Element }, sourceElement: Element } }>} Sending */

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
