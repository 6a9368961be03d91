// What a page shows to a leader goes when its sign-in ends: in another tab, by itself, from elsewhere, or because somebody
// else signs in. It is asked when the page comes to the front, and once a minute while it is seen. Without the server it is not
// known, and the page stays; so does one in which something is written that is not sent, and says so.

import { isAnyWritten, sayNotSent } from "./not_sent.js";

const EVERY = 60_000;
const PATIENCE = 10_000;

let isAsking = false;

/** Whether somebody has typed in it since it came. @param {HTMLFormElement} form */
const isTyped = (form) => isAnyWritten(form, (field) => field.value !== field.defaultValue);

/** @returns {Promise<boolean>} whether it is known that nobody is signed in here any more, or somebody else */
async function isOver() {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const how = /** @type {RequestInit} */ ({ redirect: "manual", cache: "no-store", signal });
    const { status, type, headers } = await fetch("/signed-in", how);
    const [shown, isIn] = [document.body.dataset.person, headers.get("Haand-Person")];
    // A proxy may have dropped the name of who is in.
    if (status === 204) return Boolean(shown && isIn) && shown !== isIn;
    return type === "opaqueredirect" || status === 401 || status === 403;
  } catch {
    return false;
  }
}

async function look() {
  if (isAsking || document.visibilityState !== "visible") return;
  isAsking = true;
  const over = await isOver();
  isAsking = false;
  if (!over) return;
  if ([...document.forms].some(isTyped)) {
    sayNotSent("signed-out");
    return;
  }
  // At once: the page that comes in its place may take its time, or never come.
  document.body.replaceChildren();
  location.reload();
}

setInterval(look, EVERY);
for (const woken of ["focus", "visibilitychange"]) addEventListener(woken, look, { capture: true });
// One that the browser had kept in its memory; one that has just come is the server's own word.
addEventListener("pageshow", ({ persisted }) => persisted && look());
