// The page on which a draft of a checklist is written: what is typed is sent while it is typed and again until it has arrived, steps
// are dragged to their place, and the phone beside it is told. The page is complete without it. Knows no checklist.

import "./focus.js";
import "./folds.js";
import { dragSteps } from "./dragged_steps.js";

const AGAIN = 4_000;
const editor = () => /** @type {HTMLElement} */ (document.getElementById("editor"));
const { htmx } = /** @type {any} */ (window);

/** Forms in which something stands that has not arrived. @type {Set<HTMLFormElement>} */
const unsent = new Set();

document.addEventListener("input", ({ target }) => {
  const form = target instanceof Element ? target.closest("form[data-typed]") : null;
  if (form instanceof HTMLFormElement) unsent.add(form);
});

/** @typedef {CustomEvent<{ ctx: any }>} Asked */
document.addEventListener("htmx:before:request", (event) => {
  const form = /** @type {Asked} */ (event).detail.ctx.sourceElement;
  if (form instanceof HTMLFormElement) unsent.delete(form);
});
document.addEventListener("htmx:error", (event) => {
  const form = /** @type {Asked} */ (event).detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-typed]")) return;
  unsent.add(form);
  setTimeout(() => form.isConnected && unsent.has(form) && htmx.trigger(form, "submit"), AGAIN);
});

// The page may go before the pause after the last letter is over.
addEventListener("pagehide", () => {
  for (const form of unsent) {
    const said = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    if (form.isConnected) navigator.sendBeacon(form.action, said);
  }
});

let { number, opened } = editor().dataset;

document.addEventListener("htmx:after:swap", () => {
  const now = editor().dataset;
  if (now.opened !== opened && now.opened) {
    document.getElementById("label")?.focus();
    document.getElementById(`step-${now.opened}`)?.scrollIntoView({ block: "nearest" });
  }
  if (now.number !== number) {
    const phone = /** @type {HTMLIFrameElement | null} */ (document.getElementById("phone"));
    phone?.contentWindow?.postMessage("written", location.origin);
  }
  ({ number, opened } = now);
});

dragSteps(editor);
