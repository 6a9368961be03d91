/** A phone is locked by hand, by time and by the worker's end; what is done meanwhile waits sealed and is delivered. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { closePages, openPage } from "../browser.mjs";
import { killWorker, makePhone, module } from "../on_phone.mjs";
import { makeGuide, restore, silent } from "../server.mjs";
import { facts, isLocked, makeLockablePhone, makeVaultedPhone, passTime } from "../vaulted.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const numbers = (changes) => changes.map((change) => change.n);
const problem = (status, code) => Response.json({ code, status }, { status });

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
  assert.match(answers[2].html, /finish_visit/);
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
  assert.deepEqual(Object.keys(rows[0]).sort(), ["at", "clock", "id", "n", "sealed"]);
  assert.equal(phone.server.judged.length, 1);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("what is half-written when it is locked is sealed beside what is there, and delivered", async () => {
  const phone = await makeVaultedPhone();
  const headers = { "HX-Person": phone.me.id };
  await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, { body: "Halvt", headers });
  await phone.lock();
  await phone.say({ about: "draft", person: phone.me.id, key: phone.visit.visit_id, text: "Halvt skrevet" });
  const answer = await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, {
    body: "Halvt skrevet",
    headers,
  });
  const [before, after] = await phone.rows("draft");
  await phone.unlock();

  assert.equal(answer.status, 200);
  assert.deepEqual(
    [before, after].map((row) => Object.keys(row).sort()),
    [
      ["at", "box", "dn", "id", "key", "sealed"],
      ["at", "dn", "id", "key", "locked", "sealed"],
    ],
  );
  assert.match((await phone.open(`/visits/${phone.visit.visit_id}`)).html, />Halvt skrevet<\/textarea>/);
  assert.equal((await phone.rows("draft")).length, 1);
});

test("without a key to seal to, what is half-written when it is locked is not kept, and nothing pretends that it is", async (t) => {
  const phone = await makeVaultedPhone();
  const { PHONE, transaction } = await module("store/databases.js");
  await transaction(PHONE, ["phone"], "readwrite", async (tx) => {
    const { seal_to: _, ...policy } = await tx.store.get("policy");
    await tx.store.put(policy, "policy");
  });
  await killWorker();
  await phone.lock();
  t.mock.method(console, "error", () => {});
  const headers = { "HX-Person": phone.me.id };
  const answer = await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, { body: "Halvt", headers });

  assert.equal(answer.status, 507);
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

const RETURN_PATHS = JSON.parse(
  readFileSync(new URL("../../cases/return_paths.json", import.meta.url), "utf8"),
);
const askedFor = (written) => `/unlock?next=${encodeURIComponent(written)}`;

test("the page where it is unlocked leads to our own pages only", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const leads = async (next) => /data-next="([^"]*)"/.exec((await phone.open(askedFor(next))).html)[1];

  for (const { written, leads: path } of [...RETURN_PATHS, { written: "/unlock", leads: "/" }])
    assert.equal(await leads(written), path, JSON.stringify(written));
});

test("where nothing is locked, it leads on to our own pages only", async () => {
  const phone = await makeVaultedPhone();

  for (const { written, leads } of RETURN_PATHS) {
    const { headers } = await phone.open(askedFor(written));
    assert.equal(headers.get("Location"), new URL(leads, location.origin).href, JSON.stringify(written));
  }
});

test("an address of ours is led to by its path, but for one that alone would be another's", async () => {
  const { ownPath } = await module("own_path.js");

  assert.equal(ownPath(`${location.origin}/visits/1?x=2`), "/visits/1?x=2");
  for (const path of ["//evil.test/", "///evil.test/x", "/.//evil.test/", "/\\evil.test/"])
    assert.equal(ownPath(location.origin + path), "/", path);
  assert.equal(ownPath(`blob:${location.origin}/${crypto.randomUUID()}`), "/");
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

test("setting the clock back does not keep a vault open: it is locked", async (t) => {
  const phone = await makeVaultedPhone();
  await phone.hello();
  passTime(t, -60 * MINUTE);

  assert.equal(await isLocked(phone), true);
});

test("a clock that is four days ahead locks the vault and destroys nothing; right again, the same code opens it", async (t) => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  passTime(t, 96 * HOUR);
  const locked = await isLocked(phone);
  t.mock.restoreAll();
  const [slot] = await phone.rows("slot");
  const { outcome } = await phone.unlock();

  assert.deepEqual([locked, slot.wrapped !== null, outcome], [true, true, "open"]);
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
});

test("a phone without a vault is not locked by a clock that is four days ahead: its page stays where it is", async (t) => {
  const phone = await makePhone();
  await phone.hello();
  phone.server.instead = silent;
  passTime(t, 96 * HOUR);
  await phone.open("/");
  await phone.say({ about: "tick" });

  assert.deepEqual(
    phone.page.heard.filter(({ about }) => about === "locked"),
    [],
  );
});

test("what was delivered while the phone was locked is shown as done when it is unlocked without a network", async (t) => {
  const phone = await makeVaultedPhone();
  passTime(t, MINUTE);
  phone.server.instead = silent;
  const [step] = phone.visit.steps;
  await phone.tap("answer_step", { step_id: step.id, answer: "carer" });
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  phone.server.instead = null;
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  await phone.unlock();
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);
  const row = html.split(`id="step-${step.id}"`)[1].split("</li>")[0];

  assert.equal(phone.server.judged.length, 2);
  assert.equal((await phone.rows("outbox")).length, 0);
  assert.match(row, /Jeg gjorde det/);
  assert.match(html, /Karen sov godt\./);
  assert.doesNotMatch(html, /still-waits/);
  phone.server.instead = null;
  await phone.say({ about: "online" });
  const after = await phone.open(`/visits/${phone.visit.visit_id}`);
  assert.doesNotMatch(after.html, /Jeg gjorde det/, "the stand-in's own documents hold no answers");
});

test("the page of the lock is told anew how much waits, when it is delivered while it is open", async () => {
  const phone = await makeVaultedPhone();
  const waits = async () => (await phone.tell({ about: "waits" })).said;
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  const { html } = await phone.open("/unlock");
  const before = await waits();
  phone.page.heard.length = 0;
  phone.server.instead = undefined;
  await phone.say({ about: "online" });
  const heard = phone.page.heard.map(({ about }) => about);
  const after = await waits();

  assert.equal(before, "1 venter. Den bliver sendt, også mens der er låst.");
  assert.match(html, new RegExp(`<p id="explain" data-counts>\\s*${before}\\s*</p>`));
  assert.ok(heard.includes("changed") || heard.includes("state"));
  assert.equal(after, "Det, du har skrevet, er gemt.");
});
