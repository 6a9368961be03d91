// The page's part in the vault: keeps the key for the worker, which the browser ends at any moment, says when somebody
// is at work, and shows nothing once it is locked, in whatever way it comes back. Knows no PIN.

import { person, say, sayLast } from "./worker.js";

/** @typedef {{ key: CryptoKey, until: number, opening: string, minutes: number }} SharedKey */

const A_MINUTE = 60_000;
/** The worker is told of touches this often at most, and often enough for a short time till it locks. */
const OFTEN = 10_000;
const PART = 1 / 10;
/** A worker that does not say how it stands is not waited for. */
const PATIENCE = 3_000;

/** @type {SharedKey | null} */
let kept = null;
/** Until when it is kept, by a clock that nobody sets. */
let steady = 0;
let timer = 0;
let toldAt = 0;

const { documentElement } = document;

/** Whether anything is to be seen of this page. @param {boolean} isOn */
function veil(isOn) {
  documentElement.toggleAttribute("data-veiled", isOn);
  stopAwaiting();
}

/** The server's page waits no longer to be told how the vault stands (base.css): it is known, or nobody will say. */
export function stopAwaiting() {
  document.body.classList.remove("awaits-worker");
  document.getElementById("made-ready")?.remove();
}

const isVeiled = () => documentElement.hasAttribute("data-veiled");

/** @param {any} news @param {readonly MessagePort[]} ports */
export function hearOfVault({ about, person: whose, to, ...shared }, ports) {
  if (about === "choose") leave();
  else if (about === "key?") giveBack(whose === person && lasts() ? kept : null, to, ports);
  else if (whose !== person) return;
  else if (about === "key") keep(/** @type {SharedKey} */ (shared));
  else if (about === "locked") leave();
  else if (about === "no vault") veil(false);
}

/** Both ways, because each browser has one of them. @param {SharedKey | null} answer @param {string} to @param {readonly MessagePort[]} ports */
function giveBack(answer, to, ports) {
  ports[0]?.postMessage(answer);
  sayLast({ about: "answer", to, answer });
}

/** Whether the key may still be used, by the clock and by the one that cannot be set back. */
const lasts = () => kept !== null && kept.until > Date.now() && steady > performance.now();

/** @param {SharedKey} shared */
function keep(shared) {
  kept = shared;
  steady = performance.now() + kept.until - Date.now();
  veil(false);
  wait();
}

function wait() {
  clearTimeout(timer);
  if (kept)
    timer = setTimeout(
      askHowItStands,
      Math.max(0, Math.min(kept.until - Date.now(), steady - performance.now())) + 50,
    );
}

/** Another page may have been touched since. */
function askHowItStands() {
  say({ about: "how it stands", person });
  clearTimeout(timer);
  timer = setTimeout(() => kept && !lasts() && leave(), PATIENCE);
}

/** To where it is unlocked; this page is not left behind it. */
function leave() {
  kept = null;
  const isWriting = document.activeElement?.matches("textarea, input") ?? false;
  veil(true);
  const next = encodeURIComponent(location.pathname + location.search);
  location.replace(`/unlock?next=${next}${isWriting ? "#writing" : ""}`);
}

function touched() {
  const now = Date.now();
  if (!kept || !lasts()) return;
  const long = kept.minutes * A_MINUTE;
  kept.until = now + long;
  steady = performance.now() + long;
  if (now - toldAt < Math.min(OFTEN, long * PART)) return;
  toldAt = now;
  say({ about: "touched", person });
  wait();
}

/** Nothing is seen before it is known that it may be. */
function hideUntilKnown() {
  veil(true);
  askHowItStands();
}

export function keepLocked() {
  // At once: a worker that ends before it has lent the key to this page takes it along.
  sayLast({ about: "how it stands", person });
  // A hand that writes with a keyboard's own means, or a voice, presses no key: what it composes says that somebody is there.
  const composing = ["beforeinput", "input", "compositionstart", "compositionupdate", "compositionend"];
  for (const touch of ["pointerdown", "keydown", "scroll", ...composing])
    addEventListener(touch, touched, { passive: true, capture: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || !kept) return;
    if (!lasts()) hideUntilKnown();
    else say({ about: "key", person, ...kept });
  });
  // A page that the browser keeps in its memory is kept without what it showed, and without the key: the phone may be in
  // other hands when it comes back.
  addEventListener("pagehide", ({ persisted }) => {
    if (!persisted) return;
    kept = null;
    veil(true);
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted || !isVeiled()) return;
    say({ about: "back", person });
    setTimeout(() => isVeiled() && location.reload(), PATIENCE);
  });
}
