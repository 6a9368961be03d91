/** Knows what starts a sync, and tells the open pages what came of it. Knows no requests. */

import build from "../../build.js";
import { listClients, notifyClients } from "../clients.js";
import { inTime } from "../in_time.js";
import { newId } from "../new_id.js";
import { sendPhotos } from "../photos/send_photos.js";
import { scope } from "../scope.js";
import {
  currentPerson,
  everybody,
  fact,
  isReady,
  ownFact,
  setCurrentPerson,
  setFacts,
  setOwnFact,
} from "../store/facts.js";
import { fetchPolicy } from "../vault/policy.js";
import { lock, shareKey, stateOf } from "../vault/vault.js";
import { expireAllOutOfContact, waits } from "../vault/vault_expiry.js";
import { isServerThere } from "./exchange.js";
import { fetchMedia } from "./media.js";
import { forgetCursor, isDue, probeIn, sync } from "./sync.js";
import { executeWipeOrder } from "./wipe.js";

/** @typedef {import("../shapes.js").Phone} Phone */

export const BACKGROUND = "haand-sync";

/** Somebody looks at the screen meanwhile. */
const LONGEST_WAIT = 8_000;
const TEN_MINUTES = 10 * 60_000;
const VAIN = 60_000;

/** The server knows somebody else, or nobody, by this phone's cookie. What is written waits for its own carer. */
export const NOT_HIS_SIGN_IN = new Set(["NotSignedIn", "PhoneBoundToAnother"]);

let hurriedAt = Number.NEGATIVE_INFINITY; // by the clock that cannot be set

/** What others had left here for the current carer's pages to tell of. @type {{ current: string | null, at: number, count: number }} */
let lookedBehind = { current: null, at: Number.NEGATIVE_INFINITY, count: 0 };

/** @param {string} person @returns {Phone} */
export function phoneOf(person) {
  return { person, clock: Date.now, newId, fetch: (address, how) => fetch(address, how), build };
}

/**
 * Send what waits, bring what is new, and let the pages know. Answers whether the server was reached.
 * @param {Phone} phone
 * @param {boolean} [isWoken] by Background Sync, which tries again by itself: asked again it would never rest
 */
export async function deliver(phone, isWoken = false) {
  const flushed = await sync(phone, () => notifyClients({ about: "state" }));
  if (flushed.order && (await executeWipeOrder(phone, flushed.order))) return true;
  await signOutIfDue();
  if (flushed.heard && !flushed.ended) await fetchPolicy(phone);
  await notifyClients({ about: flushed.changed ? "changed" : "state" });
  const isRefused = flushed.closed || flushed.trouble === "VaultClosed";
  const isAnothers = isRefused && !["open", "closed"].includes(await stateOf(phone.person));
  if (flushed.ended || isAnothers || NOT_HIS_SIGN_IN.has(flushed.trouble))
    await notifyClients({ about: "sign in again" });
  else if (flushed.heard) await notifyClients({ about: "signed in" });
  if (flushed.retry_in !== null) {
    await askForTick(phone, flushed.retry_in);
    if (!isWoken) await askForBackgroundSync();
  }
  if (flushed.heard && !flushed.ended && !flushed.closed) await deliverPhotos(phone, isWoken);
  if (flushed.heard && (await fetchMedia(phone))) await notifyClients({ about: "changed" });
  await lookBehind(phone.person, flushed.heard);
  return flushed.heard;
}

/** After the answers that name them; what could not be sent is tried at the next reason, or in a minute. @param {Phone} phone @param {boolean} isWoken */
async function deliverPhotos(phone, isWoken) {
  const { sent, left } = await sendPhotos(phone);
  if (sent) await notifyClients({ about: "changed" });
  if (!left) return;
  await askForTick(phone, VAIN);
  if (!isWoken) await askForBackgroundSync();
}

/**
 * What others have left on this phone is sent, and counted: the current carer's pages say so. Nobody looks into others'
 * stores at each tap; where nothing was, it is soon enough once a minute, or when one of theirs has written.
 * @param {string} person whose delivery it is after
 * @param {boolean} isServerThere
 */
