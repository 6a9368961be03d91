/**
 * Makes a carer's vault, and opens it again with what she knows or has. Knows slots and rows; knows no page.
 *
 * @typedef {import("./key_slots.js").NewSlot} NewSlot
 * @typedef {import("./key_slots.js").Slot} Slot
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ outcome: "open" } | { outcome: "wrong", left: number } | { outcome: "gone" } | { outcome: "refused" }} Outcome
 */

import { newId } from "../new_id.js";
import { carerDatabase, transaction } from "../store/databases.js";
import { fact, ownFact, setFacts, setOwnFact } from "../store/facts.js";
import { importKey } from "./cipher.js";
import { openEncryptedStores, withVaultLock } from "./encrypted_transaction.js";
import { isGuessable, isKnown, MOST_TRIES, makeSlot, openSlot, WrongSecret } from "./key_slots.js";
import { providePair } from "./locked_words.js";
import { provideProof } from "./proof.js";
import { PERSONAL } from "./row_encryption.js";
import { findVault, holdKey, isWanted, rememberVault } from "./vault.js";
import { destroyVault, expireIfOutOfContact } from "./vault_expiry.js";

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
 * none is to be, and where the carer must sign in first.
 * @param {string} person
 * @param {NewSlot} made
 * @param {Bytes} secret
 * @returns {Promise<Outcome>}
 */
export function makeVault(person, made, secret) {
  return withVaultLock(person, "readwrite", async () => {
    if ((await findVault(person)) || !(await isWanted()) || (await ownFact("sign_out_due")))
      return { outcome: "refused" };
    await createVault(person, made, secret);
    return { outcome: "open" };
  });
}

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
      facts.put(false, "enclosed"),
      facts.put(Date.now(), "contact_at"),
    ]);
  });
  rememberVault(person, id);
  await setOwnFact("vaults", { ...(await ownFact("vaults")), [person]: true });
  await hold(person, { id, key: await importKey(key) }, made.kind, secret, true);
}

/**
 * @param {string} person
 * @param {{ id: string, key: CryptoKey }} vault
 * @param {import("./key_slots.js").Kind} kind
 * @param {Bytes} secret what has opened it
 * @param {boolean} isNew
 */
async function hold(person, vault, kind, secret, isNew) {
  await providePair(person, vault, isNew);
  await provideProof(person, vault, kind, secret);
  await holdKey(person, vault.key);
  await encryptAll(person);
}

/**
 * Open the vault. A wrong PIN is counted before it is tried, so that nobody tries without being counted.
 * @param {string} person
 * @param {import("./key_slots.js").Kind} kind
 * @param {Bytes} secret
 * @returns {Promise<Outcome>}
 */
export async function openVault(person, kind, secret) {
  await expireIfOutOfContact(person);
  const tried = await withVaultLock(person, "readwrite", () => tryToOpen(person, kind, secret));
  if (tried.outcome === "gone") await destroyVault(person);
  return tried;
}

/** @param {string} person @param {import("./key_slots.js").Kind} kind @param {Bytes} secret @returns {Promise<Outcome>} */
async function tryToOpen(person, kind, secret) {
  const [vault, slot] = [await findVault(person), await countTry(person, kind)];
  if (!vault || !slot) return { outcome: "refused" };
  try {
    const key = await openSlot(slot, vault.id, secret);
    if (!key) await createVault(person, slot, secret);
    else {
      await setTries(person, kind, 0);
      await hold(person, { id: vault.id, key: await importKey(key) }, kind, secret, false);
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
  for (const name of PERSONAL) {
    const stores = await openEncryptedStores(person);
    const store = stores.objectStore(name);
    for (const row of await store.getAll()) await store.put(row);
    await stores.write();
  }
  await setFacts(person, { enclosed: true });
}
