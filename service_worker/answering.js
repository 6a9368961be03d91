/**
 * Knows who answers which request, and that nobody ever waits for the network for a page of his own. What is not
 * named here the browser does by itself.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 * @typedef {(event: FetchEvent) => Promise<Response>} Answer
 */

import build from "../build.js";
import { file, nothing, page, seeOther } from "./answers.js";
import { deliver, fetchNewest, mend, phoneOf, waitForFirst } from "./delivering.js";
import { fromNetwork, isDoor, signInOrOut } from "./doors.js";
import { isLocked, locked, toUnlock, unlocked } from "./gate.js";
import { noteLook } from "./looks.js";
import { isId } from "./new_id.js";
import { tell } from "./open_pages.js";
import { findPage, isPage } from "./pages.js";
import { currentPerson, isReady } from "./phone.js";
import { findFile, isFile } from "./precache.js";
import { safePage } from "./safe_page.js";
import { doChange, refuse, saveDraft, settleAttention } from "./taps.js";
import { Locked } from "./vault.js";
import { exportWaiting } from "./waiting.js";

/** The hand comes first: nothing is sent while the answer to a tap is being drawn. Milliseconds. */
const A_BREATH = 200;

/**
 * Who answers, or null when the browser shall do it. Decided at once, because a request cannot wait for it.
 * @param {Request} request
 * @returns {Answer | null}
 */
export function whoAnswers(request) {
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return null;
  if (request.method === "GET") return whoShows(pathname);
  return isForeign(request) ? null : whoDoes(request.method, pathname);
}

/** @param {string} path @returns {Answer | null} */
function whoShows(path) {
  if (isFile(path)) return (event) => findFile(event.request);
  if (path === "/waiting/export") return shown(saveAsFile);
  if (path === "/unlock") return unlocked;
  return isPage(path) ? shown(showPage) : null;
}

/** @param {string} method @param {string} path @returns {Answer | null} */
function whoDoes(method, path) {
  const draft = /^\/drafts\/([\w-]{1,100})$/.exec(path);
  if (draft && method === "PUT")
    return done((phone, request) => saveDraft(phone, request, draft[1]), "silently", "unlocked");
  if (method !== "POST") return null;
  const settled = /^\/attention\/([\w-]{1,100})\/(retry|read)$/.exec(path);
  if (settled)
    return done(
      (phone, request) => settleAttention(phone, request, settled[1], settled[2]),
      "aloud",
      "unlocked",
    );
  if (path.startsWith("/do/"))
    return done((phone, request) => doChange(phone, request, () => waitForFirst(phone)), "aloud");
  if (path === "/safe/update") return updated;
  if (path === "/lock") return locked;
  return isDoor(path) ? signInOrOut : null;
}

/**
 * A form of another site. Answered by us, some browsers would pass it on as if it were our own page's, and the
 * server could no longer tell. Our pages always say where they come from.
 * @param {Request} request
 */
function isForeign(request) {
  if (request.mode !== "navigate") return false;
  return !URL.canParse(request.referrer) || new URL(request.referrer).origin !== location.origin;
}

/**
 * A page of the current carer's: from the phone once the first documents are here, till then from the server.
 * @param {(phone: Phone, event: FetchEvent) => Promise<Response>} show
 * @returns {Answer}
 */
function shown(show) {
  return async (event) => {
    const { request } = event;
    const person = await currentPerson().catch(() => null);
    if (!person) return fromNetwork(request);
    if (await isLocked(person)) return toUnlock(request);
    if (!(await isReady(person).catch(() => true))) return fromNetwork(request);
    const asks = request.headers.get("HX-Person");
    if (asks && asks !== person) return nothing({ "HX-Refresh": "true" });
    return show(phoneOf(person), event);
  };
}

/** @param {Phone} phone @param {FetchEvent} event */
async function showPage(phone, event) {
  const { request } = event;
  const url = new URL(request.url);
  if (isOutdated(request)) return nothing({ "HX-Refresh": "true" });
  try {
    const sheet = await findPage(phone, url);
    if (sheet.looks) event.waitUntil(noteLook(phone, sheet.looks));
    return page(sheet);
  } catch (error) {
    if (error instanceof Locked) return toUnlock(request);
    console.error(error);
    event.waitUntil(mend(phone));
    return url.pathname === "/state" ? nothing() : safePage(phone, url.pathname);
  }
}

/** A page of an older build asks for a piece of this one, and nothing in it is half-written. @param {Request} request */
function isOutdated({ headers }) {
  return (headers.get("HX-Build") ?? build) !== build && !headers.has("HX-Dirty");
}

/** @param {Phone} phone */
async function saveAsFile(phone) {
  const saved = await exportWaiting(phone);
  return file(saved, `haand-${saved.saved_at.slice(0, 10)}.json`);
}

/**
 * Something a carer did. It belongs to the one whose page it was done on, whoever is current by now.
 * @param {(phone: Phone, request: Request) => Promise<Response>} act
 * @param {"aloud" | "silently"} how whether it is to be delivered
 * @param {"unlocked" | "always"} when what a carer did at a visit is kept also while the vault is locked
 * @returns {Answer}
 */
function done(act, how, when = "always") {
  return async (event) => {
    const named = event.request.headers.get("HX-Person");
    const person = named && isId(named) ? named : await currentPerson().catch(() => null);
    if (!person) return fromNetwork(event.request);
    const phone = phoneOf(person);
    if (when === "unlocked" && (await isLocked(person))) return toUnlock(event.request);
    try {
      return await act(phone, event.request);
    } catch (error) {
      return refuse(phone, error);
    } finally {
      if (how === "aloud") event.waitUntil(spread(phone, event.clientId));
    }
  };
}

/**
 * The other pages show it at once; the server hears of it when it can, and of taps that follow each other together.
 * @param {Phone} phone
 * @param {string} page that has its answer already
 */
async function spread(phone, page) {
  await tell({ about: "changed" }, page);
  await new Promise((resolve) => setTimeout(resolve, A_BREATH));
  await deliver(phone);
}

/** @type {Answer} */
async function updated(event) {
  await fetchNewest();
  return seeOther("/", event.request);
}
