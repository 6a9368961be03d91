// The page's line to the service worker: what is said, what is heard, and when a new version may take over.

import { workerAddress } from "./trusted.js";

/** @typedef {{ about: string, wait?: number }} News */

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

/** @param {(news: News) => void} hear */
export async function start(hear) {
  serviceWorker.addEventListener("message", ({ data }) => hear(data));
  serviceWorker.startMessages();
  await serviceWorker.register(workerAddress, { type: "module", scope: "/", updateViaCache: "none" });
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
  const offer = () => {
    if (banner) banner.hidden = !(registration.waiting && isAnswered());
  };
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
