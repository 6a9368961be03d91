/**
 * Remembers how this installation wants phones to lock what they carry, as /vault tells it. The same for everybody on
 * this phone. Knows no vault.
 *
 * @typedef {object} Policy
 * @property {import("./key_slots.js").Kind[]} slots what may open a vault, the best first; none: there are no vaults
 * @property {import("./key_slots.js").CodeForm} [code] the form of a code that is chosen; an older server says none
 * @property {number} lock_minutes
 * @property {number} hours without contact, after which what the vault holds is given up
 * @property {import("./sealing.js").SealTo} [seal_to]
 * @property {string[]} [order_keys] what signs orders to this phone: points in base64
 * @property {number} [learned_at]
 */

import { PHONE, transaction } from "../store/databases.js";
import { isKnown } from "./key_slots.js";

const TIMEOUT = 8_000;
const LEARNED_ANEW_AFTER = 12 * 60 * 60_000;

/** An older server knows of no vaults. @type {Policy} */
const WITHOUT = { slots: [], lock_minutes: 10, hours: 72 };

/** @type {Promise<Policy | null> | null} */
let known = null;

/** What was last learned, or null on a phone that has not heard yet. @returns {Promise<Policy | null>} */
export function findPolicy() {
  known ??= transaction(PHONE, ["phone"], "readonly", async (tx) => (await tx.store.get("policy")) ?? null);
  known.catch(() => {
    known = null;
  });
  return known;
}

/**
 * Ask the server, unless that was done lately. What it cannot say now stays as it was.
 * @param {import("../shapes.js").Phone} phone
 * @param {"now" | "heard"} [when] now: however lately it was; heard: our server has just answered
 */
export async function fetchPolicy(phone, when) {
  const { learned_at = Number.NEGATIVE_INFINITY, slots = [] } = (await findPolicy()) ?? {};
  const isNew = Math.abs(phone.clock() - learned_at) < LEARNED_ANEW_AFTER;
  // What a newer server wanted this app may not know; the one that is there now is asked.
  if (when !== "now" && isNew && slots.every(isKnown)) return;
  const policy = await ask(phone, when === "heard" && !(await findPolicy()));
  if (!policy) return;
  const learned = { ...policy, learned_at: phone.clock() };
  await transaction(PHONE, ["phone"], "readwrite", (tx) => tx.store.put(learned, "policy"));
  known = Promise.resolve(learned);
}

/**
 * Of ours a no has a code: whatever else stands on the way may say 404 to everything. A server from before there were
 * vaults says it with a page; that is believed of one that has just been heard, where nothing else is known.
 * @param {import("../shapes.js").Phone} phone
 * @param {boolean} [isOurs] whether it is surely our server that answers
 * @returns {Promise<Policy | null>} null when it is not known
 */
async function ask(phone, isOurs = false) {
  try {
    const answer = await phone.fetch("/vault", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
    const said = await answer.json().catch(() => null);
    if (answer.status === 404 && (isOurs || said?.code)) return WITHOUT;
    return answer.status === 200 && isPolicy(said) ? said : null;
  } catch {
    return null;
  }
}

/** @param {any} given @returns {given is Policy} */
function isPolicy(given) {
  return (
    Array.isArray(given?.slots) &&
    given.lock_minutes > 0 &&
    given.hours > 0 &&
    typeof given.seal_to?.id === "string" &&
    typeof given.seal_to?.public === "string"
  );
}
