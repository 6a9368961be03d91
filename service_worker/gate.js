/**
 * Knows when a carer's pages are locked, and the way to where they are unlocked. Knows no page and no key.
 *
 * @typedef {import("./answering.js").Answer} Answer
 */

import { nothing, seeOther } from "./answers.js";
import { phoneOf } from "./delivering.js";
import { fromNetwork } from "./doors.js";
import { giveUpIfAlone } from "./giving_up.js";
import { isId } from "./new_id.js";
import { currentPerson } from "./phone.js";
import { showUnlock } from "./unlock_page.js";
import { lock, stateOf } from "./vault.js";

/** Whether nothing of this carer's may be shown now. @param {string} person */
export async function isLocked(person) {
  try {
    await giveUpIfAlone(person);
    return ["closed", "wanted"].includes(await stateOf(person));
  } catch {
    return false;
  }
}

/** The way to what is locked. @param {Request} request @param {string} [next] where it leads on to */
export function toUnlock(request, next = wayTo(request)) {
  const path = `/unlock?next=${encodeURIComponent(next)}`;
  return request.mode === "navigate" ? seeOther(path, request) : nothing({ "HX-Redirect": path });
}

/** The page that is asked for; of what a page does by script, that page. @param {Request} request */
function wayTo({ mode, method, url, referrer }) {
  const page = mode === "navigate" && method === "GET" ? url : referrer;
  const { origin, pathname, search } = URL.canParse(page) ? new URL(page) : new URL("/", location.origin);
  return origin === location.origin ? pathname + search : "/";
}

/** GET /unlock. @type {Answer} */
export async function unlocked(event) {
  const url = new URL(event.request.url);
  const who = url.searchParams.get("who");
  const person = isId(who) ? who : await currentPerson().catch(() => null);
  return person ? showUnlock(phoneOf(person), url, event.request) : seeOther("/", event.request);
}

/** POST /lock: by hand, from any page. @type {Answer} */
export async function locked(event) {
  const person = await currentPerson();
  if (!person) return fromNetwork(event.request);
  if ((await stateOf(person)) === "open") await lock(person);
  return toUnlock(event.request);
}
