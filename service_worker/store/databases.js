/** Opens the phone's databases and makes transactions that survive a lost connection; knows no visits and no server. */

import { deleteDB, openDB } from "../../vendor/idb.js";
import { inTime } from "../in_time.js";

/**
 * Everything of one carer, each store with its key; a phone that two carers share has two of these, which never meet.
 * @type {Record<string, string | undefined>}
 */
export const CARER_STORES = {
  document: "id",
  outbox: "n",
  delivered: "n",
  attention: "id",
  draft: "key",
  media: "sha256",
  photo: "sha256",
  photo_bytes: "sha256",
  slot: "kind",
  fact: undefined,
};

/** By what else than its key a store is read. @type {Record<string, [string, string]>} */
const INDEXES = { document: ["on_day", "day"], delivered: ["delivered_at", "delivered_at"] };

/** One more whenever a store comes; a store never goes. */
const CARER_VERSION = 4;

/** Who is current on this phone, and nothing personal. */
export const PHONE = "haand";

/** How iOS and others say that the connection went away: none of them means that the work itself was wrong. */
const LOST = new Set(["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"]);

const OPENING_LIMIT = 5_000;

/** What was on its way to stores that are wiped meanwhile has nowhere to go. */
export class Wiped extends Error {
  constructor() {
    super("these stores are wiped");
    this.name = "Wiped";
  }
}

/** What is answered when they are. @template Result @param {Result} instead @returns {(error: unknown) => Result} */
export function ifWiped(instead) {
  return (error) => {
    if (error instanceof Wiped) return instead;
    throw error;
  };
}

/** Wiped, and not begun anew since. @type {Set<string>} */
const wiped = new Set();

/** @type {Map<string, Promise<import("idb").IDBPDatabase>>} */
const handles = new Map();

/** @param {string} person */
export function carerDatabase(person) {
  return `haand-${person}`;
}

/**
 * Do `work` in one transaction and return what it returns once that is committed to disk.
 * A lost connection is opened again and the work is done once more, so `work` may touch nothing but `tx`.
 * @template Result
 * @param {string} name
 * @param {string[]} stores
 * @param {"readonly" | "readwrite"} mode
 * @param {(tx: any) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function transaction(name, stores, mode, work) {
  try {
    return await attempt(name, stores, mode, work);
  } catch (error) {
    if (!LOST.has(/** @type {Error} */ (error)?.name)) throw error;
    forget(name);
    return attempt(name, stores, mode, work);
  }
}

/**
 * @template Result
 * @param {string} name
 * @param {string[]} stores
 * @param {"readonly" | "readwrite"} mode
 * @param {(tx: any) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
async function attempt(name, stores, mode, work) {
  const database = await opened(name);
  if (mode === "readwrite" && wiped.has(name) && work !== clearAll) throw new Wiped();
  const tx = database.transaction(stores, mode, { durability: mode === "readwrite" ? "strict" : "default" });
  const done = tx.done;
  done.catch(() => {});
  try {
    const result = await work(tx);
    await done;
    return result;
  } catch (error) {
    abort(tx);
    throw error;
  }
}

/** @param {{ abort: () => void }} tx */
function abort(tx) {
  try {
    tx.abort();
  } catch {
    // It has ended already.
  }
}

/**
 * The open database; a second caller gets the same one.
 * @param {string} name
 */
export function opened(name) {
  let handle = handles.get(name);
  if (!handle) {
    handle = inTime(open(name), OPENING_LIMIT, notOpened);
    handle.catch(() => forget(name));
    handles.set(name, handle);
  }
  return handle;
}

/**
 * The database, brought up to date; as it is where a newer app has been here: stores only come, so ours are there.
 * @param {string} name
 */
async function open(name) {
  const watch = {
    blocking: (/** @type {any} */ _current, /** @type {any} */ _blocked, /** @type {any} */ event) =>
      /** @type {IDBDatabase} */ (event.target).close(),
    terminated: () => forget(name),
  };
  try {
    const upgrade = name === PHONE ? makePhone : makeCarer;
    return await openDB(name, name === PHONE ? 1 : CARER_VERSION, { ...watch, upgrade });
  } catch (error) {
    if (/** @type {Error} */ (error)?.name !== "VersionError") throw error;
    return openDB(name, undefined, watch);
  }
}

/** @param {string} name */
function forget(name) {
  const handle = handles.get(name);
  handles.delete(name);
  handle?.then((database) => database.close()).catch(() => {});
}

/**
 * Nothing is left in a carer's database, also in what a newer app has made there, and nothing comes into it before it is begun anew, however long it has been
 * on its way.
 * @param {string} name
 */
export async function wipe(name) {
  wiped.add(name);
  const stores = [...(await opened(name)).objectStoreNames];
  await transaction(name, stores, "readwrite", clearAll);
  await destroy(name);
}

/** @type {(tx: any) => Promise<any>} */
const clearAll = (tx) =>
  Promise.all([...tx.objectStoreNames].map((/** @type {string} */ each) => tx.objectStore(each).clear()));

/** @param {string} name */
export function beginAnew(name) {
  wiped.delete(name);
}

/**
 * The database is no more, or will not be once the last connection to it has ended.
 * @param {string} name
 */
export async function destroy(name) {
  forget(name);
  await inTime(deleteDB(name), OPENING_LIMIT, notOpened).catch(() => {});
}

/** Safari has let the first open after a start hang for ever. @returns {never} */
function notOpened() {
  throw new DOMException("The database did not open", "InvalidStateError");
}

/** @param {import("idb").IDBPDatabase} database */
function makePhone(database) {
  database.createObjectStore("phone");
}

/**
 * What is there stays as it is; an older app's database gets what it lacks.
 * @param {import("idb").IDBPDatabase} database
 * @param {number} _old
 * @param {number | null} _new
 * @param {any} tx
 */
async function makeCarer(database, _old, _new, tx) {
  for (const [name, keyPath] of Object.entries(CARER_STORES)) {
    const isThere = database.objectStoreNames.contains(name);
    const store = isThere
      ? tx.objectStore(name)
      : database.createObjectStore(name, keyPath ? { keyPath } : undefined);
    if (INDEXES[name] && !store.indexNames.contains(INDEXES[name][0])) store.createIndex(...INDEXES[name]);
    if (isThere && name === "document") await nameDays(store);
  }
}

/** An older app found a document's day within its words, where a vault does not show it. @param {any} documents */
async function nameDays(documents) {
  for (const row of await documents.getAll())
    if (row.day === undefined) await documents.put({ ...row, day: row.body?.day ?? null });
}
