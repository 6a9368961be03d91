// The page's side of the phone: starts the worker, says whose page this is, and follows what the worker tells. Knows
// no visits; the pages are complete without it.

import { saveDrafts } from "./drafts.js";
import { coachInstalling } from "./install.js";
import "./focus.js";
import "./limits.js";
import "./opening.js";
import { keepCurrent } from "./pace.js";
import "./refusals.js";
import { isBusy, refresh, refreshTimes } from "./refreshing.js";
import { refreshSign, whenDrawn } from "./sign.js";
import { showWhenStill } from "./stillness.js";
import "./typed_line.js";
import { hearOfVault, keepLocked, stopAwaiting } from "./vault.js";
import { person, say, start, watchForNewVersion } from "./worker.js";

const A_MINUTE = 60_000;
/** How long after midnight, or after waking, a page may still call yesterday today. */
const SOON = 5_000;

let later = 0;

/** @type {import("./worker.js").Hear} */
function hear(news, ports) {
  hearOfVault(news, ports);
  const { about, wait } = news;
  if (about === "changed") {
    refresh();
    refreshSign();
  } else if (about === "state") refreshSign();
  else if (about === "start over") location.replace("/");
  else if (about === "sign in again" || about === "signed in") askToSignIn(about === "sign in again");
  else if (about === "later") {
    clearTimeout(later);
    later = setTimeout(tick, wait);
  }
}

/** Calmly: what is written is kept, and the day is here all the same. @param {boolean} isNeeded */
function askToSignIn(isNeeded) {
  const banner = document.getElementById("sign-in-again");
  if (banner) showWhenStill(banner, isNeeded);
}

const becomeCurrent = () => keepCurrent(refreshTimes);

function tick() {
  becomeCurrent();
  if (document.visibilityState === "visible") say({ about: "tick" });
}

/** Locked by hand: what is half-written is kept before nobody can keep it any more. @param {Event} event */
async function lockByHand(event) {
  const { target } = event;
  if (!(target instanceof HTMLFormElement) || !target.matches("[action='/lock']")) return;
  event.preventDefault();
  await saveDrafts();
  target.submit();
}

if ("serviceWorker" in navigator) {
  start(hear, stopAwaiting).catch(console.error);
  keepLocked();
  const save = () => saveDrafts().then(whenDrawn);
  watchForNewVersion({ save, mayReload: () => !isBusy(), refreshLater: refresh });
  navigator.serviceWorker.addEventListener("controllerchange", saveDrafts);
  document.addEventListener("submit", lockByHand);
  setInterval(tick, A_MINUTE);
  setInterval(becomeCurrent, SOON);
  for (const woken of ["focus", "resume", "pageshow"]) addEventListener(woken, becomeCurrent);
  addEventListener("online", () => say({ about: "online" }));
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    say({ about: "hello", person });
    refresh();
    refreshSign();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    becomeCurrent();
    say({ about: "visible" });
  });
} else stopAwaiting();

coachInstalling();
