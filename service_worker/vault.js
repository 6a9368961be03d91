/**
 * Holds the key of the one vault that is open, for as long as somebody is at work with it. The key is never stored:
 * the open pages keep it for the day that the browser ends this worker. Knows no rows and no PIN.
 *
 * How a carer's vault stands: `none` (nobody asks for one), `wanted` (none yet), `closed`, `open`.
 * @typedef {"none" | "wanted" | "closed" | "open"} State
 * @typedef {{ id: string, key: CryptoKey | null }} Vault
 * @typedef {{ key: CryptoKey, until: number, opening: string }} Lent what a page keeps
 */

import { newId } from "./new_id.js";
import { askPages, tell } from "./open_pages.js";
import { fact, ownFact, setFacts } from "./phone.js";
import { findPolicy } from "./policy.js";

const MINUTE = 60_000;

/** What should be read cannot be, until its carer unlocks it. */
export class Locked extends Error {
  constructor() {
    super("the vault is locked");
    this.name = "Locked";
  }
}

/** @type {(Lent & { person: string }) | null} */
let held = null;
/** Whose pages are being asked, or have been: once in a worker's life, a page that has a key says so by itself. @type {Map<string, Promise<void>>} */
const asked = new Map();
/** The vault of each carer, once looked up. @type {Map<string, string | null>} */
const ids = new Map();

/** @param {string} person @returns {Promise<State>} */
export async function stateOf(person) {
  const vault = await findVault(person);
  if (vault) return vault.key ? "open" : "closed";
  return (await isWanted()) ? "wanted" : "none";
}

/** Whether carers here are to have vaults. */
export async function isWanted() {
  return Boolean((await findPolicy())?.slots.length);
}

/** The carer's vault and, while it is open, its key. @param {string} person @returns {Promise<Vault | null>} */
export async function findVault(person) {
  if (!ids.has(person)) ids.set(person, (await fact(person, "vault")) ?? null);
  const id = ids.get(person);
  return id ? { id, key: await keyOf(person) } : null;
}

/** Another vault is the carer's from here on, or none. @param {string} person @param {string | null} id */
export function noteVault(person, id) {
  ids.set(person, id);
}

/** @param {string} person @returns {Promise<CryptoKey | null>} */
async function keyOf(person) {
  if (held?.person === person) {
    if (held.until > Date.now()) return held.key;
    await lock(person);
    return null;
  }
  if (!asked.has(person)) asked.set(person, askForKey(person));
  await asked.get(person);
  return held?.person === person ? held.key : null;
}

/** @param {string} person */
async function askForKey(person) {
  for (const lent of await askPages({ about: "key?", person })) await takeBack(person, lent);
}

/**
 * A page has kept the key. It counts while the same opening lasts: once locked, no page can open the vault again.
 * @param {string} person
 * @param {any} lent
 */
export async function takeBack(person, lent) {
  if (!lent?.opening || !(lent.until > Date.now()) || lent.opening !== (await fact(person, "opening")))
    return;
  const before = held?.opening === lent.opening ? (held?.until ?? 0) : 0;
  held = { person, key: lent.key, until: Math.max(before, lent.until), opening: lent.opening };
}

/** Hold this key from here on, and nobody else's. @param {string} person @param {CryptoKey} key */
export async function hold(person, key) {
  const others = Object.keys((await ownFact("vaults")) ?? {}).filter((each) => each !== person);
  for (const other of others) if (await fact(other, "opening")) await lock(other);
  const opening = newId();
  await setFacts(person, { opening });
  held = { person, key, until: Date.now() + (await minutes()) * MINUTE, opening };
}

/** Somebody is at work. @param {string} person */
export async function touch(person) {
  const until = Date.now() + (await minutes()) * MINUTE;
  if ((await findVault(person))?.key && held) held.until = until;
}

/** What a page of this carer's may keep, or null. @param {string} person */
export async function lend(person) {
  if (!(await findVault(person))?.key || !held) return null;
  const { key, until, opening } = held;
  return { about: /** @type {const} */ ("key"), person, key, until, opening, minutes: await minutes() };
}

/** Nobody reads on, in no page and no tab, before the carer has unlocked it again. @param {string} person */
export async function lock(person) {
  if (held?.person === person) held = null;
  asked.set(person, Promise.resolve());
  await setFacts(person, { opening: null });
  await tell({ about: "locked", person });
}

async function minutes() {
  return (await findPolicy())?.lock_minutes ?? 10;
}
