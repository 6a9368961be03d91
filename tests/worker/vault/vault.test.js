/** What a phone carries is read by its carer alone, while she is at work with it, and what she did is never lost. */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { closePages, network, openPage } from "../browser.mjs";
import { ask, killWorker, makePhone, module } from "../on_phone.mjs";
import { makeGuide, makeServer, restore, silent } from "../server.mjs";
import { makeLockablePhone, makeVaultedPhone, policy, secondCarer, stretched } from "../vaulted.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const numbers = (changes) => changes.map((change) => change.n);
const problem = (status, code) => Response.json({ code, status }, { status });

/** Time goes by, in the worker and in the page alike. */
function passTime(t, milliseconds) {
  const now = Date.now();
  t.mock.method(Date, "now", () => now + milliseconds);
}

/** Where somebody who asks for this page is sent, or null. */
async function sentTo(phone, path) {
  const { status, headers } = await phone.ask("GET", path, { mode: "navigate" });
  return status === 303
    ? new URL(headers.get("Location")).pathname + new URL(headers.get("Location")).search
    : null;
}

const isLocked = async (phone) => (await sentTo(phone, "/"))?.startsWith("/unlock") ?? false;

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

test("locked by hand nothing is shown, in any page, and no page can open it again", async () => {
  const phone = await makeVaultedPhone();
  await phone.hello();
  const other = openPage();
  const { status, headers } = await phone.lock();
  await killWorker();
  await phone.say(phone.page.kept);

  assert.equal(status, 303);
  assert.match(headers.get("Location"), /\/unlock\?next=%2F$/);
  for (const page of [phone.page, other])
    assert.equal(
      page.heard.some((news) => news.about === "locked" && news.person === phone.me.id),
      true,
    );
  assert.notEqual(phone.page.kept, null);
  assert.equal(await isLocked(phone), true);
  assert.match((await phone.open("/unlock")).html, /data-mode="open"/);
});

test("the worker is killed while a page is open: the page gives the key back", async () => {
  const phone = await makeVaultedPhone();
  await phone.hello();
  await killWorker();
  const answers = await Promise.all([phone.open("/"), phone.open("/me"), phone.tap("start_visit", {})]);

  assert.match(answers[0].html, /Karen Jensen 0/);
  assert.match(answers[2].html, /Karen Jensen 0/);
  assert.equal(phone.server.judged.length, 1);
});

test("the worker is killed and no page is open: it is locked, without a network too, until it is unlocked", async () => {
  const phone = await makeVaultedPhone();
  closePages();
  await killWorker();
  phone.server.instead = silent;
  const before = await isLocked(phone);
  const answer = await phone.unlock();
  const { html } = await phone.open("/");

  assert.equal(before, true);
  assert.deepEqual(answer, { outcome: "open" });
  assert.match(html, /Karen Jensen 0/);
});

test("after ten minutes without a touch it is locked, and a touch begins them anew", async (t) => {
  const phone = await makeVaultedPhone();
  await phone.hello();
  passTime(t, 9 * MINUTE);
  await phone.say({ about: "touched", person: phone.me.id });
  t.mock.restoreAll();
  passTime(t, 18 * MINUTE);
  const after18 = await isLocked(phone);
  t.mock.restoreAll();
  passTime(t, 20 * MINUTE);

  assert.equal(after18, false);
  assert.equal(await isLocked(phone), true);
  await killWorker();
  assert.equal(await isLocked(phone), true);
});

for (const which of ["first", "second"]) {
  test(`of two pages the ${which} was touched last, and says how long, also to a new worker`, async (t) => {
    const phone = await makeVaultedPhone();
    await phone.hello();
    const other = openPage();
    const later = { ...phone.page.kept, until: phone.page.kept.until + 5 * MINUTE };
    if (which === "second") other.kept = later;
    else [phone.page.kept, other.kept] = [later, phone.page.kept];
    await killWorker();
    passTime(t, 9 * MINUTE);
    const after9 = await isLocked(phone);
    t.mock.restoreAll();
    passTime(t, 12 * MINUTE);

    assert.deepEqual([after9, await isLocked(phone)], [false, false]);
  });
}

