// A no is seen wherever the page is scrolled to, and stands until somebody closes it or the same is done after all.
// Knows the place, `#problem`, which readers announce; the words come with the answer, or from the page where none came.

import { isAnyWritten } from "./not_sent.js";

/** What was refused, by its address. */
let refused = "";
/** No answer came to something in which nothing was written: it may be done, and what is drawn next shows whether. */
let isUnknown = false;

/** @typedef {CustomEvent<{ ctx: any }>} Asked */
/** @param {string} name @param {(ctx: any, event: Asked) => void} hear */
const on = (name, hear) =>
  document.addEventListener(name, (event) =>
    hear(/** @type {Asked} */ (event).detail.ctx, /** @type {Asked} */ (event)),
  );

/** @param {Node[]} words */
function show(...words) {
  if (!words.length) isUnknown = false;
  document.querySelector("div#problem")?.replaceChildren(...words);
}

/** @param {Element} source what was pressed, or its form */
function hasWords(source) {
  const form = source.closest("form");
  return form !== null && isAnyWritten(form, ({ value }) => value !== "");
}

/** @param {string} id @returns {HTMLTemplateElement | null} */
const wordsOf = (id) => /** @type {HTMLTemplateElement | null} */ (document.getElementById(id));

/** No answer, or one that is not ours: a proxy's page is not swapped into a visit. @param {any} ctx */
function sayUnanswered({ request, sourceElement }) {
  if (request.method === "GET" && !sourceElement.matches("[data-draw]")) return;
  refused = request.action;
  const unknown = hasWords(sourceElement) ? null : wordsOf("not-known");
  isUnknown = unknown !== null;
  const words = unknown ?? wordsOf("unanswered");
  if (words) show(words.content.cloneNode(true));
}

on("htmx:before:response", (ctx, event) => {
  if (ctx.response.status < 400) return;
  if (ctx.hx.retarget) [refused, isUnknown] = [ctx.request.action, false];
  else {
    event.preventDefault();
    sayUnanswered(ctx);
  }
});
on("htmx:error", (ctx) => ctx.status !== "swapped" && sayUnanswered(ctx));
on("htmx:finally:request", ({ request, response }) => {
  if (!(response?.status < 400)) return;
  if (request.action === refused || (isUnknown && request.method === "GET")) show();
});

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("div#problem button")) show();
});
