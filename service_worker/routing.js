/**
 * Knows which handler answers a request, and that nobody ever waits for the network for a page of his own. A request
 * that is not named here the browser answers by itself.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 * @typedef {(event: FetchEvent) => Promise<Response>} Handler
 */

import build from "../build.js";
import { notifyClients } from "./clients.js";
import { wasBroken } from "./jinja/render.js";
import { isId } from "./new_id.js";
import { ownPath } from "./own_path.js";
import { doChange, refuse, settleAttention } from "./pages/do_change.js";
import { fallbackPage } from "./pages/fallback_page.js";
import { findPage, isPage } from "./pages/find_page.js";
import {
  firstPage,
  handleLock,
  handleUnlock,
  isClosed,
  isLocked,
  isOnline,
  redirectToUnlock,
} from "./pages/lock_gate.js";
import { file, noContent, page, picture, seeOther } from "./pages/responses.js";
import { saveDraft, settleDraft } from "./pages/settle_draft.js";
import { changesSignIn, fromNetwork, fromServer, handleSignInOut } from "./pages/sign_in_out.js";
import { exportWaiting } from "./pages/waiting.js";
import { readPhoto } from "./photos/photo_store.js";
import { findFile, isFile } from "./precache.js";
import { currentPerson, isReady } from "./store/facts.js";
import { deliver, fetchNewestVersion, phoneOf, refetchAll, waitForFirst } from "./sync/triggers.js";
import { logView } from "./sync/view_log.js";
import { Locked } from "./vault/vault.js";

/**
 * What is answered to everybody, and what speaks for itself: the way in and out, the worker's files, sync. And the one stream,
 * which a worker that is ended would cut.
 */
const FOR_EVERYBODY =
  /^\/(sign-in|demo|sso|sign-out|sync|vault|wiped|healthz|readyz|openapi\.json|\.well-known|service_worker\.js|board\/live)(\/|$)/;

/** Nothing is sent while the answer to a tap is being drawn. Milliseconds. */
const SEND_DELAY = 200;

/**
 * The handler, or null when the browser shall answer. Decided at once, because a request cannot wait for it.
 * @param {Request} request
 * @returns {Handler | null}
 */
export function route(request) {
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return null;
  const isOpen = FOR_EVERYBODY.test(pathname);
  if (request.method === "GET")
    return routeGet(pathname) ?? (isOpen ? routeElsewhere(request) : showOfServer);
  if (isCrossSite(request)) return null;
  return routeWrite(request.method, pathname) ?? (isOpen ? null : showOfServer);
}

/**
 * Whatever else the server has, of the carer's whose phone this is: nothing of it is asked for while it is locked, however
 * its address is written. A form goes all the same: the server does not take it without the secret, and shows its words again.
 * @type {Handler}
 */
async function showOfServer({ request }) {
  const person = await currentPerson().catch(() => null);
  if (!person) return fromNetwork(request);
  const isRead = ["GET", "HEAD"].includes(request.method);
  if (isRead && (await isClosed(person))) return redirectToUnlock(request);
  return fromServer(request, person);
}

/** @param {string} path @returns {Handler | null} */
function routeGet(path) {
  if (path.startsWith("/media/")) return showPicture;
  if (path.startsWith("/blobs/")) return showPhoto;
  if (isFile(path)) return (event) => findFile(event.request);
  if (path === "/waiting/export") return pageHandler(saveAsFile);
  if (path === "/unlock") return handleUnlock;
  // Only the server has all notes; as with every page of a visit the vault is opened first.
  if (/^\/visits\/[^/]+\/notes$/.test(path))
    return pageHandler((phone, { request }) => fromServer(request, phone.person));
  return isPage(path) ? pageHandler(showPage) : null;
}

/** A picture of a guide: one that the phone does not keep, only the server has. @type {Handler} */
async function showPicture(event) {
  const kept = await caches.match(new URL(event.request.url).pathname, { ignoreVary: true });
  return kept ?? showOfServer(event);
}

/** A picture that somebody answered with: from this phone while it is here, else from the server. @type {Handler} */
async function showPhoto(event) {
  const person = await currentPerson().catch(() => null);
  const name = new URL(event.request.url).pathname.slice("/blobs/".length);
  const kept = person && !(await isLocked(person)) && (await readPhoto(person, name).catch(() => null));
  return kept ? picture(kept) : showOfServer(event);
}

/**
 * A page that only the server has, opened from one of ours: without a network there is a way back from it all the same. An
 * installed app has no other. @param {Request} request @returns {Handler | null}
 */
function routeElsewhere(request) {
  if (request.mode !== "navigate" || isCrossSite(request)) return null;
  return ({ request }) => fromNetwork(request);
}

