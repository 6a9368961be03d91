/**
 * Knows when a carer's pages are locked, and leads to where they are unlocked. Knows no page and no key.
 *
 * @typedef {import("../routing.js").Handler} Handler
 */

import { isId } from "../new_id.js";
import { ownPath } from "../own_path.js";
import { currentPerson, setCurrentPerson } from "../store/facts.js";
import { deliver, phoneOf } from "../sync/triggers.js";
import { lock, stateOf, whoseIsOpen } from "../vault/vault.js";
import { expireIfOutOfContact } from "../vault/vault_expiry.js";
import { fallbackPage } from "./fallback_page.js";
import { noContent, seeOther } from "./responses.js";
import { fromNetwork } from "./sign_in_out.js";
import { showUnlock } from "./unlock_page.js";

/** The server was not shown that the vault of this sign-in is open. */
const REFUSED = 403;

/** Whether nothing of this carer's may be shown now. @param {string} person */
export const isLocked = (person) => standsOtherwise(person, ["open", "none", "online"]);

/**
 * Whether there is a vault, and it is locked. Before there is one its carer may make the passkey that is to open it: the
 * server's page of that is asked for.
 * @param {string} person
 */
export const isClosed = (person) => standsOtherwise(person, ["open", "none", "online", "wanted"]);

/** What cannot be found out is locked. @param {string} person @param {import("../vault/vault.js").State[]} than */
async function standsOtherwise(person, than) {
  try {
    await expireIfOutOfContact(person);
    return !than.includes(await stateOf(person));
  } catch {
    return true;
  }
}

/** Whether this carer works with a network, because the phone cannot be locked. @param {string} person */
export async function isOnline(person) {
  return (await stateOf(person).catch(() => "none")) === "online";
}

/** The way to what is locked. @param {Request} request @param {string} [next] where it leads on to */
export function redirectToUnlock(request, next = returnPath(request)) {
  const path = `/unlock?next=${encodeURIComponent(next)}`;
  return request.mode === "navigate" ? seeOther(path, request) : noContent({ "HX-Redirect": path });
}

/** The page that is asked for; of what a page does by script, that page. @param {Request} request */
function returnPath({ mode, method, url, referrer }) {
  const page = mode === "navigate" && method === "GET" ? url : referrer;
  return ownPath(page);
}

/** GET /unlock. @type {Handler} */
export async function handleUnlock(event) {
  const url = new URL(event.request.url);
  const who = url.searchParams.get("who");
  const person = isId(who) ? who : await currentPerson().catch(() => null);
  if (!person) return firstPage(event.request);
  return showUnlock(phoneOf(person), url, event.request).catch((error) => {
    console.error(error);
    return fallbackPage(phoneOf(person), "/unlock");
  });
}

/**
 * Nobody's phone yet: the server's page, which says whose it is. Where she has a vault, or is to have one, that comes
 * first, and nothing of the day is seen before. A phone whose vault went with all that it stored is told to sign in again:
 * the sign-in that it still has is that vault's.
 * @param {Request} request
 */
export async function firstPage(request) {
  const answer = await fromNetwork(request);
  const person = answer.headers.get("Haand-Person");
  if (!person || !isId(person) || !(await isLocked(person))) return answer;
  if (answer.status === REFUSED && (await stateOf(person).catch(() => "closed")) === "wanted") return answer;
  await setCurrentPerson(person);
  return redirectToUnlock(request);
}

/** POST /lock: by hand, from any page, also while nothing can be read or written here. @type {Handler} */
export async function handleLock(event) {
  const person = await currentPerson().catch(whoseIsOpen);
  if (!person) return fromNetwork(event.request);
  if ((await stateOf(person).catch(() => "open")) === "open") await lock(person).catch(console.error);
  event.waitUntil(deliver(phoneOf(person)).catch(console.error));
  return redirectToUnlock(event.request);
}
