/** Nothing that a phone carries can be read on its disk once a code is chosen, and nothing is lost by choosing one. */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { network } from "../browser.mjs";
import { killWorker, makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { isLocked, makeLockablePhone, makeVaultedPhone, policy, sentTo, stretched } from "../vaulted.mjs";

const numbers = (changes) => changes.map((change) => change.n);
const problem = (status, code) => Response.json({ code, status }, { status });

test("before a code is chosen nothing is stored, and every page leads to where it is", async () => {
  const phone = await makeLockablePhone();

  assert.deepEqual(await phone.rows("document"), []);
  assert.equal(
    phone.page.heard.some((news) => news.about === "choose"),
    true,
  );
  assert.equal(await sentTo(phone, "/guides?q=lift"), "/unlock?next=%2Fguides%3Fq%3Dlift");
  assert.equal((await phone.open("/state")).headers.get("HX-Redirect"), "/unlock?next=%2F");
  assert.match((await phone.open("/unlock")).html, /data-mode="choose"/);
});

test("once it is chosen the day is there, and nothing of it can be read on the disk", async () => {
  const phone = await makeVaultedPhone();
  phone.server.refuses = { finish_visit: "NotYourTeam" };
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.tap("finish_visit", {});
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Smerter i hoften." });
  await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, {
    body: "Halvt skr",
    headers: { "HX-Person": phone.me.id },
  });
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);
  const disk = await phone.everything();

  for (const words of ["Karen Jensen 0", "Kastanievej 12", "Smerter i hoften.", "Halvt skr"]) {
    assert.match(html, new RegExp(words));
    assert.equal(disk.includes(words), false, words);
  }
  for (const words of ["Karen sov godt", "Mette", "Sørensen", "Gruppe Nord", "Ud af sengen", "write_note"])
    assert.equal(disk.includes(words), false, words);
  assert.deepEqual(numbers(await phone.rows("delivered")), [1, 2]);
  assert.equal((await phone.rows("attention")).length, 1);
});

test("with a vault every page is what it is without one, but for the way to lock it", async (t) => {
  const now = Date.now();
  t.mock.method(Date, "now", () => now);
  const plain = await makePhone({ visits: 2 });
  const before = await workOn(plain);
  const phone = await makePhone({ visits: 2, synced: false, vault: await policy() });
  Object.assign(phone.server, { me: plain.me, visits: plain.server.visits });
  indexedDB.deleteDatabase(`haand-${plain.me.id}`);
  await plain.hello();
  await plain.tell({
    about: "make vault",
    kind: "pin",
    stretch: null,
    prf_salt: null,
    passkey_id: null,
    secret: stretched("1"),
  });
  const after = await workOn(plain);

  for (const [path, html] of after) {
    assert.match(html, path === "/state" ? /id="state"/ : /action="\/lock"/);
    assert.equal(withoutLock(html), withoutLock(before.get(path)), path);
  }
});

/** What each page shows after a note was written in a cellar. */
async function workOn(phone) {
  const { server } = phone;
  server.instead = silent;
  const { network } = await import("../browser.mjs");
  const fetch = network.fetch;
  network.fetch = silent;
  const id = "01939f00-0000-7000-8000-0000000000a1";
  await phone.tap("write_note", { text: "Karen sov godt.", note_id: id }, { "HX-Change": id });
  const visit = `/visits/${phone.visit.visit_id}`;
  const found = new Map();
  for (const path of ["/", `/days/${phone.visit.day}`, visit, "/guides", "/waiting", "/state", "/me"])
    found.set(path, (await phone.open(path)).html);
  network.fetch = fetch;
  return found;
}

const withoutLock = (html) =>
  html
    .replace(/<form method="post" action="\/lock" class="lock">.*?<\/form>/s, "")
    .replace(/<section class="card" aria-labelledby="lock-name">.*?<\/section>/s, "")
    .replace(/<dt>Telefonens nummer.*?<\/dd>/s, "")
    .replace(/\s+/g, " ");

