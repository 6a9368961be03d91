/** Signing in and out, as seen from the phone, and pages that only the server has. Knows no passwords. */

import build from "../../build.js";
import { notifyClients } from "../clients.js";
import { inTime } from "../in_time.js";
import { ownPath } from "../own_path.js";
import { currentPerson, forgetDocuments, setCurrentPerson } from "../store/facts.js";
import { isServerThere } from "../sync/exchange.js";
import { sync } from "../sync/sync.js";
import { phoneOf, signOutIfDue } from "../sync/triggers.js";
import { secretOf } from "../vault/proof.js";
import { lock, stateOf } from "../vault/vault.js";
import { emptyAfterSignOut, waits } from "../vault/vault_expiry.js";
import { noContactPage } from "./fallback_page.js";
import { seeOther } from "./responses.js";

/** Where somebody becomes, or no longer is, the one whose phone this is. All else is the browser's. */
const SIGN_IN_OUT = new Set([
  "/sign-in/answer",
  "/sign-in/passkey",
  "/sign-in/sso/answer",
  "/sign-out",
  "/demo/sign-in",
]);
const TIMEOUT = 20_000;
const LAST_DELIVERY = 4_000;
/** Somebody waits for the sign-out. */
const PATIENCE = 8_000;

/** @param {string} path where something is posted */
export function changesSignIn(path) {
  return SIGN_IN_OUT.has(path);
}

/**
 * What is of this person, from the server. With an open vault the request shows its secret, and is made anew for that: it
 * says for itself that it is for a page. Without a vault, or while that is closed, it is passed on untouched.
 * @param {Request} request
 * @param {string} person
 */
export async function fromServer(request, person) {
  const secret = await secretOf(person).catch(() => null);
  if (!secret) return fromNetwork(request, person);
  const headers = new Headers(request.headers);
  headers.set("Haand-Vault", secret);
  if (request.mode === "navigate") headers.set("Haand-Mode", "navigate");
  // The bytes are read before anything else: WebKit has handed on bodies that were empty by then.
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : await request.arrayBuffer();
  const { method, redirect, referrer } = request;
  const how = /** @type {RequestInit} */ ({ method, headers, body, redirect, referrer, cache: "no-store" });
  return fromNetwork(request, person, () => fetch(request.url, { ...how, credentials: "same-origin" }));
}

/**
 * The server's page. The request is passed on untouched: a rebuilt one says other things about where it comes from.
 * @param {Request} request
 * @param {string | null} [person] whose phone it is; without, who is current
 * @param {() => Promise<Response>} [ask]
 */
export async function fromNetwork(request, person, ask = () => fetch(request)) {
  try {
    const ended = await signOutIfDue();
    if (!ended) throw new Error("the last sign-in is not ended yet");
    // The browser may have asked for this page while the worker was started, with the sign-in that is over now.
    if (ended === "signed out" && request.mode === "navigate" && request.method === "GET")
      return seeOther(request.url, request);
    return await inTime(ask(), TIMEOUT, tooLate);
  } catch {
    if (request.mode !== "navigate") return Response.error();
    const whose = person ?? (await currentPerson().catch(() => null));
    return noContactPage(build, pathOf(request), whose ? phoneOf(whose) : null);
  }
}

/** What can be tried again: a page; of a form, the page that it stands on. @param {Request} request */
function pathOf({ method, url, referrer }) {
  const page = method === "GET" ? url : referrer;
  return ownPath(URL.canParse(page) ? new URL(page).pathname : "/");
}

/**
 * From here on nobody is current, until a page says whose it is. If the server cannot be reached, or says no, then
 * nothing has happened and the carer goes on as before.
 * @param {FetchEvent} event
 */
export async function handleSignInOut(event) {
  const before = await currentPerson();
  const isOut = new URL(event.request.url).pathname === "/sign-out";
  // With the sign-in that ends here, also when it is another's that begins.
  if (before && (isOut || (await waits(before).catch(() => 0))))
    await inTime(sync(phoneOf(before)), LAST_DELIVERY, () => null).catch(() => {});
  if (before && isOut) {
    // A network that answers everything with its own page would pass for a sign-out.
    if (!(await isServerThere(phoneOf(before).fetch, PATIENCE)))
      return noContactPage(build, pathOf(event.request), phoneOf(before));
  }
  await setCurrentPerson(null);
  const answer = await fromNetwork(event.request, before);
  if (answer.ok || answer.type === "opaqueredirect") {
    if (before) await leave(before, isOut);
    await notifyClients({ about: "start over" }, event.clientId);
  } else await setCurrentPerson(before);
  return answer;
}

/**
 * The phone changes hands.
 * @param {string} person
 * @param {boolean} isOut whether she has signed out herself
 */
async function leave(person, isOut) {
  const isVaulted = (await stateOf(person).catch(() => "closed")) !== "none";
  if (!isVaulted) return isOut && forgetDocuments(person);
  return isOut ? emptyAfterSignOut(person) : lock(person);
}

/** @returns {never} */
function tooLate() {
  throw new Error("too late");
}
