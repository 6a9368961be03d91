/**
 * Holds the key of the one vault that is open, for as long as somebody is at work with it. The key is never stored:
 * the open pages keep it for the day that the browser ends this worker. Knows no rows and no PIN.
 *
 * How a carer's vault stands: `none` (nobody asks for one), `wanted` (none yet), `closed`, `open`; `online`: this phone
 * cannot be locked as is wanted, so nothing is kept on it but what only the server opens.
 * @typedef {"none" | "wanted" | "closed" | "open" | "online"} State
 * @typedef {{ id: string, key: CryptoKey | null, isOnline?: boolean }} Vault
 * @typedef {{ key: CryptoKey, until: number, opening: string }} SharedKey what a page keeps
 */

import { askClients, notifyClients } from "../clients.js";
import { newId } from "../new_id.js";
import { fact, ownFact, setFacts } from "../store/facts.js";
import { isKnown } from "./key_slots.js";
import { findPolicy } from "./policy.js";

const MINUTE = 60_000;
/** A clock that is put right by a little was not set. */
const SAME = 30_000;

/** What should be read cannot be, until its carer unlocks it. */
export class Locked extends Error {
  constructor() {
    super("the vault is locked");
    this.name = "Locked";
  }
}

/** @type {(SharedKey & { person: string, steady: number }) | null} */
let inMemory = null;
/** Whose pages are being asked, or have been: once in a worker's life, a page that has a key says so by itself. @type {Map<string, Promise<void>>} */
const asked = new Map();
/** The vault of each carer, once looked up; and how the vaults were to be when she went on without. @type {Map<string, { id: string | null, online?: string }>} */
const known = new Map();

/** @param {string} person @returns {Promise<State>} */
export async function stateOf(person) {
  const vault = await findVault(person);
  if (vault?.isOnline) return "online";
  if (vault) return vault.key ? "open" : "closed";
  return (await isWanted()) ? "wanted" : "none";
}

/** Whether carers here are to have vaults, of a kind that this app can make. */
export async function isWanted() {
  return Boolean((await findPolicy())?.slots.some(isKnown));
}

/** The carer's vault and, while it is open, its key. @param {string} person @returns {Promise<Vault | null>} */
export async function findVault(person) {
  if (!known.has(person))
    known.set(person, { id: (await fact(person, "vault")) ?? null, online: await fact(person, "online") });
  const { id, online } = /** @type {{ id: string | null, online?: string }} */ (known.get(person));
  if (id) return { id, key: await keyOf(person) };
  return online && online === (await wantedNow()) ? { id: "", key: null, isOnline: true } : null;
}

/** Another vault is the carer's from here on, or none. @param {string} person @param {string | null} id */
export function rememberVault(person, id) {
  known.set(person, { id });
}

/** What may open a vault here: once that is something else, whoever works without one is asked anew. */
async function wantedNow() {
  return (await findPolicy())?.slots.join() ?? "";
}

/**
 * She works without a vault, for as long as nothing else may open one: in this worker's memory, whoever asks for it stores it
 * together with what it means for what lies here.
 * @param {string} person
 * @returns {Promise<{ online: string }>} the fact to be stored
 */
export async function beginOnline(person) {
  const online = await wantedNow();
  known.set(person, { id: null, online });
  return { online };
}

/** It is looked up anew how the carer's vault stands. @param {string} person */
export const forgetKnown = (person) => known.delete(person);

/** @param {string} person @returns {Promise<CryptoKey | null>} */
async function keyOf(person) {
  if (inMemory?.person === person) {
    if (inMemory.steady > performance.now() && (await lasts(inMemory.until))) return inMemory.key;
    await lock(person);
    return null;
  }
  if (!asked.has(person)) asked.set(person, askForKey(person));
  await asked.get(person);
  return inMemory?.person === person ? inMemory.key : null;
}

/** @param {string} person */
async function askForKey(person) {
  for (const shared of await askClients({ about: "key?", person })) await acceptKey(person, shared);
}

/**
 * A page has kept the key. It counts while the same opening lasts: once locked, no page can open the vault again.
 * @param {string} person
 * @param {any} shared
 */
export async function acceptKey(person, shared) {
  if (!shared?.opening || !(await lasts(shared.until)) || shared.opening !== (await fact(person, "opening")))
    return;
  const before = inMemory?.opening === shared.opening ? (inMemory?.until ?? 0) : 0;
  const until = Math.max(before, shared.until);
  const steady = performance.now() + until - Date.now();
  inMemory = { person, key: shared.key, until, steady, opening: shared.opening };
}

/** Hold this key from here on, and nobody else's. @param {string} person @param {CryptoKey} key */
export async function holdKey(person, key) {
  const others = Object.keys((await ownFact("vaults")) ?? {}).filter((each) => each !== person);
  for (const other of others) if (await fact(other, "opening")) await lock(other);
  const opening = newId();
  await setFacts(person, { opening });
  inMemory = { person, key, ...(await fromNow()), opening };
}

/** Somebody is at work. @param {string} person */
export async function touch(person) {
  const now = await fromNow();
  if ((await findVault(person))?.key && inMemory) Object.assign(inMemory, now);
}

/** What a page of this carer's may keep, or null. @param {string} person */
export async function shareKey(person) {
  if (!(await findVault(person))?.key || !inMemory) return null;
  const { key, until, opening } = inMemory;
  return { about: /** @type {const} */ ("key"), person, key, until, opening, minutes: await minutes() };
}

/** Nobody reads on, in no page and no tab, before the carer has unlocked it again. @param {string} person */
export async function lock(person) {
  if (inMemory?.person === person) inMemory = null;
  asked.set(person, Promise.resolve());
  try {
    await setFacts(person, { opening: null });
  } finally {
    await notifyClients({ about: "locked", person });
  }
}

/** Whose key is in memory, where nothing can be read. */
export const whoseIsOpen = () => inMemory?.person ?? null;

/** Until when it stays open: by the clock, and by one that cannot be set. */
async function fromNow() {
  const long = (await minutes()) * MINUTE;
  return { until: Date.now() + long, steady: performance.now() + long };
}

/** Whether the time has not come, and is not further off than it ever was: then the clock was set back. @param {number} until */
async function lasts(until) {
  const left = until - Date.now();
  return left > 0 && left <= (await minutes()) * MINUTE + SAME;
}

async function minutes() {
  return (await findPolicy())?.lock_minutes ?? 10;
}