test("who has a vault makes no second one, and keeps what is in the first", async () => {
  const phone = await makeVaultedPhone();
  const second = await phone.choose("314159");
  await phone.lock();
  const opened = [await phone.unlock("314159"), await phone.unlock()];

  assert.deepEqual(second, { outcome: "refused" });
  assert.deepEqual(
    opened.map(({ outcome }) => outcome),
    ["wrong", "open"],
  );
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
});

test("a box opens only in its own vault, for its own record, and unbroken", async () => {
  const { importKey, encryptText, decryptText } = await module("vault/cipher.js");
  const key = await importKey(crypto.getRandomValues(new Uint8Array(32)));
  const other = await importKey(crypto.getRandomValues(new Uint8Array(32)));
  const box = await encryptText(key, "v1", "document a", "Åse 🧦");
  const flipped = box.with(20, box[20] ^ 1);

  assert.equal(await decryptText(key, "v1", "document a", box), "Åse 🧦");
  for (const wrong of [
    () => decryptText(other, "v1", "document a", box),
    () => decryptText(key, "v2", "document a", box),
    () => decryptText(key, "v1", "document b", box),
    () => decryptText(key, "v1", "document a", flipped),
  ])
    await assert.rejects(wrong);
});

test("two rows that were swapped on the disk are not shown for each other", async (t) => {
  t.mock.method(console, "error", () => {});
  const phone = await makeVaultedPhone();
  const [first, second] = (await phone.rows("document")).filter((row) => row.id.startsWith("visit-"));
  const database = await openDB(`haand-${phone.me.id}`);
  await database.put("document", { ...first, box: second.box });
  database.close();
  const { status } = await phone.open("/");

  assert.equal(status, 500);
  assert.equal((await phone.open("/")).status, 200);
});

test("a phone of before closes what it had when its carer chooses a code, and delivers what waited", async () => {
  const phone = await makePhone({ visits: 2 });
  phone.server.refuses = { finish_visit: "NotYourTeam" };
  await phone.tap("finish_visit", {});
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, {
    body: "Halvt",
    headers: { "HX-Person": phone.me.id },
  });
  await downgrade(phone.me.id);
  const { PHONE, transaction } = await module("store/databases.js");
  await transaction(PHONE, ["phone"], "readwrite", (tx) => tx.store.delete("policy"));
  phone.server.vault = await policy();
  await killWorker();
  const before = await phone.open("/");
  phone.server.instead = () => problem(503, "Unavailable");
  await phone.hello();
  const asked = await isLocked(phone);
  const { disk } = await chooseAndLook(phone);
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.match(before.html, /Karen Jensen 0/);
  assert.equal(asked, true);
  for (const words of ["Karen", "Kastanievej", "Halvt", "Mette"])
    assert.equal(disk.includes(words), false, words);
  assert.deepEqual(
    phone.server.judged.map((change) => change.name),
    ["finish_visit", "write_note"],
  );
  assert.match((await phone.open(`/visits/${phone.visit.visit_id}`)).html, /Halvt/);
});

async function chooseAndLook(phone) {
  await phone.tell({
    about: "make vault",
    kind: "pin",
    stretch: null,
    prf_salt: null,
    passkey_id: null,
    secret: stretched("1"),
  });
  const { makeReader } = await import("../vaulted.mjs");
  return { disk: await makeReader(phone.me.id)() };
}

