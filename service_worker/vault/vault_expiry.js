/**
 * Empties a vault: after long without contact, after a sign-out, or with the vault itself. What waits is sealed to the
 * server beside it, and stays. Knows stores; knows no page and no server.
 */

import { isOverdue, readClock } from "../clock.js";
import { carerDatabase, transaction } from "../store/databases.js";
import { countHalfWritten, countUndelivered } from "../store/draft_rows.js";
import { fact, forgetDay, ownFact, setCurrentPerson, setFacts, setOwnFact } from "../store/facts.js";
import { countUnsent, PHOTO_STORES } from "../store/photo_rows.js";
import { withVaultLock } from "./encrypted_transaction.js";
import { PAIR } from "./locked_words.js";
import { findPolicy } from "./policy.js";
import { PROOF } from "./proof.js";
import { PERSONAL } from "./row_encryption.js";
import { lock, rememberVault } from "./vault.js";

const A_MINUTE = 60_000;
const HOUR = 60 * A_MINUTE;

/**
 * Without contact for so long, the vault is emptied, whoever has the phone: its key is gone. The same PIN begins it
 * anew. The first time that the clock says so it is locked; it is emptied once that is confirmed.
 * @param {string} person
 * @returns {Promise<boolean>} whether it was so long
 */
export async function expireIfOutOfContact(person) {
  const [policy, contact] = [await findPolicy(), await fact(person, "contact_at")];
  // Without a vault there is nothing to lock or to empty.
  if (!policy || !contact || !(await fact(person, "vault"))) return false;
  const notes = await noteClock(person);
  const overdue = isOverdue(notes, contact, policy.hours * HOUR);
  if (overdue === "so it says" && !notes.overdue) {
    await lock(person);
    await setFacts(person, { clock: { ...notes, overdue: { wall: notes.wall, used: notes.used } } });
  }
  if (overdue !== "confirmed") return false;
  const isFull = await transaction(carerDatabase(person), ["slot"], "readonly", async (tx) =>
    (await tx.store.getAll()).some((/** @type {import("./key_slots.js").Slot} */ slot) => slot.wrapped),
  );
  if (isFull) await withVaultLock(person, "readwrite", () => empty(person, "its content"));
  return true;
}

/** What the clock says now, written down about once a minute. @param {string} person */
function noteClock(person) {
  // In one transaction: a flush that measures the clock meanwhile would be forgotten.
  return transaction(carerDatabase(person), ["fact"], "readwrite", async (tx) => {
    const before = await tx.store.get("clock");
    const notes = readClock(before, Date.now());
    if (!before || notes.run !== before.run || notes.wall - before.wall > A_MINUTE)
      await tx.store.put(notes, "clock");
    return notes;
  });
}

/** The same for everybody on this phone: whoever has it, nobody else's day lies on it for ever. */
export async function expireAllOutOfContact() {
  for (const person of Object.keys((await ownFact("vaults")) ?? {})) await expireIfOutOfContact(person);
}

/** The vault is gone, as when its carer has forgotten her code. @param {string} person */
export function destroyVault(person) {
  return withVaultLock(person, "readwrite", () => endVault(person));
}

/**
 * The same for one who has the vault's lock, as after five wrong PINs. Nobody gets another vault on this phone without
 * signing in anew.
 * @param {string} person
 */
export async function endVault(person) {
  await setOwnFact("sign_out_due", true);
  await empty(person, "all of it");
  await setCurrentPerson(null);
}

/**
 * After a sign-out: all of the vault goes, unless something still waits in it.
 * @param {string} person
 */
export async function emptyAfterSignOut(person) {
  if (await waits(person)) await lock(person);
  else await withVaultLock(person, "readwrite", () => empty(person, "all of it"));
}

/** How much has not been delivered: changes, half-written words and pictures. @param {string} person @returns {Promise<number>} */
export function waits(person) {
  return transaction(
    carerDatabase(person),
    ["outbox", "draft", "fact", "photo"],
    "readonly",
    async (tx) =>
      (await tx.objectStore("outbox").count()) + (await countUndelivered(tx)) + (await countUnsent(tx)),
  );
}