test("what waits is delivered while it is locked, and nothing else is kept of the answer", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.tap("start_visit", {});
  await phone.lock();
  phone.server.instead = null;
  phone.server.pushes = [];
  const [documents, before] = [await phone.rows("document"), Object.fromEntries(await facts(phone))];
  phone.server.visits[0].address = "Et andet sted 7";
  await phone.say({ about: "online" });

  const [{ changes, cursor }] = phone.server.pushes;
  assert.deepEqual(
    changes.map((change) => Object.keys(change)),
    [
      ["id", "n", "sealed"],
      ["id", "n", "sealed"],
    ],
  );
  assert.equal(cursor, before.cursor);
  assert.deepEqual(await phone.rows("outbox"), []);
  assert.deepEqual(await phone.rows("document"), documents);
  assert.equal(await isLocked(phone), true);
  await phone.unlock();
  await phone.say({ about: "online" });
  assert.match((await phone.open("/")).html, /Et andet sted 7/);
  assert.deepEqual(numbers(await phone.rows("delivered")), [1, 2]);
});

test("while it is locked a server that has more to give is asked once, and unlocked it is asked for all", async () => {
  const phone = await makeVaultedPhone();
  let asked = 0;
  phone.server.instead = async (_push, judge) => {
    asked += 1;
    if (asked > 8) return silent();
    return Response.json({ ...(await (await judge()).json()), cursor: `m${asked}`, more: asked < 4 });
  };
  await phone.lock();
  await phone.say({ about: "online" });
  const whileLocked = asked;
  await phone.unlock();
  await phone.say({ about: "online" });

  assert.deepEqual([whileLocked, asked], [1, 4]);
});

test("while it is locked no picture of a guide is looked for, and unlocked it is", async () => {
  const phone = await makeLockablePhone();
  const sha256 = "00".repeat(32);
  const asked = [];
  phone.server.guides = [makeGuide([{ sha256, bytes: 1, type: "image/svg+xml" }])];
  phone.server.files = (path) => {
    asked.push(path);
    return new Response("", { status: 500 });
  };
  await phone.choose();
  await phone.hello();
  await phone.lock();
  asked.length = 0;
  await phone.say({ about: "online" });
  const whileLocked = [...asked];
  await phone.unlock();
  await phone.say({ about: "online" });

  assert.deepEqual(whileLocked, []);
  assert.deepEqual(asked, [`/media/${sha256}`]);
});

test("a restored server is sent what it lacks while it is locked, sealed as before", async () => {
  const phone = await makeVaultedPhone();
  await phone.tap("write_note", { text: "Karen sov godt." });
  const [{ sealed }] = await phone.rows("delivered");
  await phone.lock();
  restore(phone.server, () => false);
  await phone.say({ about: "online" });

  const [{ id, n }] = await phone.rows("delivered");
  assert.deepEqual(phone.server.judged, [{ id, n, sealed: Buffer.from(sealed).toString("base64") }]);
});

test("a clock that was set meanwhile: a locked phone waits until it is unlocked, then seals the right time", async () => {
  const phone = await makeVaultedPhone();
  phone.server.ahead = 2 * HOUR;
  await phone.tap("start_visit", {});
  const [before] = await phone.rows("delivered");
  await phone.lock();
  restore(phone.server, () => false);
  phone.server.ahead = 0;
  await phone.say({ about: "online" });
  const whileLocked = await phone.rows("outbox");
  await phone.unlock();
  phone.server.instead = (push, judge) => (push.changes.length ? silent() : judge());
  await phone.say({ about: "online" });
  const [after] = await phone.rows("outbox");

  assert.deepEqual(whileLocked, []);
  assert.equal(Math.round((Date.parse(after.at) - Date.parse(before.at)) / HOUR), 2);
  assert.notDeepEqual(after.sealed, before.sealed);
});

