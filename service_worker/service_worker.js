/**
 * The service worker: who is called when. Everything it must remember is in the store, because the browser ends it at
 * any moment. The listeners stand at the top level, where the browser looks for them when it starts it again.
 */

import build from "../build.js";
import { receiveAnswer } from "./clients.js";
import { isId } from "./new_id.js";
import { doChange } from "./pages/do_change.js";
import { readTyped } from "./pages/settle_draft.js";
import { handleUnlockMessage, UNLOCK_MESSAGES } from "./pages/unlock_page.js";
import { dropOlderBuilds, precache, refill } from "./precache.js";
import { route } from "./routing.js";
import { scope } from "./scope.js";
import { currentPerson } from "./store/facts.js";
import { keepDraft } from "./sync/drafts.js";
import {
  BACKGROUND,
  countClients,
  deliver,
  deliverForCurrent,
  findLeftBehind,
  handleHello,
  phoneOf,
  sendVaultState,
} from "./sync/triggers.js";
import { takeOver } from "./taking_over.js";
import { acceptKey, Locked, touch } from "./vault/vault.js";

scope.addEventListener("install", (event) => event.waitUntil(precache()));

scope.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([scope.clients.claim(), countClients().then(dropOlderBuilds)]));
});

scope.addEventListener("fetch", (event) => {
  const answer = route(event.request);
  if (answer) event.respondWith(answer(event));
});

scope.addEventListener("message", (event) => {
  event.waitUntil(handleMessage(event.data, /** @type {Client} */ (event.source)));
});

scope.addEventListener("sync", (event) => {
  const { tag, waitUntil } = /** @type {ExtendableEvent & { tag: string }} */ (event);
  if (tag === BACKGROUND) waitUntil.call(event, wokenByTheNetwork());
});

/**
 * What a page may say: `hello` (whose it is), `tick`, `online`, `visible` (reasons to flush), `draft` (what is being
 * typed, when the page is on its way out), `use the new version` (the carer has said yes); of a vault, `touched`
 * (somebody is at work), `key` (that it has kept), `how it stands` (may it be read?), and what the unlock page says; `back`
 * (it was in the browser's memory: is it still its carer's phone?), `tap` (not answered yet, and the page is on its way
 * out); at the door `left here` (what waits on this phone?).
 * @param {any} message
 * @param {Client} page
 */
async function handleMessage(message, page) {
  const { about, person, build: theirs, key, text = "", draft = {} } = message;
  if (UNLOCK_MESSAGES.has(about)) await answerUnlockMessage(message, page);
  else if (about === "answer") receiveAnswer(message);
  else if (isId(person) && about === "touched") await touch(person);
  else if (isId(person) && about === "key") await acceptKey(person, message);
  else if (isId(person) && about === "how it stands") await sendVaultStateIfCurrent(person, page);
  else if (isId(person) && about === "back") await showToItsOwner(person, page);
  else if (isId(person) && about === "tap") await repeatTap(message);
  else if (about === "use the new version") await takeOver();
  else if (about === "hello" && person && isId(person)) {
    await claimPages();
    await handleHello(person, page);
    if (theirs === build && (await countClients()) < 2) await dropOlderBuilds(0);
    await refill();
  } else if (about === "draft" && person && isId(person) && key) {
    const phone = phoneOf(person);
    await keepDraft(phone, readTyped(key, text, draft)).catch(unlessLocked);
    await deliver(phone);
  } else if (about === "left here")
    page.postMessage({ about: "answer", to: message.to, answer: await findLeftHere() });
  else if (about === "tick") await deliverForCurrent("tick");
  else if (about === "online" || about === "visible") await deliverForCurrent("reason");
}

/** A page that was on its way while this worker took over was not among those it took; one that has been replaced takes none. */
async function claimPages() {
  await scope.clients.claim().catch(() => {});
}

/**
 * When a vault is gone, what waited in it is sent, and then the sign-in ends.
 * @param {import("./pages/unlock_page.js").UnlockMessage} said
 * @param {Client} page
 */
async function answerUnlockMessage(said, page) {
  const phone = phoneOf(said.person);
  const answer = await handleUnlockMessage(said, phone);
  page.postMessage({ about: "answer", to: said.to, answer });
  if ("outcome" in answer && answer.outcome === "gone") await deliver(phone);
}

/** How much waits on this phone, and whether the door's visitor can look at it: it is the current carer's. */
async function findLeftHere() {
  const person = await currentPerson();
  const left = await findLeftBehind(null);
  return {
    count: left.reduce((sum, { count }) => sum + count, 0),
    mine: left.some((each) => each.person === person),
  };
}

/** Of somebody who has just signed in, `hello` makes her the current one first. @param {string} person @param {Client} page */
async function sendVaultStateIfCurrent(person, page) {
  if ((await currentPerson()) === person) await sendVaultState(person, page);
}

/** Anybody else's page is left at once, with a network and without. @param {string} person @param {Client} page */
async function showToItsOwner(person, page) {
  if ((await currentPerson()) === person) await sendVaultState(person, page);
  else page.postMessage({ about: "start over" });
}

/** The same tap, should its page have gone before it came. @param {{ person: string, path: string, body: string, headers: Record<string, string> }} said */
async function repeatTap({ person, path, body, headers }) {
  const phone = phoneOf(person);
  const how = {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/x-www-form-urlencoded" },
  };
  if (!path.startsWith("/do/")) return;
  await doChange(phone, new Request(new URL(path, location.href), { ...how, body }), async () => {});
  await deliver(phone);
}

/** The words of another tab, which came when the vault was locked already; of a full phone the page has said so. @param {unknown} error */
function unlessLocked(error) {
  if (!(error instanceof Locked)) console.error(error);
}

/** The browser tries again by itself when this fails. */
async function wokenByTheNetwork() {
  if (!(await deliverForCurrent("woken"))) throw new Error("the server was not reached");
}