/** What a locked phone says of it. @param {string} person @returns {Promise<{ changes: number, texts: number, unsent_pictures: number }>} */
export function countLocked(person) {
  return transaction(carerDatabase(person), ["outbox", "draft", "photo"], "readonly", async (tx) => ({
    changes: await tx.objectStore("outbox").count(),
    texts: countHalfWritten(await tx.objectStore("draft").getAll()),
    unsent_pictures: await countUnsent(tx),
  }));
}

/** There is no vault of this carer's on this phone any more. @param {string} person */
export async function forgetVault(person) {
  rememberVault(person, null);
  const { [person]: _, ...others } = (await ownFact("vaults")) ?? {};
  await setOwnFact("vaults", others);
}

/** Only what the server alone can open is left, whoever has the phone. @param {string} person */
export function keepOnlySealed(person) {
  return withVaultLock(person, "readwrite", () => empty(person, "all of it"));
}

/** @param {string} person @param {"its content" | "all of it"} what */
async function empty(person, what) {
  await lock(person);
  const stores = [...PERSONAL, "slot", "fact"];
  await transaction(carerDatabase(person), stores, "readwrite", async (tx) => {
    const store = (/** @type {string} */ name) => tx.objectStore(name);
    const slots = await store("slot").getAll();
    const heard = await store("fact").get("draft_heard");
    const isLeft = what === "its content" && (await countUnsent({ objectStore: store }));
    // Only the carer's key opens pictures: it stays until they are sent.
    if (isLeft || !(await keepUndelivered(store("draft"), heard, what))) return clearDay(store);
    await Promise.all([
      ...["document", "attention", "slot", ...PHOTO_STORES].map((name) => store(name).clear()),
      forgetDay(store("fact")),
      beginDraftsAnew(store("fact")),
      store("fact").delete(PAIR),
      keepSealed(store("outbox")),
      keepSealed(store("delivered")),
    ]);
    if (what === "all of it")
      await Promise.all(
        ["vault", PROOF, "online", "asked_for_passkey"].map((/** @type {string} */ name) =>
          store("fact").delete(name),
        ),
      );
    else
      await Promise.all(
        slots.map((/** @type {import("./key_slots.js").Slot} */ slot) =>
          store("slot").put({ ...slot, wrapped: null }),
        ),
      );
  });
  if (what === "all of it") await forgetVault(person);
}

/** The phone's own drafts so far are not on it any more: the carer is given them back. @param {any} facts */
async function beginDraftsAnew(facts) {
  const n = await facts.get("draft_n");
  if (n) await facts.put(n, "draft_floor");
}

/** The day goes, and nothing else. @param {(name: string) => any} store */
async function clearDay(store) {
  await Promise.all([store("document").clear(), forgetDay(store("fact"))]);
}

/**
 * What is left of half-written words is what the server has not got, as only the server opens it.
 * @param {any} drafts
 * @param {number | null | undefined} heard how far the server is
 * @param {"its content" | "all of it"} what
 * @returns {Promise<boolean>} false when only the carer's key opens words of an app of before: then the key stays
 */
async function keepUndelivered(drafts, heard, what) {
  /** @type {any[]} */
  const rows = await drafts.getAll();
  const isNeeded = (/** @type {any} */ row) => !row.discarded_at && !(row.dn <= (heard ?? 0));
  const isOurs = (/** @type {any} */ row) => row.sealed || row.text !== undefined;
  if (what === "its content" && rows.some((row) => isNeeded(row) && !isOurs(row))) return false;
  for (const { box, locked, ...outside } of rows) {
    if (isNeeded(outside) && isOurs(outside)) await drafts.put(outside);
    else await drafts.delete(outside.key);
  }
  return true;
}

/** What is left of changes is what only the server opens. @param {any} changes */
async function keepSealed(changes) {
  for (const { box, ...outside } of await changes.getAll()) {
    if (outside.sealed || outside.name) await changes.put(outside);
    else await changes.delete(outside.n);
  }
}