test("refused while it was locked, it is there with its words once it is unlocked", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  phone.server.instead = async (push, judge) => {
    const fates = push.changes.map(({ id }) => ({
      id,
      fate: "refused",
      problem: "NotYourTeam",
      message: "Nej.",
      next_step: "retry",
    }));
    return Response.json({ ...(await (await judge()).json()), fates });
  };
  await phone.say({ about: "online" });
  phone.server.instead = null;
  await phone.unlock();
  const { html } = await phone.open("/waiting");
  const [refused] = await phone.rows("attention");
  await phone.ask("POST", `/attention/${refused.id}/retry`, { headers: { "HX-Person": phone.me.id } });

  assert.match(html, /Karen sov godt\./);
  assert.match(html, /Nej\./);
  assert.equal(phone.server.judged.at(-1).args.text, "Karen sov godt.");
});

test("a tap that comes when it is just locked is kept, sealed, and delivered", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  phone.server.instead = silent;
  const { status, headers } = await phone.tap("write_note", { text: "Karen sov godt." });
  const rows = await phone.rows("outbox");
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.equal(status, 200);
  assert.equal(headers.get("HX-Redirect"), `/visits/${phone.visit.visit_id}`);
  assert.deepEqual(Object.keys(rows[0]).sort(), ["at", "id", "n", "sealed"]);
  assert.equal(phone.server.judged.length, 1);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("what is half-written cannot be kept without a key, and nothing pretends that it is", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const headers = { "HX-Person": phone.me.id };
  const answer = await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, { body: "Halvt", headers });
  await phone.say({ about: "draft", person: phone.me.id, key: phone.visit.visit_id, text: "Halvt" });

  assert.match(answer.headers.get("HX-Redirect"), /^\/unlock/);
  assert.deepEqual(await phone.rows("draft"), []);
});

for (const [status, code] of [
  [401, "NotSignedIn"],
  [403, "PhoneBoundToAnother"],
  [500, ""],
  [503, "Unavailable"],
]) {
  test(`a storm of ${status} locks nothing and wipes nothing`, async () => {
    const phone = await makeVaultedPhone();
    phone.server.instead = silent;
    await phone.tap("write_note", { text: "Karen sov godt." });
    phone.server.instead = () => problem(status, code);
    for (let i = 0; i < 20; i += 1) await phone.say({ about: "online" });
    const open = await phone.open(`/visits/${phone.visit.visit_id}`);
    await phone.lock();
    for (let i = 0; i < 20; i += 1) await phone.say({ about: "online" });
    const answer = await phone.unlock();

    assert.match(open.html, /Karen sov godt\./);
    assert.deepEqual(answer, { outcome: "open" });
    assert.match((await phone.open(`/visits/${phone.visit.visit_id}`)).html, /Karen sov godt\./);
    assert.equal((await phone.rows("document")).length, 3);
  });
}

test("a wrong code is counted down, and the right one begins anew", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const wrong = [await phone.unlock("1"), await phone.unlock("2"), await phone.unlock("3")];
  await killWorker();
  const page = await phone.open("/unlock");
  const fourth = await phone.unlock("4");
  const right = await phone.unlock();
  await phone.lock();

  assert.deepEqual(
    [...wrong, fourth].map(({ outcome, left }) => [outcome, left]),
    [
      ["wrong", 4],
      ["wrong", 3],
      ["wrong", 2],
      ["wrong", 1],
    ],
  );
  assert.match(page.html, /2 forsøg tilbage/);
  assert.deepEqual(right, { outcome: "open" });
  assert.equal((await phone.unlock("5")).left, 4);
});