/** The carer's database as the app of before had it. */
async function downgrade(person) {
  const { carerDatabase, opened } = await module("store/databases.js");
  const now = await opened(carerDatabase(person));
  const names = ["document", "outbox", "delivered", "attention", "draft", "media", "fact"];
  const rows = {};
  for (const name of names) rows[name] = [await now.getAllKeys(name), await now.getAll(name)];
  now.close();
  indexedDB.deleteDatabase(carerDatabase(person));
  const keys = {
    document: "id",
    outbox: "n",
    delivered: "n",
    attention: "id",
    draft: "key",
    media: "sha256",
  };
  const old = await openDB(carerDatabase(person), 2, {
    upgrade(database) {
      for (const name of names) {
        const store = database.createObjectStore(name, keys[name] ? { keyPath: keys[name] } : undefined);
        if (name === "document") store.createIndex("day", "body.day");
        if (name === "delivered") store.createIndex("delivered_at", "delivered_at");
      }
    },
  });
  for (const name of names)
    for (const [place, row] of rows[name][1].entries()) {
      const { day, ...before } =
        typeof row === "object" && row && name === "document" ? row : { before: row };
      await old.put(name, name === "document" ? before : row, keys[name] ? undefined : rows[name][0][place]);
    }
  old.close();
}

test("killed while it closed what lay open, it closes the rest when it is next unlocked", async () => {
  const phone = await makeVaultedPhone();
  const database = await openDB(`haand-${phone.me.id}`);
  await database.put("draft", { key: phone.visit.visit_id, text: "Ligger åbent" });
  await database.put("fact", false, "enclosed");
  database.close();
  await killWorker();
  const open = (await phone.everything()).includes("Ligger åbent");
  await phone.unlock();

  assert.equal(open, true);
  assert.equal((await phone.everything()).includes("Ligger åbent"), false);
});

test("a new phone that cannot hear how it is to be locked stores nothing; one that has its day goes on", async () => {
  const fresh = await makePhone({ synced: false, vault: undefined });
  const { fetch } = fresh.server;
  network.fetch = (address, how) => (String(address).includes("/vault") ? silent() : fetch(address, how));
  await fresh.hello();
  const ofFresh = await fresh.rows("document");
  network.fetch = fetch;
  await fresh.hello();
  const { PHONE, transaction } = await module("store/databases.js");
  await transaction(PHONE, ["phone"], "readwrite", (tx) => tx.store.delete("policy"));
  await killWorker();
  network.fetch = (address, how) => (String(address).includes("/vault") ? silent() : fetch(address, how));
  fresh.server.visits[0].address = "Et nyt sted 3";
  await fresh.say({ about: "online" });

  assert.deepEqual(ofFresh, []);
  assert.match((await fresh.open("/")).html, /Et nyt sted 3/);
});

/** Whoever answers, /vault is not there. */
async function withoutVault(phone, answer) {
  const { fetch } = phone.server;
  network.fetch = (address, how) => (String(address).includes("/vault") ? answer() : fetch(address, how));
}

for (const [form, answer] of Object.entries({
  "with a page": () => new Response("<p>Ikke fundet</p>", { status: 404 }),
  "as to a program": () => Response.json({ code: "NotFound", status: 404 }, { status: 404 }),
})) {
  test(`an older server that knows of no vaults and says so ${form} is no reason to have none of the day`, async () => {
    const phone = await makePhone({ synced: false });
    phone.server.knowsDrafts = false;
    await withoutVault(phone, answer);
    await phone.hello();

    assert.match((await phone.open("/")).html, /Karen Jensen 0/);
  });
}

test("a network's own page instead of /vault says nothing, whatever the phone knows", async () => {
  const page = async () => new Response("<p>Log på</p>", { status: 404 });
  const fresh = await makePhone({ synced: false });
  network.fetch = page;
  await fresh.hello();
  const unknown = await (await module("vault/policy.js")).findPolicy();
  await makeVaultedPhone();
  const { fetchPolicy, findPolicy } = await module("vault/policy.js");
  const known = await findPolicy();
  for (const when of ["now", "of before"])
    await fetchPolicy({ clock: () => Date.now() + 24 * 60 * 60_000, fetch: page }, when);

  assert.equal(unknown, null);
  assert.equal(known.slots.length, 1);
  assert.deepEqual(await findPolicy(), known);
});