async function lookBehind(person, isServerThere) {
  const [current, now] = [await currentPerson(), performance.now()];
  const { current: before, at, count } = lookedBehind;
  if (current && current === person && current === before && !count && now - at < VAIN) return;
  const except = current === person ? person : null;
  let waiting = await listWaiting(except);
  const theirs = waiting.filter((each) => each.person !== person);
  if (isServerThere && (await deliverLeftBehind(theirs, "is there"))) waiting = await listWaiting(except);
  if (current) await noteLeftBehind(current, waiting, now);
}

/** @typedef {{ person: string, count: number }} Left how much of whose waits on this phone */

/** @param {string | null} except @returns {Promise<Left[]>} */
async function listWaiting(except) {
  const others = (await everybody()).filter((person) => person !== except);
  const counts = await Promise.all(others.map((person) => waits(person).catch(() => 0)));
  return others.map((person, place) => ({ person, count: counts[place] })).filter(({ count }) => count);
}

/**
 * What others have left on this phone, who are not here to sign in. Each when it is due; nothing waits for it. One that
 * could not be sent for want of a network goes as soon as the server is there again.
 * @param {Left[]} left
 * @param {"is there" | "is not asked"} server
 * @returns {Promise<boolean>} whether any was tried
 */
async function deliverLeftBehind(left, server) {
  const now = performance.now();
  const mayHurry = server === "is there" && now - hurriedAt > VAIN;
  if (mayHurry) hurriedAt = now;
  let isTried = false;
  for (const { person } of await sendable(left)) {
    const other = phoneOf(person);
    const isHurried = mayHurry && Boolean(await fact(person, "silent_since"));
    if (!(isHurried || (await isDue(other)))) continue;
    isTried = true;
    const { order } = await sync(other);
    if (order) await executeWipeOrder(other, order);
  }
  return isTried;
}

/** Those that can be sent for their carers. @param {Left[]} left */
async function sendable(left) {
  const found = [];
  for (const each of left) if (await fact(each.person, "delivery")) found.push(each);
  return found;
}

/**
 * Who else has something on this phone that waits, and can be sent for them.
 * @param {string | null} current
 */
export async function findLeftBehind(current) {
  return sendable(await listWaiting(current));
}

/** How much of others' waits here: the pages do not look into any other's store. @param {string} current @param {Left[]} waiting @param {number} at */
async function noteLeftBehind(current, waiting, at) {
  const others = waiting.filter(({ person }) => person !== current);
  const count = others.reduce((sum, each) => sum + each.count, 0);
  lookedBehind = { current, at, count };
  if (count === ((await fact(current, "others_wait")) ?? 0)) return;
  await setFacts(current, { others_wait: count });
  await notifyClients({ about: "changed" });
}

/** The current carer's outbox is flushed. @param {"tick" | "reason" | "woken"} why a tick of the clock waits out the pause */
export async function deliverForCurrent(why) {
  const person = await currentPerson();
  if (!person) {
    await deliverLeftBehind(await listWaiting(null), "is not asked");
    return true;
  }
  const phone = phoneOf(person);
  return why === "tick" && !(await isDue(phone)) ? probe(phone) : deliver(phone, why === "woken");
}

/** Nobody has to be asked twice at a time. @type {Promise<boolean> | null} */
let probing = null;
/** Until then the server has answered, and yet taken nothing: it has enough to do. */
let restsUntil = 0; // by the clock that cannot be set

/**
 * Between two tries it is asked in the cheapest way whether the server is there again: then what waits goes at once. The
 * page lies there, and nothing else would tell.
 * @param {Phone} phone
 * @returns {Promise<boolean>}
 */
async function probe(phone) {
  if (performance.now() < restsUntil || (await probeIn(phone)) === null) return true;
  probing ??= isServerThere(phone.fetch).finally(() => {
    probing = null;
  });
  if (await probing) {
    const isDelivered = await deliver(phone);
    // Unless it went away again meanwhile, as in a stairwell.
    if (!isDelivered && (await isServerThere(phone.fetch))) restsUntil = performance.now() + VAIN;
    return isDelivered;
  }
  await askForTick(phone, VAIN);
  return false;
}