test("five wrong codes: the vault is gone, what waits is delivered, and the sign-in ends", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.tap("start_visit", {});
  await phone.lock();
  const tries = [];
  for (const pin of ["1", "2", "3", "4", "5"]) tries.push((await phone.unlock(pin)).outcome);
  const [left, slots, documents] = [
    await phone.rows("outbox"),
    await phone.rows("slot"),
    await phone.rows("document"),
  ];
  const without = await ask("GET", "/", { mode: "navigate" });
  phone.server.instead = null;
  phone.server.pushes = [];
  await phone.hello();

  assert.deepEqual(tries, ["wrong", "wrong", "wrong", "wrong", "gone"]);
  assert.deepEqual([slots, documents], [[], []]);
  assert.deepEqual(
    left.map((row) => Object.keys(row).sort()),
    Array(2).fill(["at", "id", "n", "sealed"]),
  );
  assert.equal(without.status, 503);
  assert.deepEqual(numbers(phone.server.judged), [1, 2]);
  assert.equal(phone.server.signedOut, 1);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("after five wrong codes what lay open is delivered as it is, and what nobody can open any more goes", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  const [{ box }] = await phone.rows("outbox");
  await phone.lock();
  const args = { visit_id: phone.visit.visit_id };
  const open = {
    id: "of-before",
    n: 2,
    name: "start_visit",
    v: 1,
    at: "2026-11-23T07:00:00.000Z",
    seen: 1,
    args,
  };
  const database = await openDB(`haand-${phone.me.id}`);
  await database.put("outbox", { ...open, about: {} });
  await database.put("outbox", { id: "closed", n: 3, at: open.at, box });
  database.close();
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  const left = await phone.rows("outbox");
  phone.server.instead = null;
  await phone.hello();

  assert.deepEqual(
    left.map((row) => [row.n, Boolean(row.sealed), row.name, row.box]),
    [
      [1, true, undefined, undefined],
      [2, false, "start_visit", undefined],
    ],
  );
  assert.deepEqual(numbers(phone.server.judged), [1, 2]);
  assert.deepEqual(phone.server.judged[1], open);
});

/** What a page has made of a passkey, and of a code beside it. */
const withPasskey = (kind, secret) => ({
  kind,
  stretch: null,
  prf_salt: new Uint8Array(32),
  passkey_id: new Uint8Array(16),
  secret: new Uint8Array(64).fill(secret).subarray(0, kind === "prf" ? 32 : 64),
});

test("a passkey cannot be guessed: however often another is shown, the vault stays", async () => {
  const phone = await makeLockablePhone({ slots: ["prf"] });
  await phone.tell({ about: "make vault", ...withPasskey("prf", 1) });
  await phone.lock();
  const open = (secret) => phone.tell({ about: "open vault", ...withPasskey("prf", secret) });
  const tries = [];
  for (let i = 0; i < 6; i += 1) tries.push((await open(2)).outcome);

  assert.deepEqual(tries, Array(6).fill("wrong"));
  assert.deepEqual(await open(1), { outcome: "open" });
});

test("a code beside a passkey can be guessed: the fifth wrong one is the last", async () => {
  const phone = await makeLockablePhone({ slots: ["prf+pin"] });
  await phone.tell({ about: "make vault", ...withPasskey("prf+pin", 1) });
  await phone.lock();
  const open = (secret) => phone.tell({ about: "open vault", ...withPasskey("prf+pin", secret) });
  const tries = [];
  for (let i = 0; i < 5; i += 1) tries.push((await open(2)).outcome);

  assert.deepEqual(tries, ["wrong", "wrong", "wrong", "wrong", "gone"]);
  assert.deepEqual(await phone.rows("slot"), []);
});

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

test("after five wrong codes nobody chooses another before signing in anew", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  phone.server.instead = silent;
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  const refused = await phone.choose("161803");
  phone.server.instead = null;
  await ask("GET", "/", { mode: "navigate" });
  await phone.ask("POST", "/demo/sign-in", { mode: "navigate", body: "" });
  await phone.hello();
  const chosen = await phone.choose("161803");

  assert.deepEqual(refused, { outcome: "refused" });
  assert.deepEqual(chosen, { outcome: "open" });
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
  assert.equal(phone.server.signedOut, 1);
});

test("what is written between a lost vault and the next is closed into the next", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  await phone.hello();
  await phone.hello();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Smerter i hoften." });
  const before = await phone.everything();
  const chosen = await phone.choose("161803");
  const after = await phone.everything();
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual(chosen, { outcome: "open" });
  assert.deepEqual(
    [before, after].map((disk) => disk.includes("Smerter i hoften.")),
    [true, false],
  );
  assert.equal(phone.server.judged.at(-1).args.text, "Smerter i hoften.");
});

test("a forgotten code costs what was half-written, and nothing else", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  phone.server.instead = null;
  const answer = await phone.tell({ about: "forget vault" });

  assert.deepEqual(answer, { outcome: "gone" });
  assert.equal(phone.server.judged.length, 1);
  assert.deepEqual(await phone.rows("slot"), []);
});

