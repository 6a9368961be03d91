/**
 * The service worker: who is called when. Everything it must remember is in the store, because the browser ends it at
 * any moment. The listeners stand at the top level, where the browser looks for them when it starts it again.
 */

import build from "../build.js";
import { whoAnswers } from "./answering.js";
import {
  BACKGROUND,
  countPages,
  deliver,
  deliverForCurrent,
  greet,
  phoneOf,
  tellHowItStands,
} from "./delivering.js";
import { isId } from "./new_id.js";
import { hearAnswer } from "./open_pages.js";
import { keepDraft } from "./outbox.js";
import { currentPerson } from "./phone.js";
import { dropOlderBuilds, precache } from "./precache.js";
import { scope } from "./scope.js";
import { answerUnlocking, HEARD } from "./unlock_page.js";
import { Locked, takeBack, touch } from "./vault.js";

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
 * typed, when the page is on its way out), `use the new version` (the carer has said yes); of a vault, `touched`
 * (somebody is at work), `key` (that it has kept), `how it stands` (may it be read?), and what the unlock page says.
 * @param {any} message
 * @param {Client} page
 */
async function hear(message, page) {
  const { about, person, build: theirs, key, text } = message;
  if (HEARD.has(about)) await answerOnUnlocking(message, page);
  else if (about === "answer") hearAnswer(message);
  else if (isId(person) && about === "touched") await touch(person);
  else if (isId(person) && about === "key") await takeBack(person, message);
  else if (isId(person) && about === "how it stands") await tellIfCurrent(person, page);
  else if (about === "use the new version") await scope.skipWaiting();
  else if (about === "hello" && person && isId(person)) {
    await greet(person, page);
    if (theirs === build && (await countPages()) < 2) await dropOlderBuilds(0);
  } else if (about === "draft" && person && isId(person) && key)
    await keepDraft(person, key, (text ?? "").toWellFormed()).catch(unlessLocked);
  else if (about === "tick") await deliverForCurrent("tick");
  else if (about === "online" || about === "visible") await deliverForCurrent("reason");
}

/**
 * When a vault is gone, what waited in it is sent, and then the sign-in ends.
 * @param {import("./unlock_page.js").Said} said
 * @param {Client} page
 */
async function answerOnUnlocking(said, page) {
  const phone = phoneOf(said.person);
  const answer = await answerUnlocking(said, phone);
  page.postMessage({ about: "answer", to: said.to, answer });
  if ("outcome" in answer && answer.outcome === "gone") await deliver(phone);
}

/** Of somebody who has just signed in, `hello` makes her the current one first. @param {string} person @param {Client} page */
async function tellIfCurrent(person, page) {
  if ((await currentPerson()) === person) await tellHowItStands(person, page);
}

/** The words of another tab, which came when the vault was locked already. @param {unknown} error */
function unlessLocked(error) {
  if (!(error instanceof Locked)) throw error;
}

/** The browser tries again by itself when this fails. */
async function wokenByTheNetwork() {
  if (!(await deliverForCurrent("woken"))) throw new Error("the server was not reached");
}
