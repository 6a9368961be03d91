/**
 * Knows when a carer's pages are locked, and leads to where they are unlocked. Knows no page and no key.
 *
 * @typedef {import("../routing.js").Handler} Handler
 */

import { isId } from "../new_id.js";
import { ownPath } from "../own_path.js";
import { currentPerson } from "../store/facts.js";
import { deliver, phoneOf } from "../sync/triggers.js";
import { lock, stateOf } from "../vault/vault.js";
import { expireIfOutOfContact } from "../vault/vault_expiry.js";
import { noContent, seeOther } from "./responses.js";
import { fromNetwork } from "./sign_in_out.js";
import { showUnlock } from "./unlock_page.js";

/** Whether nothing of this carer's may be shown now. @param {string} person */
export async function isLocked(person) {
  try {
    await expireIfOutOfContact(person);
    return ["closed", "wanted"].includes(await stateOf(person));
  } catch {
    return false;
  }
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
  return person ? showUnlock(phoneOf(person), url, event.request) : seeOther("/", event.request);
}

/** POST /lock: by hand, from any page. @type {Handler} */
export async function handleLock(event) {
  const person = await currentPerson();
  if (!person) return fromNetwork(event.request);
  if ((await stateOf(person)) === "open") await lock(person);
  event.waitUntil(deliver(phoneOf(person)));
  return redirectToUnlock(event.request);
}