test("three days without contact: what was carried is given up, what waits is not, and the same code begins anew", async (t) => {
  const phone = await makeVaultedPhone();
  await phone.hello();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  const { key } = phone.page.kept;
  const { id, box } = (await phone.rows("document"))[0];
  const { vault } = Object.fromEntries(await facts(phone));
  passTime(t, 73 * HOUR);
  const locked = await isLocked(phone);
  const page = await phone.open("/unlock");
  const disk = [await phone.rows("document"), await phone.rows("draft"), await phone.rows("attention")];
  const [slot] = await phone.rows("slot");
  const wrong = await phone.unlock("1");
  const right = await phone.unlock();
  const lockedAgain = await isLocked(phone);
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual([locked, lockedAgain], [true, false]);
  assert.match(page.html, /uden kontakt/);
  assert.deepEqual([disk, slot.wrapped], [[[], [], []], null]);
  assert.deepEqual([wrong.outcome, right.outcome], ["wrong", "open"]);
  assert.equal(phone.server.judged.length, 1);
  assert.match((await phone.open(`/visits/${phone.visit.visit_id}`)).html, /Karen Jensen 0/);
  const { decryptText } = await module("vault/cipher.js");
  assert.match(await decryptText(key, vault, `document ${id}`, box), /./);
  const again = (await phone.rows("document")).find((row) => row.id === id);
  await assert.rejects(decryptText(key, vault, `document ${id}`, again.box));
});

test("a colleague opens the phone: what another had on it is given up after three days, and what waits is not", async (t) => {
  const anna = await makeVaultedPhone();
  anna.server.instead = silent;
  await anna.tap("write_note", { text: "Karen sov godt." });
  const bo = await secondCarer(anna);
  passTime(t, 73 * HOUR);
  await bo.say({ about: "hello", person: bo.me.id });
  const [slot] = await anna.rows("slot");
  const [waits] = await anna.rows("outbox");

  assert.deepEqual([await anna.rows("document"), slot.wrapped], [[], null]);
  assert.deepEqual(Object.keys(waits).sort(), ["at", "id", "n", "sealed"]);
  assert.equal((await bo.rows("slot"))[0].wrapped !== null, true);
});

/** The names and values of what the phone remembers for the carer. */
async function facts(phone) {
  const database = await openDB(`haand-${phone.me.id}`);
  const [names, values] = [await database.getAllKeys("fact"), await database.getAll("fact")];
  database.close();
  return names.map((name, place) => [name, values[place]]);
}

test("signing out wipes the vault when nothing waits", async () => {
  const phone = await makeVaultedPhone();
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });

  for (const store of ["document", "slot", "draft", "attention", "outbox"])
    assert.deepEqual(await phone.rows(store), [], store);
  assert.deepEqual(
    (await phone.rows("delivered")).map((row) => row.box),
    [undefined],
  );
});

test("signing out while something waits locks the vault, and the next sign-in goes on", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = (push) => (push.changes.length ? silent() : problem(500, ""));
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });
  const after = await phone.rows("slot");
  await phone.hello();
  const locked = await isLocked(phone);
  await phone.unlock();

  assert.equal(after.length, 1);
  assert.equal(locked, true);
  assert.match((await phone.open("/waiting")).html, /Karen sov godt\./);
});

test("two carers on one phone: neither opens the other's, and the one who unlocks is the one who is shown", async () => {
  const anna = await makeVaultedPhone();
  anna.server.instead = silent;
  await anna.tap("write_note", { text: "Annas notat" });
  const { setCurrentPerson } = await module("store/facts.js");
  await setCurrentPerson(null);
  const bo = Object.assign(anna, {}) && (await secondCarer(anna));
  const page = await bo.open("/unlock?next=/");
  const [ofBo, ofAnna] = [
    await bo.open("/"),
    await anna.tell({ about: "open vault", kind: "pin", secret: stretched("314159") }),
  ];
  const locked = await sentTo(anna, "/");
  const opened = await anna.unlock();

  assert.equal(page.status, 303);
  assert.match(ofBo.html, /Bo Holm|Ib Bo/);
  assert.doesNotMatch(ofBo.html, /Annas notat/);
  assert.equal(ofAnna.outcome, "wrong");
  assert.equal(locked, null);
  assert.deepEqual(opened, { outcome: "open" });
  assert.match((await anna.open("/waiting")).html, /Annas notat/);
  const after = await bo.ask("GET", "/", { mode: "navigate", headers: { "HX-Person": bo.me.id } });
  assert.doesNotMatch(after.html, /Ib Bo/);
});

