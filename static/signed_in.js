// What a page shows to a leader goes when its sign-in ends: in another tab, by itself, from elsewhere, or because somebody
// else signs in. It is asked when the page comes to the front, when another tab shows itself to somebody else or to nobody, and
// once a minute, seen or not. Without the server it is not known, and the page stays; so does one in which something is written
// that is not sent, and says so. A page for those who are not in has nothing to lose, and only tells the others that it came.

import { isAnyWritten, sayNotSent } from "./not_sent.js";
import { askWhoIsIn } from "./who_is_in.js";

const EVERY = 60_000;

const shownTo = document.body.dataset.person ?? "";
let isAsking = false;

/** Whether somebody has typed in it since it came. @param {HTMLFormElement} form */
const isTyped = (form) => isAnyWritten(form, (field) => field.value !== field.defaultValue);

async function look() {
  if (isAsking) return;
  isAsking = true;
  const who = await askWhoIsIn();
  isAsking = false;
  if (who === "me" || who === "unknown") return;
  if ([...document.forms].some(isTyped)) {
    sayNotSent("signed-out");
    return;
  }
  // At once: the page that comes in its place may take its time, or never come.
  document.body.replaceChildren();
  location.reload();
}

/** Tells the other tabs whom this page is shown to, and hears the same of those that come later. */
function tellAndHear() {
  const tabs = new BroadcastChannel("haand-shown-to");
  tabs.postMessage(shownTo);
  if (shownTo) tabs.onmessage = ({ data }) => data !== shownTo && look();
  else tabs.close();
}

if (globalThis.BroadcastChannel) tellAndHear();
if (shownTo) {
  setInterval(look, EVERY);
  for (const woken of ["focus", "visibilitychange"]) addEventListener(woken, look, { capture: true });
  // One that the browser had kept in its memory; one that has just come is the server's own word.
  addEventListener("pageshow", ({ persisted }) => persisted && look());
}
