// The board's side of the live notices. Knows when something is fetched anew; the templates know what.
// A notice names a carer: her row listens for its own name, the totals for `haand-poke`, and all rows for `haand-refresh`,
// since time alone makes an exception of what is as it should be. Nothing is drawn under a finger: it waits for the hands to rest.

import { leadToTheFirst } from "./first_of_state.js";
import { putBackFolds, rememberFolds } from "./folds.js";
import { changeAtMidnight } from "./next_day.js";
import { hearTogether } from "./shared_stream.js";
import { stayWithoutContact } from "./stay_here.js";
import { restIn } from "./stillness.js";
import { askWhoIsIn } from "./who_is_in.js";

const A_MINUTE = 60_000;
const POLL_EVERY = 10_000;
const TRY_AGAIN = 3_000;
const board = /** @type {HTMLElement} */ (document.getElementById("board"));
const lost = /** @type {HTMLElement} */ (document.getElementById("lost"));
const pace = /** @type {HTMLElement} */ (document.getElementById("pace"));

// ---- what is to be drawn anew, once no hand is at the page ----

/** What is told in one breath is drawn in one. */
const A_BREATH = 50;
/** @type {Set<string>} */
const carers = new Set();
let isAllWanted = false;
/** Something of what was asked for last did not come. */
let isBehind = false;
let waiting = 0;
let trying = 0;

function drawSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(draw, Math.max(A_BREATH, restIn()));
}

function draw() {
  if (restIn() > 0) return drawSoon();
  isBehind = false;
  if (isAllWanted) board.dispatchEvent(new CustomEvent("haand-refresh"));
  else {
    for (const carer of carers) board.dispatchEvent(new CustomEvent(`carer-${carer}`));
    // A board that is open over a new version keeps its script and fetches newer totals: the event keeps its name.
    document.body.dispatchEvent(new CustomEvent("haand-poke"));
  }
  isAllWanted = false;
  carers.clear();
}

/** @param {EventTarget | null} target */
const isOfBoard = (target) => target instanceof Node && board.contains(target);

function wantAll() {
  isAllWanted = true;
  drawSoon();
}

document.addEventListener("htmx:before:swap", (event) => {
  // A hand came while it was fetched.
  if (restIn() === 0 || !isOfBoard(event.target)) return;
  event.preventDefault();
  wantAll();
});

const peopleOn = () => document.getElementById("totals")?.dataset.people;
let people = peopleOn();

/** Whether a carer whose row was drawn alone is to stand elsewhere. @param {EventTarget | null} row */
function hasMoved(row) {
  if (!(row instanceof HTMLElement) || !row.dataset.place) return false;
  return (row.dataset.place === "exceptional") !== Boolean(row.closest(".exceptional"));
}

/** What did not come is asked for again, and meanwhile the board does not say that it is up to date. */
function askAgain() {
  isBehind = true;
  showContact(true);
  clearTimeout(trying);
  trying = setTimeout(wantAll, TRY_AGAIN);
}

document.addEventListener("htmx:error", ({ target }) => isOfBoard(target) && askAgain());
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = /** @type {CustomEvent<{ ctx: any }>} */ (event).detail;
  if (ctx.response.status >= 500 && isOfBoard(ctx.sourceElement)) askAgain();
  // All that she had on this board is gone.
  if (ctx.response.status === 404 && ctx.sourceElement.matches(".carer-day")) wantAll();
});

document.addEventListener("htmx:after:swap", ({ target }) => {
  if (!isBehind && !lost.hidden && isOfBoard(target)) showContact(false);
  putBackFolds(board);
  // Somebody more has a visit on this day, or nobody has it any more.
  if (peopleOn() !== people || hasMoved(target)) wantAll();
  people = peopleOn();
});

// ---- whether the server is heard ----

let isOpen = false;

/** @param {boolean} isLost */
function showContact(isLost) {
  if (isLost && lost.hidden) {
    const how = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" });
    const time = new Date().toLocaleTimeString(document.documentElement.lang, how);
    lost.dataset.shown = (lost.dataset.since ?? "").replace("#", time);
    lost.textContent = lost.dataset.shown;
  }
  lost.hidden = !isLost;
  pace.textContent = (isLost ? "" : isOpen ? pace.dataset.atOnce : pace.dataset.often) ?? "";
}

/** Where no stream is heard: whether the server is there, and what is new. */
async function poll() {
  if (isOpen || document.visibilityState !== "visible") return;
  const who = await askWhoIsIn();
  if (isOpen) return;
  // The page that is fetched now says what is missing.
  if (who === "another" || who === "nobody") return location.reload();
  showContact(who === "unknown");
  if (who === "me") wantAll();
}

/** @type {import("./shared_stream.js").Hear} */
function hear(news) {
  if (news.about === "notice") {
    carers.add(news.carer);
    drawSoon();
  } else if (news.about === "all") wantAll();
  else if (news.isOpen !== isOpen) {
    isOpen = news.isOpen;
    if (isOpen) return showContact(isBehind);
    // Until the server has answered nobody knows whether the board follows along.
    pace.textContent = "";
    poll();
  }
}

const sayStays = () => {
  lost.textContent = `${lost.dataset.shown} ${lost.dataset.stays}`;
};

rememberFolds();
leadToTheFirst(board);
putBackFolds(board);
changeAtMidnight(() => showContact(true));
stayWithoutContact(() => !lost.hidden, sayStays);
const { stream = "", drawnAt = "" } = board.dataset;
if (!hearTogether(stream, drawnAt, hear)) showContact(false);
setInterval(poll, POLL_EVERY);
setInterval(() => isOpen && wantAll(), A_MINUTE);
document.addEventListener("visibilitychange", poll);
