/**
 * The service worker: who is called when. Everything it must remember is in the store, because the browser ends it at
 * any moment. The listeners stand at the top level, where the browser looks for them when it starts it again.
 */

import build from "../build.js";
import { whoAnswers } from "./answering.js";
import { BACKGROUND, countPages, deliverForCurrent, greet } from "./delivering.js";
import { isId } from "./new_id.js";
import { keepDraft } from "./outbox.js";
import { dropOlderBuilds, precache } from "./precache.js";

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

scope.addEventListener("install", (event) => event.waitUntil(precache()));

scope.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([scope.clients.claim(), countPages().then(dropOlderBuilds)]));
});

scope.addEventListener("fetch", (event) => {
  const answer = whoAnswers(event.request);
  if (answer) event.respondWith(answer(event));
});

scope.addEventListener("message", (event) => {
  event.waitUntil(hear(event.data, /** @type {Client} */ (event.source)));
});

scope.addEventListener("sync", (event) => {
  const { tag, waitUntil } = /** @type {ExtendableEvent & { tag: string }} */ (event);
  if (tag === BACKGROUND) waitUntil.call(event, wokenByTheNetwork());
});

/**
 * What a page may say: `hello` (whose it is), `tick`, `online`, `visible` (reasons to flush), `draft` (what is being
 * typed, when the page is on its way out), `use the new version` (the carer has said yes).
 * @param {{ about: string, person?: string, build?: string, key?: string, text?: string }} message
 * @param {Client} page
 */
async function hear({ about, person, build: theirs, key, text }, page) {
  if (about === "use the new version") await scope.skipWaiting();
  else if (about === "hello" && person && isId(person)) {
    await greet(person, page);
    if (theirs === build && (await countPages()) < 2) await dropOlderBuilds(0);
  } else if (about === "draft" && person && isId(person) && key)
    await keepDraft(person, key, (text ?? "").toWellFormed());
  else if (about === "tick") await deliverForCurrent("tick");
  else if (about === "online" || about === "visible") await deliverForCurrent("reason");
}

/** The browser tries again by itself when this fails. */
async function wokenByTheNetwork() {
  if (!(await deliverForCurrent("woken"))) throw new Error("the server was not reached");
}
