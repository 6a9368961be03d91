// The page's part in the vault: keeps the key for the worker, which the browser ends at any moment, says when somebody
// is at work, and shows nothing once it is locked, in whatever way it comes back. Knows no PIN.

import { person, say } from "./worker.js";

/** @typedef {{ key: CryptoKey, until: number, opening: string, minutes: number }} Kept */

const A_MINUTE = 60_000;
/** The worker is told of touches this often. */
const OFTEN = 10_000;
/** A worker that does not say how it stands is not waited for. */
const PATIENCE = 3_000;

/** @type {Kept | null} */
let kept = null;
let timer = 0;
let toldAt = 0;

/** @param {any} news @param {readonly MessagePort[]} ports */
export function hearOfVault({ about, person: whose, ...lent }, ports) {
  if (about === "choose") leave();
  else if (whose !== person) ports[0]?.postMessage(null);
  else if (about === "key?") ports[0]?.postMessage(kept);
  else if (about === "key") keep(/** @type {Kept} */ (lent));
  else if (about === "locked") leave();
}

/** @param {Kept} lent */
function keep(lent) {
  kept = lent;
  document.documentElement.hidden = false;
  wait();
}

function wait() {
  clearTimeout(timer);
  if (kept) timer = setTimeout(askHowItStands, Math.max(0, kept.until - Date.now()) + 50);
}

/** Another page may have been touched since. */
function askHowItStands() {
  say({ about: "how it stands", person });
  clearTimeout(timer);
  timer = setTimeout(() => kept && kept.until < Date.now() && leave(), PATIENCE);
}

/** To where it is unlocked; this page is not left behind it. */
function leave() {
  kept = null;
  document.documentElement.hidden = true;
  location.replace(`/unlock?next=${encodeURIComponent(location.pathname + location.search)}`);
}

function touched() {
  const now = Date.now();
  if (!kept || kept.until < now) return;
  kept.until = now + kept.minutes * A_MINUTE;
  if (now - toldAt < OFTEN) return;
  toldAt = now;
  say({ about: "touched", person });
  wait();
}

/** Nothing is seen before it is known that it may be. */
function hideUntilKnown() {
  document.documentElement.hidden = true;
  askHowItStands();
}

export function keepLocked() {
  for (const touch of ["pointerdown", "keydown", "scroll", "input"])
    addEventListener(touch, touched, { passive: true, capture: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || !kept) return;
    if (kept.until < Date.now()) hideUntilKnown();
    else say({ about: "key", person, ...kept });
  });
  // A page that the browser keeps in its memory is kept without what it showed, and without the key.
  addEventListener("pagehide", ({ persisted }) => {
    if (!persisted || !kept) return;
    kept = null;
    document.documentElement.hidden = true;
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && document.documentElement.hidden) askHowItStands();
  });
}
