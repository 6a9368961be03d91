// How a leader's page that stays open follows what happens: the one mechanism of the board, of a visit and of what needs a look.
// Knows when something is fetched anew; the templates know what. A notice names a carer: what shows hers listens for her name,
// what counts listens for `haand-poke`, and all of it for `haand-refresh`, since time alone makes an exception of what is as it
// should be. Nothing is drawn under a finger: it waits for the hands to rest.

import { contactNow, showAsOf, showContact } from "./contact.js";
import { findAgain, placeOf } from "./place.js";
import { hearTogether } from "./shared_stream.js";
import { restIn } from "./stillness.js";
import { askWhoIsIn } from "./who_is_in.js";

const A_SECOND = 1_000;
const A_MINUTE = 60_000;
const POLL_EVERY = 10_000;
const TRY_AGAIN = 3_000;
/** What is told in one breath is drawn in one. */
const A_BREATH = 50;

/**
 * @param {HTMLElement} followed what has parts that listen, and says where its stream is and when it was drawn
 * @param {(target: EventTarget | null) => boolean} [isToBeDrawnWhole] after a part was drawn: whether that is not enough
 * @returns {{ sayLost: () => void }}
 */
export function follow(followed, isToBeDrawnWhole = () => false) {
  const pace = document.getElementById("pace");
  /** @type {Set<string>} */
  const carers = new Set();
  let isAllWanted = false;
  /** Something of what was asked for last did not come. */
  let isBehind = false;
  let isOpen = false;
  let waiting = 0;
  let trying = 0;
  /** What the page shows was so then: by this machine's clock. */
  let knownAt = Date.now();

  // ---- what is to be drawn anew, once no hand is at the page ----

  const isAnythingWanted = () => isAllWanted || carers.size > 0;

  function drawSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(draw, Math.max(A_BREATH, restIn()));
  }

  function draw() {
    if (restIn() > 0) return drawSoon();
    isBehind = false;
    if (isAllWanted) followed.dispatchEvent(new CustomEvent("haand-refresh"));
    else {
      for (const carer of carers) followed.dispatchEvent(new CustomEvent(`carer-${carer}`));
      // A board that is open over a new version keeps its script and fetches newer totals: the event keeps its name.
      document.body.dispatchEvent(new CustomEvent("haand-poke"));
    }
    isAllWanted = false;
    carers.clear();
  }

  /** @param {EventTarget | null} target @returns {target is Node} */
  const isOfPage = (target) => target instanceof Node && followed.contains(target);

  function wantAll() {
    isAllWanted = true;
    drawSoon();
  }

  /** Where the focus was, by what is drawn there. @type {import("./place.js").Place | null} */
  let place = null;

  document.addEventListener("htmx:before:swap", (event) => {
    if (!isOfPage(event.target)) return;
    // A hand came while it was fetched. What a hand has asked for is drawn.
    const { ctx } = /** @type {CustomEvent<{ ctx?: any }>} */ (event).detail ?? {};
    if (restIn() > 0 && (ctx?.request?.method ?? "GET") === "GET") {
      event.preventDefault();
      wantAll();
      return;
    }
    const active = document.activeElement;
    place = active && active !== document.body && isOfPage(active) ? placeOf(active) : null;
  });

  /** What did not come is asked for again, and meanwhile the page does not say that it is up to date. */
  function askAgain() {
    isBehind = true;
    sayContact("lost");
    clearTimeout(trying);
    trying = setTimeout(wantAll, TRY_AGAIN);
  }

  document.addEventListener("htmx:error", ({ target }) => isOfPage(target) && askAgain());
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = /** @type {CustomEvent<{ ctx: any }>} */ (event).detail;
    if (ctx.response.status >= 500 && isOfPage(ctx.sourceElement)) askAgain();
    // All that she had on this board is gone.
    if (ctx.response.status === 404 && ctx.sourceElement.matches(".carer-day")) wantAll();
  });

  document.addEventListener("htmx:after:swap", ({ target }) => {
    if (!isBehind && isOfPage(target)) {
      if (!isAnythingWanted()) knownAt = Date.now();
      if (contactNow() === "lost") sayContact(isOpen ? "open" : "unknown");
    }
    // What had the focus is gone.
    if (place && document.activeElement === document.body) findAgain(place)?.focus({ preventScroll: true });
    place = null;
    if (isToBeDrawnWhole(target)) wantAll();
  });

  // ---- whether the server is heard ----

  /** @param {"open" | "lost" | "unknown"} contact */
  function sayContact(contact) {
    showContact(contact, knownAt);
    showAsOf(knownAt);
    if (pace)
      pace.textContent = (contact === "lost" ? "" : isOpen ? pace.dataset.atOnce : pace.dataset.often) ?? "";
  }

  /** While the server is heard, and all that it told is drawn, what the page shows is so now. */
  function tick() {
    if (isOpen && !isBehind && !isAnythingWanted()) knownAt = Date.now();
    showAsOf(knownAt);
  }

  /** Where no stream is heard: whether the server is there, and what is new. */
  async function poll() {
    if (isOpen || document.visibilityState !== "visible") return;
    const who = await askWhoIsIn();
    if (isOpen) return;
    // The page that is fetched now says what is missing.
    if (who === "another" || who === "nobody") return location.reload();
    sayContact(who === "unknown" ? "lost" : "unknown");
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
      if (isOpen) return sayContact(isBehind ? "lost" : "open");
      // It has hung since then, or is gone.
      knownAt = Math.min(knownAt, news.heardAt || knownAt);
      showAsOf(knownAt);
      // Until the server has answered nobody knows whether the page follows along.
      if (pace) pace.textContent = "";
      poll();
    }
  }

  const { stream = "", drawnAt = "" } = followed.dataset;
  if (!hearTogether(stream, drawnAt, hear)) sayContact("unknown");
  setInterval(poll, POLL_EVERY);
  setInterval(tick, A_SECOND);
  setInterval(() => isOpen && wantAll(), A_MINUTE);
  document.addEventListener("visibilitychange", poll);
  return { sayLost: () => sayContact("lost") };
}
