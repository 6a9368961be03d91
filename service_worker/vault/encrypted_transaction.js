/**
 * A transaction over a carer's stores while her vault is open: rows are decrypted on their way out and encrypted on
 * their way in. A carer without a vault has the stores as they are. Knows transactions; knows nothing about what rows
 * mean.
 */

import { carerDatabase, transaction as plainTransaction } from "../store/databases.js";
import { apply, EncryptedStore } from "./encrypted_store.js";
import { findPolicy } from "./policy.js";
import { findVault, isWanted } from "./vault.js";

/**
 * Like `transaction` of databases.js, over one carer's stores. `tx.isVaultLocked` says that nothing personal can be read;
 * `tx.isOnline` besides that nothing of it is kept here, to be read later.
 * @template Result
 * @param {string} person
 * @param {string[]} stores
 * @param {"readonly" | "readwrite"} mode
 * @param {(tx: any) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function transaction(person, stores, mode, work) {
  const unencrypted = () => plainTransaction(carerDatabase(person), stores, mode, work);
  if (!(await findVault(person)) && !(await isWanted())) return unencrypted();
  return withVaultLock(person, mode, async () => {
    if (!(await findVault(person))) return unencrypted();
    const opened = await openEncryptedStores(person);
    const result = await work({ ...opened, store: opened.objectStore(stores[0]) });
    await opened.write();
    return result;
  });
}

/**
 * The database does not wait while a row is encrypted or decrypted, so a lock keeps others out instead.
 * @template Result
 * @param {string} person
 * @param {"readonly" | "readwrite"} mode
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export function withVaultLock(person, mode, work) {
  const how = /** @type {const} */ ({ mode: mode === "readonly" ? "shared" : "exclusive" });
  return navigator.locks.request(`haand-vault-${person}`, how, work);
}

/** The stores of a carer who has a vault, for one who has the vault's lock. @param {string} person */
export async function openEncryptedStores(person) {
  const vault = /** @type {import("./vault.js").Vault} */ (await findVault(person));
  const context = { person, vault, seal_to: (await findPolicy())?.seal_to };
  /** @type {Map<string, EncryptedStore>} */
  const stores = new Map();
  return {
    isVaultLocked: !vault.key,
    isOnline: Boolean(vault.isOnline),
    /** @param {string} name */
    objectStore(name) {
      const store = stores.get(name) ?? new EncryptedStore(name, context);
      stores.set(name, store);
      return store;
    },
    /** All that was put and deleted, encrypted, in one transaction. */
    async write() {
      const changed = [...stores.values()].filter((store) => store.isChanged);
      if (!changed.length) return;
      const encrypted = await Promise.all(changed.map((store) => store.encrypted()));
      const names = changed.map((store) => store.name);
      await plainTransaction(carerDatabase(person), names, "readwrite", async (tx) => {
        await Promise.all(
          changed.flatMap((store, place) => apply(tx.objectStore(store.name), store, encrypted[place])),
        );
      });
    },
  };
}
