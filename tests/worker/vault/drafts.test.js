/** Half-written words in a vault: closed on the disk, sealed to the server, and nothing that empties the vault passes them by. */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { killWorker } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { facts, isLocked, makeVaultedPhone, passTime } from "../vaulted.mjs";
import { openWindow } from "../window.mjs";

const HOUR = 60 * 60_000;

async function withDraft(text = "Karen sov") {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await openWindow(phone).type(text);
  return phone;
}

const sealedAtServer = (phone) => [...phone.server.drafts.values()].map((row) => Object.keys(row).sort());
const SEALED = [["at", "id", "n", "sealed"]];

test("half-written words lie closed on the disk, and sealed beside it", async () => {
  const phone = await withDraft();
  const [row] = await phone.rows("draft");

  assert.equal((await phone.everything()).includes("Karen sov"), false);
  assert.deepEqual(Object.keys(row).sort(), ["at", "box", "dn", "id", "key", "sealed"]);
});

test("what is kept as somebody types is read once for it: each row that is read is opened", async (t) => {
  const phone = await withDraft();
  const { getAll } = IDBObjectStore.prototype;
  const read = [];
  t.mock.method(IDBObjectStore.prototype, "getAll", function (...given) {
    read.push(this.name);
    return getAll.apply(this, given);
  });
  await openWindow(phone).type("Og drak");

  assert.deepEqual(
    read.filter((name) => name === "draft"),
    ["draft"],
  );
});

test("a locked phone delivers half-written words, sealed, and shows them again when it is unlocked", async () => {
  const phone = await withDraft();
  await phone.lock();
  phone.server.instead = null;
  await killWorker();
  await phone.say({ about: "online" });
  const delivered = sealedAtServer(phone);
  await phone.unlock();

  assert.deepEqual(delivered, SEALED);
  assert.match((await phone.open("/waiting")).html, /Karen sov/);
});

test("signing out with an undelivered draft destroys nothing, and does not say that it is safe", async () => {
  const phone = await withDraft();
  const { html } = await phone.open("/me");
  phone.server.instead = (push) => (push.drafts ? silent() : Response.json({}, { status: 500 }));
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });
  const kept = await phone.rows("draft");
  phone.server.instead = null;
  await phone.hello();
  const delivered = sealedAtServer(phone);
  await phone.unlock();

  assert.doesNotMatch(html, /Du kan trygt logge ud/);
  assert.equal(kept.length, 1);
  assert.deepEqual(delivered, SEALED);
  assert.match((await phone.open("/waiting")).html, /Karen sov/);
});

test("signing out delivers a draft first, and then the vault is emptied", async () => {
  const phone = await withDraft();
  phone.server.instead = null;
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });

  assert.deepEqual(sealedAtServer(phone), SEALED);
  assert.deepEqual([await phone.rows("draft"), await phone.rows("document")], [[], []]);
});

test("a clock four days ahead gives the day up and not the words: they are sealed, delivered, and come back", async (t) => {
  const phone = await withDraft();
  passTime(t, 96 * HOUR);
  await isLocked(phone);
  passTime(t, 25 * HOUR);
  await isLocked(phone);
  const kept = (await phone.rows("draft")).map((row) => Object.keys(row).sort());
  await phone.unlock();
  phone.server.instead = null;
  await phone.hello();
  const [{ id }] = phone.server.drafts.values();
  const { phone_id } = Object.fromEntries(await facts(phone));
  phone.server.unsent = [
    {
      id,
      phone_id,
      field: "",
      name: "write_note",
      args: {},
      text: "Karen sov",
      since: null,
      at: "2026-11-24T06:00:00.000Z",
    },
  ];
  await phone.say({ about: "online" });
  const { html } = await phone.open("/waiting");

  assert.deepEqual(kept, [["at", "dn", "id", "key", "sealed"]]);
  assert.deepEqual(sealedAtServer(phone), SEALED);
  assert.deepEqual(await phone.rows("draft"), []);
  assert.match(html, /Karen sov/);
  assert.match(html, /Skrevet, før telefonen blev tømt/);
});

test("five wrong codes: half-written words are delivered all the same", async () => {
  const phone = await withDraft();
  await phone.lock();
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  const kept = await phone.rows("draft");
  phone.server.instead = null;
  await phone.hello();

  assert.equal(kept.length, 1);
  assert.deepEqual(sealedAtServer(phone), SEALED);
  assert.deepEqual(await phone.rows("draft"), []);
});

test("a forgotten code: half-written words are delivered, and the page says so", async () => {
  const phone = await withDraft();
  await phone.lock();
  const { html } = await phone.open("/unlock");
  phone.server.instead = null;
  await phone.tell({ about: "forget vault" });

  assert.match(html, />1 halvt skrevet tekst\. Gem den, når du har låst op\.</);
  assert.doesNotMatch(html, /går tabt/);
  assert.deepEqual(sealedAtServer(phone), SEALED);
});

test("an older app's draft that only the carer's key opens keeps that key: the day is given up, the words are not", async (t) => {
  const phone = await withDraft();
  const database = await openDB(`haand-${phone.me.id}`);
  const [{ box }] = await database.getAll("draft");
  await database.clear("draft");
  await database.put("draft", { key: "of-before", box });
  database.close();
  passTime(t, 96 * HOUR);
  await isLocked(phone);
  passTime(t, 25 * HOUR);
  await isLocked(phone);

  assert.equal((await phone.rows("draft"))[0].box.length, box.length);
  assert.deepEqual(await phone.rows("document"), []);
  assert.notEqual((await phone.rows("slot"))[0].wrapped, null);
});
