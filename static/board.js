// The board's side of the live notices. Knows the stream and the clock; the templates know what is fetched.
// A notice names a carer; that carer's row listens for its own name. Here the totals are told that something moved,
// and the leader is told when the board no longer hears the server.

import { dayOf } from "../service_worker/pages/days.js";

const board = /** @type {HTMLElement} */ (document.getElementById("board"));
const lost = /** @type {HTMLElement} */ (document.getElementById("lost"));
const LONGEST_WAIT = 15_000;

/** @param {boolean} gone */
function show_contact(gone) {
  lost.hidden = !gone;
}

board.addEventListener("htmx:sse:before:message", () => {
  // A board that is open over a new version keeps its script and fetches newer totals: the event keeps its name.
  document.body.dispatchEvent(new CustomEvent("haand-poke"));
});
board.addEventListener("htmx:sse:after:connection", () => show_contact(false));
board.addEventListener("htmx:sse:error", (event) => {
  show_contact(true);
  // It would be refused for ever: the page that is fetched now has what lets a stream in, or says what is missing.
  const { status } = /** @type {CustomEvent} */ (event).detail;
  if (status === 401 || status === 403) setTimeout(() => location.reload(), LONGEST_WAIT);
});
board.addEventListener("htmx:sse:close", (event) => {
  show_contact(true);
  // The stream that ended by itself is opened again by the page: a board must never be quietly dead.
  if (/** @type {CustomEvent} */ (event).detail.reason !== "removed")
    setTimeout(() => location.reload(), LONGEST_WAIT);
});

const carersOf = () => document.getElementById("totals")?.dataset.carers;
const carers = carersOf();

// Somebody more has a visit on this day, or nobody has it any more: her row is drawn with the board.
document.addEventListener("htmx:after:swap", () => {
  if (carers !== undefined && carersOf() !== carers) location.reload();
});

/** How long after midnight, or after the clock was set, the board is still the day before's. */
const SOON = 5_000;
const day = dayOf(new Date().toISOString());

let isChanging = false;

/** The board of today is another day's after midnight. Without the server it stays, and says that it does not hear. */
async function changeDay() {
  if (isChanging || location.pathname !== "/board" || dayOf(new Date().toISOString()) === day) return;
  isChanging = true;
  const answer = await fetch("/healthz", { method: "HEAD", cache: "no-store" }).catch(() => null);
  isChanging = Boolean(answer?.ok);
  if (isChanging) location.reload();
  else show_contact(true);
}

setInterval(changeDay, SOON);
for (const woken of ["pageshow", "focus", "resume"]) addEventListener(woken, changeDay);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && changeDay());