/** The open pages are to speak up again: soon, if it may be asked then. @param {Phone} phone @param {number} wait */
async function askForTick(phone, wait) {
  const soon = performance.now() < restsUntil ? null : await probeIn(phone);
  await notifyClients({ about: "later", wait: Math.min(wait, soon ?? wait) });
}

/**
 * A page says whose it is. Nobody was current: this carer is. Somebody else was: only the server can say that the
 * phone has changed hands, for an old tab of yesterday's carer says hello too. Either way that page starts over.
 * @param {string} person
 * @param {Client} page
 */
export async function handleHello(person, page) {
  const current = await currentPerson();
  if (await ownFact("sign_out_due")) {
    await deliver(phoneOf(person));
    page.postMessage({ about: "start over" });
    return;
  }
  if (current && current !== person) {
    if (await deliver(phoneOf(person))) {
      await lock(current);
      await setCurrentPerson(person);
    }
    page.postMessage({ about: "start over" });
    return;
  }
  if (!current) await setCurrentPerson(person);
  await fetchPolicy(phoneOf(person));
  await sendVaultState(person, page);
  await deliver(phoneOf(person));
  await expireAllOutOfContact();
}

/**
 * A page is told what it is to keep, or that it may not show what it shows.
 * @param {string} person
 * @param {{ postMessage: (news: any) => void }} page
 */
export async function sendVaultState(person, page) {
  const state = await stateOf(person).catch(() => "closed");
  if (state === "open") page.postMessage(await shareKey(person));
  else if (state === "closed") page.postMessage({ about: "locked", person });
  else if (state === "wanted") page.postMessage({ about: "choose" });
  else page.postMessage({ about: "no vault", person });
}

/**
 * A vault was given up because of who held the phone: the sign-in that is left on it ends as well, or its documents
 * would be fetched anew. What waits is sent first, while that sign-in speaks for it.
 * @returns {Promise<"was not due" | "signed out" | null>} null when the server may not be asked for pages
 */
export async function signOutIfDue() {
  if (!(await ownFact("sign_out_due"))) return "was not due";
  try {
    const how = /** @type {RequestInit} */ ({ method: "POST", redirect: "manual", cache: "no-store" });
    if (!(await isServerThere(phoneOf("").fetch, LONGEST_WAIT))) return null;
    await inTime(sendAllLeft(), LONGEST_WAIT, () => null);
    const answer = await fetch("/sign-out", { ...how, signal: AbortSignal.timeout(LONGEST_WAIT) });
    if (answer.type !== "opaqueredirect" && !answer.ok) return null;
    await setOwnFact("sign_out_due", false);
    return "signed out";
  } catch {
    return null;
  }
}

async function sendAllLeft() {
  for (const { person } of await findLeftBehind(null)) await sync(phoneOf(person));
}

/**
 * Before the first documents have come there is nothing to show: wait for them, but not for ever.
 * @param {Phone} phone
 */
export async function waitForFirst(phone) {
  if (await isReady(phone.person)) return;
  await inTime(sync(phone), LONGEST_WAIT, () => null);
}

/**
 * A page could not be drawn, perhaps because a document is broken: all are fetched anew, though not at every try.
 * @param {Phone} phone
 */
export async function refetchAll(phone) {
  const since = phone.clock() - ((await fact(phone.person, "mended_at")) ?? 0);
  if (Math.abs(since) > TEN_MINUTES) await forgetCursor(phone);
  await deliver(phone);
}

/** An extra where it exists: the browser wakes us when the network is back. */
export async function askForBackgroundSync() {
  const registration = /** @type {any} */ (scope.registration);
  await registration.sync?.register(BACKGROUND).catch(() => {});
}

/** The carer has asked for the newest of everything: documents, and a version that takes over when this one rests. */
export async function fetchNewestVersion() {
  await inTime(deliverForCurrent("reason"), LONGEST_WAIT, () => null);
  const { registration } = scope;
  await registration.update().catch(() => {});
  for (let tries = 0; registration.installing && tries < 40; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  registration.waiting?.postMessage({ about: "use the new version" });
}

/** How many pages are open. */
export async function countClients() {
  return (await listClients()).length;
}