/** @param {string} method @param {string} path @returns {Handler | null} */
function routeWrite(method, path) {
  const draft = /^\/drafts\/([\w-]{1,100})$/.exec(path);
  if (draft && method === "PUT")
    return changeHandler((phone, request, tell) => saveDraft(phone, request, draft[1], tell), "kept here");
  if (method !== "POST") return null;
  const half = /^\/drafts\/([\w-]{1,100})\/(save|discard|restore)$/.exec(path);
  if (half)
    return changeHandler(
      (phone, request) => settleDraft(phone, request, half[1], half[2]),
      "delivered",
      "unlocked",
    );
  const settled = /^\/attention\/([\w-]{1,100})\/(retry|read)$/.exec(path);
  if (settled)
    return changeHandler(
      (phone, request) => settleAttention(phone, request, settled[1], settled[2]),
      "delivered",
      "unlocked",
    );
  if (path.startsWith("/do/"))
    return changeHandler(
      (phone, request) => doChange(phone, request, () => waitForFirst(phone)),
      "delivered",
    );
  if (path === "/safe/update") return handleUpdate;
  if (path === "/lock") return handleLock;
  return changesSignIn(path) ? handleSignInOut : null;
}

/**
 * A form of another site. Answered by us, some browsers would pass it on as if it were our own page's, and the
 * server could no longer tell. Our pages always say where they come from.
 * @param {Request} request
 */
function isCrossSite(request) {
  if (request.mode !== "navigate") return false;
  return !URL.canParse(request.referrer) || new URL(request.referrer).origin !== location.origin;
}

/**
 * A page of the current carer's: from the phone once the first documents are here, till then from the server.
 * @param {(phone: Phone, event: FetchEvent) => Promise<Response>} show
 * @returns {Handler}
 */
function pageHandler(show) {
  return async (event) => {
    const { request } = event;
    const person = await currentPerson().catch(() => null);
    if (!person) return firstPage(request);
    if (await isLocked(person)) return redirectToUnlock(request);
    if (!(await isReady(person).catch(() => true))) return fromServer(request, person);
    const asks = request.headers.get("HX-Person");
    if (asks && asks !== person) return noContent({ "HX-Refresh": "true" });
    return show(phoneOf(person), event);
  };
}

/** @param {Phone} phone @param {FetchEvent} event */
async function showPage(phone, event) {
  const { request } = event;
  const url = new URL(request.url);
  if (isOutdated(request)) return noContent({ "HX-Refresh": "true" });
  try {
    const content = await findPage(phone, url);
    if (content.viewed) event.waitUntil(logView(phone, content.viewed));
    const answer = page(content);
    if (wasBroken()) event.waitUntil(refetchAll(phone));
    return answer;
  } catch (error) {
    if (error instanceof Locked) return redirectToUnlock(request);
    console.error(error);
    event.waitUntil(refetchAll(phone));
    return url.pathname === "/state" ? noContent() : fallbackPage(phone, ownPath(url.pathname));
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
 * @param {(phone: Phone, request: Request, tell: () => void) => Promise<Response>} act it tells the other pages of what is not delivered
 * @param {"delivered" | "kept here"} how whether it is to be delivered
 * @param {"unlocked" | "always"} when what a carer did at a visit is kept also while the vault is locked
 * @returns {Handler}
 */
function changeHandler(act, how, when = "always") {
  return async (event) => {
    const named = event.request.headers.get("HX-Person");
    const person = named && isId(named) ? named : await currentPerson().catch(() => null);
    if (!person) return fromNetwork(event.request);
    const phone = phoneOf(person);
    if (when === "unlocked" && (await isLocked(person))) return redirectToUnlock(event.request);
    if (when === "unlocked" && (await isOnline(person))) return fromNetwork(event.request, person);
    try {
      return await act(phone, event.request, () =>
        event.waitUntil(notifyClients({ about: "state" }, event.clientId)),
      );
    } catch (error) {
      return refuse(phone, error);
    } finally {
      if (how === "delivered") event.waitUntil(deliverSoon(phone, event.clientId));
    }
  };
}

/**
 * The other pages show it at once; the server hears of it when it can, and of taps that follow each other together.
 * @param {Phone} phone
 * @param {string} page that has its answer already
 */
async function deliverSoon(phone, page) {
  await notifyClients({ about: "changed" }, page);
  await new Promise((resolve) => setTimeout(resolve, SEND_DELAY));
  await deliver(phone);
}

/** @type {Handler} */
async function handleUpdate(event) {
  await fetchNewestVersion();
  return seeOther("/", event.request);
}
