/**
 * A carer's stores as they look while the vault is open: rows are opened on their way out and closed on their way in.
 * A carer without a vault has the stores as they are. Knows transactions; knows nothing about what rows mean.
 */

import { apply, ClosedStore } from "./closed_store.js";
import { findPolicy } from "./policy.js";
import { carerDatabase, transaction as plainly } from "./store.js";
import { findVault, isWanted } from "./vault.js";

/**
 * Like `transaction` of store.js, over one carer's stores. `tx.isClosed` says that nothing personal can be read.
 * @template Result
 * @param {string} person
 * @param {string[]} stores
 * @param {"readonly" | "readwrite"} mode
 * @param {(tx: any) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function transaction(person, stores, mode, work) {
  const asTheyAre = () => plainly(carerDatabase(person), stores, mode, work);
  if (!(await findVault(person)) && !(await isWanted())) return asTheyAre();
  return alone(person, mode, async () => {
    if (!(await findVault(person))) return asTheyAre();
    const opened = await openStores(person);
    const result = await work({ ...opened, store: opened.objectStore(stores[0]) });
    await opened.write();
    return result;
  });
}

/**
 * The database does not wait while a row is opened or closed, so that a lock keeps others out instead.
 * @template Result
 * @param {string} person
 * @param {"readonly" | "readwrite"} mode
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export function alone(person, mode, work) {
  const how = /** @type {const} */ ({ mode: mode === "readonly" ? "shared" : "exclusive" });
  return navigator.locks.request(`haand-vault-${person}`, how, work);
}

/** The stores of a carer who has a vault, for one who is `alone`. @param {string} person */
export async function openStores(person) {
  const vault = /** @type {import("./vault.js").Vault} */ (await findVault(person));
  const closer = { person, vault, seal_to: (await findPolicy())?.seal_to };
  /** @type {Map<string, ClosedStore>} */
  const stores = new Map();
  return {
    isClosed: !vault.key,
    /** @param {string} name */
    objectStore(name) {
      const store = stores.get(name) ?? new ClosedStore(name, closer);
      stores.set(name, store);
      return store;
    },
    /** All that was put and deleted, closed, in one transaction. */
    async write() {
      const changed = [...stores.values()].filter((store) => store.isChanged);
      if (!changed.length) return;
      const closed = await Promise.all(changed.map((store) => store.closed()));
      const names = changed.map((store) => store.name);
      await plainly(carerDatabase(person), names, "readwrite", async (tx) => {
        await Promise.all(
          changed.flatMap((store, place) => apply(tx.objectStore(store.name), store, closed[place])),
        );
      });
    },
  };
}
