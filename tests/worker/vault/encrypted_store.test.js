/** Within one transaction a vault's store is as its changes have left it, though nothing is written before the end. */

import assert from "node:assert/strict";
import test from "node:test";
import { module } from "../on_phone.mjs";
import { makeVaultedPhone } from "../vaulted.mjs";

/** A vault with two half-written texts, and a way to work on them in one transaction. */
async function withDrafts() {
  const phone = await makeVaultedPhone();
  const { transaction } = await module("vault/encrypted_transaction.js");
  const work = (doing) => transaction(phone.me.id, ["draft"], "readwrite", (tx) => doing(tx.store));
  await work(async (store) => {
    for (const key of ["b", "d"]) await store.put({ key, text: `of ${key}` });
  });
  return { phone, work };
}

const keys = (rows) => rows.map((row) => row.key);

test("what was put is listed in its place, and what was deleted is not", async () => {
  const { work } = await withDrafts();
  const listed = await work(async (store) => {
    await store.put({ key: "c", text: "of c" });
    await store.delete("b");
    return [keys(await store.getAll()), await store.getAllKeys(), await store.count(), await store.get("b")];
  });

  assert.deepEqual(listed, [["c", "d"], ["c", "d"], 2, undefined]);
  assert.deepEqual(await work(async (store) => keys(await store.getAll())), ["c", "d"]);
});

test("a range lists what was put within it, its ends too, and nothing else", async () => {
  const { work } = await withDrafts();
  const range = IDBKeyRange.bound("b", "c");
  const listed = await work(async (store) => {
    for (const key of ["a", "c", "e"]) await store.put({ key, text: `of ${key}` });
    return [keys(await store.getAll(range)), await store.getAllKeys(range)];
  });

  assert.deepEqual(listed, [
    ["b", "c"],
    ["b", "c"],
  ]);
});

test("what was cleared is gone at once and at the end, and what was put since is not", async () => {
  const { phone, work } = await withDrafts();
  const listed = await work(async (store) => {
    await store.clear();
    await store.put({ key: "e", text: "of e" });
    return [keys(await store.getAll()), await store.getAllKeys(), await store.get("b")];
  });

  assert.deepEqual(listed, [["e"], ["e"], undefined]);
  assert.deepEqual(keys(await phone.rows("draft")), ["e"]);
});
