/**
 * Makes a carer's vault, and opens it again with what she knows or has. Knows slots and rows; knows no page.
 *
 * @typedef {import("./key_slots.js").NewSlot} NewSlot
 * @typedef {import("./key_slots.js").Slot} Slot
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ made: NewSlot, secret: Bytes }} Instead the slot that takes the place of the one that opens it
 * @typedef {{ outcome: "open" } | { outcome: "wrong", left: number } | { outcome: "gone" } | { outcome: "refused" }} Outcome
 */

import { newId } from "../new_id.js";
import { carerDatabase, transaction } from "../store/databases.js";
import { fact, forgetDay, ownFact, setFacts, setOwnFact } from "../store/facts.js";
import { importKey } from "./cipher.js";
import { openEncryptedStores, withVaultLock } from "./encrypted_transaction.js";
import { isGuessable, isKnown, MOST_TRIES, makeSlot, openSlot, WrongSecret } from "./key_slots.js";
import { providePair } from "./locked_words.js";
import { PROOF, provideProof } from "./proof.js";
import { PERSONAL } from "./row_encryption.js";
import { kindsFor } from "./slot_rules.js";
import { beginOnline, findVault, forgetKnown, holdKey, isWanted, rememberVault } from "./vault.js";
import { endVault, expireIfOutOfContact } from "./vault_expiry.js";

/** What opens this carer's vault, as far as we know it. @param {string} person @returns {Promise<Slot[]>} */
export async function findSlots(person) {
  const slots = await transaction(carerDatabase(person), ["slot"], "readonly", (tx) => tx.store.getAll());
  return slots.filter((/** @type {Slot} */ { kind }) => isKnown(kind));
}

/** How many wrong PINs are left before the vault is gone. @param {{ kind: import("./key_slots.js").Kind, tries: number }[]} slots */
export function triesLeft(slots) {
  return MOST_TRIES - Math.max(0, ...slots.filter(isGuessable).map(({ tries }) => tries));
}

/**
 * The carer's vault from here on; what lies on the phone is encrypted with it. Refused where one is already, where
 * none is to be, or none of this kind, and where the carer must sign in first.
 * @param {string} person
 * @param {NewSlot} made
 * @param {Bytes} secret
 * @returns {Promise<Outcome>}
 */
export function makeVault(person, made, secret) {
  return withVaultLock(person, "readwrite", async () => {
    if (!(await mayBegin(person)) || !(await kindsFor(person)).includes(made.kind))
      return { outcome: "refused" };
    await createVault(person, made, secret);
    return { outcome: "open" };
  });
}

/** Whether this carer may have a vault made for her, who has none. @param {string} person */
async function mayBegin(person) {
  const vault = await findVault(person);
  return (!vault || vault.isOnline) && (await isWanted()) && !(await ownFact("sign_out_due"));
}

/**
 * This phone cannot be locked as is wanted: its carer works with a network, and nothing of hers is kept on it but what
 * only the server opens. What she had written is closed in the same way.
 * @param {string} person
 * @returns {Promise<Outcome>}
 */
export function workOnline(person) {
  return withVaultLock(person, "readwrite", async () => {
    if (!(await mayBegin(person))) return { outcome: "refused" };
    const how = await beginOnline(person);
    try {
      await closeForServer(person, how);
    } catch (error) {
      forgetKnown(person);
      throw error;
    }
    return { outcome: "open" };
  });
}

/**
 * In one transaction: whoever works with a network has nothing here that could be read, however this ends. What was turned down
 * the server has and shows, and the day too; what is to be sent, or may be sent again, only the server opens.
 * @param {string} person
 * @param {{ online: string }} how
 */
async function closeForServer(person, { online }) {
  const stores = await openEncryptedStores(person);
  for (const name of ["outbox", "draft", "delivered"]) {
    const store = stores.objectStore(name);
    for (const row of await store.getAll()) await store.put(row);
  }
  await Promise.all(["document", "attention"].map((name) => stores.objectStore(name).clear()));
  const facts = stores.objectStore("fact");
  await Promise.all([forgetDay(facts), facts.put(online, "online")]);
  await stores.write();
}

/** @param {{ id: string, key: Bytes }} opened */
const asHeld = async ({ id, key }) => ({ id, key: await importKey(key) });

/**
 * A new vault with this one slot; its key is held.
 * @param {string} person
 * @param {NewSlot} made
 * @param {Bytes} secret
 */
async function createVault(person, made, secret) {
  const [id, key] = [newId(), crypto.getRandomValues(new Uint8Array(32))];
  const slot = await makeSlot(made, id, secret, key);
  await transaction(carerDatabase(person), ["slot", "fact"], "readwrite", async (tx) => {
    const [slots, facts] = [tx.objectStore("slot"), tx.objectStore("fact")];
    await Promise.all([
      slots.clear(),
      slots.put(slot),
      facts.put(id, "vault"),
      facts.delete("online"),
      facts.put(false, "enclosed"),
      facts.put(Date.now(), "contact_at"),
    ]);
  });
  rememberVault(person, id);
  await setOwnFact("vaults", { ...(await ownFact("vaults")), [person]: true });
  await hold(person, await asHeld({ id, key }), made.kind, secret, true);
  return { id, key };
}

