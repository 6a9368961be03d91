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

/** What the settings allow (pwa/config.py): no vault stays open, or keeps a day, for longer. */
const MOST_MINUTES = 120;
const MOST_HOURS = 720;

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
 * @param {"now" | "of before"} [when] now: however lately it was; of before: a server that knows of no vaults has just answered
 */
export async function fetchPolicy(phone, when) {
  const before = await findPolicy();
  const { learned_at = Number.NEGATIVE_INFINITY, slots = [] } = before ?? {};
  const isNew = Math.abs(phone.clock() - learned_at) < LEARNED_ANEW_AFTER;
  // What a newer server wanted this app may not know; the one that is there now is asked.
  if (when !== "now" && isNew && slots.every(isKnown)) return;
  const policy = await ask(phone, slots.length ? null : when === "of before" ? WITHOUT : before);
  if (!policy) return;
  const learned = { ...policy, learned_at: phone.clock() };
  await transaction(PHONE, ["phone"], "readwrite", (tx) => tx.store.put(learned, "policy"));
  known = Promise.resolve(learned);
}

/**
 * That something is not there whatever stands on the way may say, with a page or to a program: it is no answer, unless a
 * server that is older than vaults has just been heard, and nothing else is known.
 * @param {import("../shapes.js").Phone} phone
 * @param {Policy | null} unlessThere what is taken for known where there is no such address
 * @returns {Promise<Policy | null>} null when it is not known
 */
async function ask(phone, unlessThere) {
  try {
    const how = /** @type {RequestInit} */ ({ cache: "no-store", redirect: "manual" });
    const answer = await phone.fetch("/vault", { ...how, signal: AbortSignal.timeout(TIMEOUT) });
    if (answer.status === 404) return unlessThere;
    const said = await answer.json().catch(() => null);
    return answer.status === 200 && !answer.redirected && isPolicy(said) ? said : null;
  } catch {
    return null;
  }
}

/** Another program's JSON, or half of ours, is no answer. @param {any} given @returns {given is Policy} */
function isPolicy(given) {
  return (
    isListOfText(given?.slots) &&
    isAmount(given.lock_minutes, MOST_MINUTES) &&
    isAmount(given.hours, MOST_HOURS) &&
    typeof given.seal_to?.id === "string" &&
    typeof given.seal_to?.public === "string" &&
    (given.order_keys === undefined || isListOfText(given.order_keys)) &&
    (given.code === undefined || (isAmount(given.code?.length) && typeof given.code.letters === "boolean"))
  );
}

/** @param {any} list */
const isListOfText = (list) => Array.isArray(list) && list.every((each) => each && typeof each === "string");

/** @param {any} number @param {number} [most] */
const isAmount = (number, most = Number.MAX_VALUE) => Number.isFinite(number) && number > 0 && number <= most;
