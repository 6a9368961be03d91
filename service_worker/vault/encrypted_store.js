/**
 * One encrypted store, as far as ours are used: rows are decrypted on their way out; what is changed is seen at once,
 * and encrypted and written at the end. Knows the database's forms; knows nothing of locks and transactions.
 */

import { CARER_STORES, carerDatabase, transaction } from "../store/databases.js";
import { decryptRow, encryptRow } from "./row_encryption.js";

/** @typedef {{ key: any, how: "put" | "add" | "delete", row?: any }} Change */

/** One store, as far as ours are used. What is changed in it is seen at once, and written at the end. */
export class EncryptedStore {
  /** @type {Map<any, Change>} by key, the last of each */
  changes = new Map();
  isCleared = false;

  /** @param {string} name @param {import("./row_encryption.js").RowContext} context */
  constructor(name, context) {
    this.name = name;
    this.context = context;
  }

  get isChanged() {
    return this.isCleared || this.changes.size > 0;
  }

  /** @param {any} key */
  async get(key) {
    const change = this.changes.get(key);
    if (change || this.isCleared) return change?.row;
    return this.decrypt(await this.read((store) => store.get(key)));
  }

  /** @param {IDBKeyRange} [range] */
  async getAll(range) {
    const [keys, rows] = await this.stored(range);
    const untouched = rows.filter((_, place) => !this.changes.has(keys[place]));
    const decrypted = await Promise.all(untouched.map((row) => this.decrypt(row)));
    const kept = keys
      .filter((key) => !this.changes.has(key))
      .map((key, place) => ({ key, row: decrypted[place] }));
    return inOrder([...kept, ...this.added(range)]).map(({ row }) => row);
  }

  /** @param {IDBKeyRange} [range] */
  async getAllKeys(range) {
    const keys = this.isCleared ? [] : await this.read((store) => store.getAllKeys(range));
    const kept = keys.filter((/** @type {any} */ key) => !this.changes.has(key));
    return inOrder([...kept.map((/** @type {any} */ key) => ({ key })), ...this.added(range)]).map(
      ({ key }) => key,
    );
  }

  async count() {
    return (await this.getAllKeys()).length;
  }

  /** What was put just now is not in it. @param {string} name */
  index(name) {
    return {
      getAll: async (/** @type {any} */ range) => {
        const rows = await this.read((store) => store.index(name).getAll(range));
        return Promise.all(rows.map((/** @type {any} */ row) => this.decrypt(row)));
      },
      getAllKeys: async (/** @type {any} */ range, /** @type {number} */ count) => {
        const keys = await this.read((store) => store.index(name).getAllKeys(range, count));
        return keys.filter((/** @type {any} */ key) => !this.changes.has(key));
      },
    };
  }

  /** @param {any} row @param {any} [key] */
  async put(row, key = this.keyOf(row)) {
    this.changes.set(key, { key, how: "put", row });
  }

  /** @param {any} row */
  async add(row) {
    this.changes.set(this.keyOf(row), { key: this.keyOf(row), how: "add", row });
  }

  /** @param {any} key */
  async delete(key) {
    this.changes.set(key, { key, how: "delete" });
  }

  async clear() {
    this.changes.clear();
    this.isCleared = true;
  }

  /** The changes with their rows encrypted. @returns {Promise<Change[]>} */
  encrypted() {
    return Promise.all(
      [...this.changes.values()].map(async (change) =>
        change.how === "delete"
          ? change
          : { ...change, row: await encryptRow(this.name, change.row, this.context) },
      ),
    );
  }

  /** @param {any} row */
  keyOf(row) {
    return row[/** @type {string} */ (CARER_STORES[this.name])];
  }

  /** @param {any} row */
  decrypt(row) {
    return decryptRow(this.name, row, this.context);
  }

  /** @param {IDBKeyRange} [range] @returns {Promise<[any[], any[]]>} keys and rows, in order */
  async stored(range) {
    if (this.isCleared) return [[], []];
    return this.read((store) => Promise.all([store.getAllKeys(range), store.getAll(range)]));
  }

  /** What was put or added within a range. @param {IDBKeyRange} [range] */
  added(range) {
    const changes = [...this.changes.values()];
    return changes.filter(({ key, how }) => how !== "delete" && (!range || range.includes(key)));
  }

  /** @param {(store: any) => Promise<any>} ask @returns {Promise<any>} */
  read(ask) {
    return transaction(carerDatabase(this.context.person), [this.name], "readonly", (tx) => ask(tx.store));
  }
}

/**
 * Write the changes, encrypted, into the database's own store.
 * @param {any} target
 * @param {EncryptedStore} store
 * @param {Change[]} changes
 */
export function apply(target, { name, isCleared }, changes) {
  const hasKeys = CARER_STORES[name] !== undefined;
  return [
    ...(isCleared ? [target.clear()] : []),
    ...changes.map(({ key, how, row }) =>
      how === "delete" ? target.delete(key) : hasKeys ? target[how](row) : target.put(row, key),
    ),
  ];
}

/** @template {{ key: any }} Kind @param {Kind[]} found */
const inOrder = (found) => found.sort((a, b) => indexedDB.cmp(a.key, b.key));