test("the phone changes hands: what the first carried is locked before the second has chosen a code", async () => {
  const anna = await makeVaultedPhone();
  const bo = makeServer({ visits: 1, vault: anna.server.vault });
  const said = { about: "hello", person: bo.me.id };
  network.fetch = (address, how) =>
    String(address).includes("/sync") ? problem(403, "PhoneBoundToAnother") : bo.fetch(address, how);
  await anna.say(said);
  const ofAnOldTab = await anna.tap("start_visit", {});
  network.fetch = bo.fetch;
  await anna.say(said);
  const afterwards = await anna.tap("finish_visit", {});

  assert.match(ofAnOldTab.html, /Karen Jensen 0/);
  assert.doesNotMatch(afterwards.html, /Karen Jensen 0/);
  assert.equal(afterwards.headers.get("HX-Redirect"), `/visits/${anna.visit.visit_id}`);
});

test("who unlocks hers locks the other's, and no page of the other's opens it again", async () => {
  const anna = await makeVaultedPhone();
  await anna.hello();
  const hers = openPage();
  hers.kept = anna.page.kept;
  const { setCurrentPerson } = await module("store/facts.js");
  await setCurrentPerson(null);
  await killWorker();
  const { stateOf } = await module("vault/vault.js");
  const before = await stateOf(anna.me.id);
  await secondCarer(anna);
  await killWorker();
  const after = await (await module("vault/vault.js")).stateOf(anna.me.id);

  assert.deepEqual([before, after], ["open", "closed"]);
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

test("killed while it closed what lay open, it closes the rest when it is next unlocked", async (t) => {
  const phone = await makeVaultedPhone();
  const plain = (await makePhone({ visits: 1 })).visit;
  t.after(() => {});
  const database = await openDB(`haand-${phone.me.id}`);
  await database.put("draft", { key: plain.visit_id, text: "Ligger åbent" });
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
  const { network } = await import("../browser.mjs");
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

test("an older server that knows of no vaults is no reason to have none of the day", async () => {
  const phone = await makePhone({ synced: false });
  const { fetch } = phone.server;
  const { network } = await import("../browser.mjs");
  network.fetch = (address, how) =>
    String(address).includes("/vault") ? new Response("", { status: 404 }) : fetch(address, how);
  await phone.hello();

  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
});

test("the page where it is unlocked leads to our own pages only", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const leads = async (next) =>
    /data-next="([^"]*)"/.exec((await phone.open(`/unlock?next=${encodeURIComponent(next)}`)).html)[1];

  assert.equal(await leads("/visits/1?x=2"), "/visits/1?x=2");
  for (const elsewhere of [
    "//evil.test/",
    "https://evil.test/",
    "/\\evil.test",
    "javascript:alert(1)",
    "/unlock",
    "",
  ])
    assert.equal(await leads(elsewhere), "/", elsewhere);
});

test("everything that the unlock page loads is on the phone", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const { NEEDED } = await module("precache.js");
  const { html, headers } = await phone.open("/unlock");
  const loaded = [...html.matchAll(/(?:src|href)="(\/build\/[^"#]+)/g)].map(([, path]) => path);

  assert.equal(
    loaded.some((path) => path.endsWith("/unlock.js")),
    true,
  );
  for (const path of loaded) assert.equal(NEEDED.includes(path), true, path);
  assert.match(headers.get("Content-Security-Policy"), /script-src 'self' 'wasm-unsafe-eval';/);
  assert.doesNotMatch((await phone.open("/")).headers?.get("Content-Security-Policy") ?? "", /wasm/);
});
