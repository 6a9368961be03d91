/** Who is current on this phone, and what it remembers of itself for each carer; knows no pages. */

import { beginAnew, carerDatabase, PHONE, transaction } from "./databases.js";
import { countUnsent, PHOTO_STORES } from "./photo_rows.js";

/** @typedef {import("../shapes.js").Phone} Phone */

/** @returns {Promise<string | null>} the id of the carer whose pages this phone shows, or null */
export function currentPerson() {
  return transaction(
    PHONE,
    ["phone"],
    "readonly",
    async (tx) => (await tx.store.get("current"))?.person_id ?? null,
  );
}

/**
 * From here on the phone shows this carer's pages, or nobody's. What anybody wrote stays where it is.
 * @param {string | null} person
 */
export function setCurrentPerson(person) {
  if (person) beginAnew(carerDatabase(person));
  return transaction(PHONE, ["phone"], "readwrite", async (tx) => {
    await (person ? tx.store.put({ person_id: person }, "current") : tx.store.delete("current"));
  });
}

/** Everybody who has a database of their own here. @returns {Promise<string[]>} */
export async function everybody() {
  const known = new Set(Object.keys((await ownFact("vaults")) ?? {}));
  const current = await currentPerson();
  if (current) known.add(current);
  const prefix = carerDatabase("");
  for (const { name } of (await indexedDB.databases?.()) ?? [])
    if (name?.startsWith(prefix)) known.add(name.slice(prefix.length));
  return [...known];
}

/**
 * Whether the first documents have come, so that the phone can answer by itself.
 * @param {string} person
 * @returns {Promise<boolean>}
 */
export async function isReady(person) {
  return Boolean(await fact(person, "heard_at"));
}

/**
 * @param {string} person
 * @param {string} name
 */
export function fact(person, name) {
  return transaction(carerDatabase(person), ["fact"], "readonly", (tx) => tx.store.get(name));
}

/**
 * @param {string} person
 * @param {Record<string, unknown>} facts
 */
export function setFacts(person, facts) {
  return transaction(carerDatabase(person), ["fact"], "readwrite", async (tx) => {
    await Promise.all(Object.entries(facts).map(([name, value]) => tx.store.put(value, name)));
  });
}

/**
 * What the phone remembers of itself, whoever is current.
 * @param {"vaults" | "sign_out_due"} name
 */
export function ownFact(name) {
  return transaction(PHONE, ["phone"], "readonly", (tx) => tx.store.get(name));
}

/** @param {"vaults" | "sign_out_due"} name @param {unknown} value */
export function setOwnFact(name, value) {
  return transaction(PHONE, ["phone"], "readwrite", async (tx) => {
    await tx.store.put(value, name);
  });
}

/**
 * After a sign-out the documents go, unless something still waits; the phone's number and what was half-written stay.
 * @param {string} person
 * @returns {Promise<boolean>} whether they went
 */
export function forgetDocuments(person) {
  return transaction(
    carerDatabase(person),
    ["document", "outbox", "fact", ...PHOTO_STORES],
    "readwrite",
    async (tx) => {
      if (await tx.objectStore("outbox").count()) return false;
      if (!(await countUnsent(tx)))
        await Promise.all(PHOTO_STORES.map((name) => tx.objectStore(name).clear()));
      await Promise.all([tx.objectStore("document").clear(), forgetDay(tx.objectStore("fact"))]);
      return true;
    },
  );
}

/** Whoever empties the documents also forgets what was said of them. @param {any} facts the store */
export async function forgetDay(facts) {
  await Promise.all(["cursor", "online_cursor", "heard_at", "left_visits"].map((name) => facts.delete(name)));
}