/**
 * @param {string} person
 * @param {{ id: string, key: CryptoKey }} vault
 * @param {import("./key_slots.js").Kind} kind
 * @param {Bytes} secret what has opened it
 * @param {boolean} isNew
 */
async function hold(person, vault, kind, secret, isNew) {
  await Promise.all([providePair(person, vault, isNew), provideProof(person, vault, kind, secret)]);
  await holdKey(person, vault.key);
  await encryptAll(person);
}

/**
 * Open the vault. A wrong PIN is counted before it is tried, so that nobody tries without being counted.
 * @param {string} person
 * @param {import("./key_slots.js").Kind} kind
 * @param {Bytes} secret
 * @param {Instead} [instead] opens it from here on
 * @returns {Promise<Outcome>}
 */
export async function openVault(person, kind, secret, instead) {
  await expireIfOutOfContact(person);
  if (instead && !(await mayReplace(person, kind, instead.made.kind))) return { outcome: "refused" };
  return withVaultLock(person, "readwrite", async () => {
    const tried = await tryToOpen(person, kind, secret, instead);
    // Before the next one is tried that stands in line.
    if (tried.outcome === "gone") await endVault(person);
    return tried;
  });
}

/** A slot is never made anew as one that is not wanted: the same kind, or one that is. @type {(person: string, kind: string, anew: import("./key_slots.js").Kind) => Promise<boolean>} */
const mayReplace = async (person, kind, anew) =>
  anew === kind || (kind !== "prf+pin" && anew !== "pin" && (await kindsFor(person)).includes(anew));

/** @param {string} person @param {import("./key_slots.js").Kind} kind @param {Bytes} secret @param {Instead} [instead] @returns {Promise<Outcome>} */
async function tryToOpen(person, kind, secret, instead) {
  const [vault, slot] = [await findVault(person), await countTry(person, kind)];
  if (!vault || !slot) return { outcome: "refused" };
  // All were used up before, and the worker was ended before the vault was: this one is one too many.
  if (slot.tries > MOST_TRIES) return { outcome: "gone" };
  try {
    const key = await openSlot(slot, vault.id, secret);
    const opened = key ? { id: vault.id, key } : await createVault(person, slot, secret);
    if (instead) {
      const { made } = instead;
      await replaceSlots(person, await makeSlot(made, opened.id, instead.secret, opened.key));
      await hold(person, await asHeld(opened), made.kind, instead.secret, false);
    } else if (key) {
      await setTries(person, kind, 0);
      await hold(person, await asHeld(opened), kind, secret, false);
    }
    return { outcome: "open" };
  } catch (error) {
    if (!(error instanceof WrongSecret)) throw error;
    return slot.tries < MOST_TRIES
      ? { outcome: "wrong", left: MOST_TRIES - slot.tries }
      : { outcome: "gone" };
  }
}

/** @param {string} person @param {string} kind @returns {Promise<Slot | undefined>} the slot, this try counted */
function countTry(person, kind) {
  return transaction(carerDatabase(person), ["slot"], "readwrite", async (tx) => {
    const slot = await tx.store.get(kind);
    if (!slot) return undefined;
    const counted = { ...slot, tries: isGuessable(slot) ? slot.tries + 1 : 0 };
    await tx.store.put(counted);
    return counted;
  });
}

/**
 * In one transaction: there is never a vault that nothing opens. Under what opened it before nothing is left, or that could
 * be guessed there as ever.
 * @param {string} person
 * @param {Slot} slot
 */
function replaceSlots(person, slot) {
  return transaction(carerDatabase(person), ["slot", "fact"], "readwrite", async (tx) => {
    const [slots, facts] = [tx.objectStore("slot"), tx.objectStore("fact")];
    const proof = await facts.get(PROOF);
    await Promise.all([
      slots.clear(),
      slots.put(slot),
      ...(proof ? [facts.put({ ...proof, byKind: {} }, PROOF)] : []),
    ]);
  });
}

/** @param {string} person @param {string} kind @param {number} tries */
function setTries(person, kind, tries) {
  return transaction(carerDatabase(person), ["slot"], "readwrite", async (tx) => {
    await tx.store.put({ ...(await tx.store.get(kind)), tries });
  });
}

/**
 * Encrypt what is not: what an app of before had stored, and what was being encrypted when the phone died.
 * @param {string} person whose vault is open, and its lock ours
 */
async function encryptAll(person) {
  if (await fact(person, "enclosed")) return;
  await rewrite(person, PERSONAL);
  await setFacts(person, { enclosed: true });
}

/** Every row as it is to be stored now. @param {string} person whose lock is ours @param {string[]} names */
async function rewrite(person, names) {
  for (const name of names) {
    const stores = await openEncryptedStores(person);
    const store = stores.objectStore(name);
    for (const row of await store.getAll()) await store.put(row);
    await stores.write();
  }
}
