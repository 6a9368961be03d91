// The page's line to the service worker: what is said, what is heard, and when a new version may take over.

import { whenStill } from "./stillness.js";
import { workerAddress } from "./trusted_types.js";

/** @typedef {{ about: string, wait?: number }} News */
/** @typedef {(news: News, ports: readonly MessagePort[]) => void} Hear */

const { serviceWorker } = navigator;

/** Whose page this is; everything that is sent says so. */
export const person = document.body.dataset.person ?? "";

/** @param {object} message */
export async function say(message) {
  const registration = await serviceWorker.ready;
  registration.active?.postMessage(message);
}

/** Said while the page is on its way out: nothing may be waited for. @param {object} message */
export function sayLast(message) {
  serviceWorker.controller?.postMessage(message);
}

/** Whether the worker answers this page, or the server still does. */
export function isAnswered() {
  return Boolean(serviceWorker?.controller);
}

/** Whether the worker was taken away since this page was made, as it is when the phone is wiped: it would never answer. */
export async function isGone() {
  return !(await serviceWorker.getRegistration());
}

/** Say something that is answered. @param {object} message @returns {Promise<any>} */
export function ask(message) {
  const to = crypto.randomUUID();
  return new Promise((resolve) => {
    serviceWorker.addEventListener("message", ({ data }) => {
      if (data.about === "answer" && data.to === to) resolve(data.answer);
    });
    say({ ...message, to });
  });
}

/** @param {Hear} hear */
export function startListening(hear) {
  serviceWorker.addEventListener("message", ({ data, ports }) => hear(data, ports));
  serviceWorker.startMessages();
}

/** @param {Hear} hear @param {() => void} neverComes there is no worker, and none is on its way any more */
export async function start(hear, neverComes) {
  startListening(hear);
  const how = /** @type {RegistrationOptions} */ ({ type: "module", scope: "/", updateViaCache: "imports" });
  const known = await serviceWorker.register(workerAddress, how).catch(console.error);
  const lookForIt = () => known?.installing ?? known?.waiting ?? known?.active ?? neverComes();
  lookForIt();
  known?.installing?.addEventListener("statechange", lookForIt);
  await say({ about: "hello", person, build: document.body.dataset.build });
}

/**
 * A new version waits until the carer says yes, or until no page is open. Never in the middle of a visit.
 * @param {{ save: () => Promise<unknown>, mayReload: () => boolean, refreshLater: () => void }} page
 */
export async function watchForNewVersion({ save, mayReload, refreshLater }) {
  const wasAnswered = isAnswered();
  let accepted = false;
  const registration = await serviceWorker.ready;
  const banner = document.getElementById("new-version");
  const offer = () =>
    whenStill(() => {
      if (banner) banner.hidden = !(registration.waiting && isAnswered());
    });
  offer();
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", offer),
  );
  document.getElementById("use-new-version")?.addEventListener("click", async () => {
    accepted = true;
    await save();
    registration.waiting?.postMessage({ about: "use the new version" });
  });
  serviceWorker.addEventListener("controllerchange", () => {
    offer();
    if (!wasAnswered) return;
    if (accepted || mayReload()) location.reload();
    else refreshLater();
  });
}
