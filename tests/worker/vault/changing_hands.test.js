/** A phone that is left alone, signed out of or taken by another carer shows nobody what is somebody else's, and loses nothing. */

import assert from "node:assert/strict";
import test from "node:test";
import { network, openPage } from "../browser.mjs";
import { killWorker, makePhone, module } from "../on_phone.mjs";
import { makeServer, silent } from "../server.mjs";
import {
  facts,
  isLocked,
  makeVaultedPhone,
  passTime,
  policy,
  secondCarer,
  sentTo,
  stretched,
} from "../vaulted.mjs";

const HOUR = 60 * 60_000;
const problem = (status, code) => Response.json({ code, status }, { status });

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
  const [kept] = await phone.rows("slot");
  passTime(t, 25 * HOUR);
  await isLocked(phone);
  const page = await phone.open("/unlock");
  const disk = [await phone.rows("document"), await phone.rows("draft"), await phone.rows("attention")];
  const [slot] = await phone.rows("slot");
  const wrong = await phone.unlock("1");
  const right = await phone.unlock();
  const lockedAgain = await isLocked(phone);
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual([locked, lockedAgain], [true, false]);
  assert.notEqual(kept.wrapped, null);
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
  passTime(t, 25 * HOUR);
  await bo.say({ about: "hello", person: bo.me.id });
  const [slot] = await anna.rows("slot");
  const [waits] = await anna.rows("outbox");

  assert.deepEqual([await anna.rows("document"), slot.wrapped], [[], null]);
  assert.deepEqual(Object.keys(waits).sort(), ["at", "clock", "id", "n", "sealed"]);
  assert.equal((await bo.rows("slot"))[0].wrapped !== null, true);
});

test("two on one phone with the same initials are told apart where it is unlocked", async () => {
  const mette = await makeVaultedPhone();
  const mads = await secondCarer(mette, "Mads Skov");
  const marks = (/** @type {{ html: string }} */ { html }) =>
    [...html.matchAll(/initials"[^>]*>([^<]+)</g)].map(([, mark]) => mark);
  await mads.ask("POST", "/lock", { mode: "navigate", body: "" });

  assert.deepEqual(marks(await mads.open(`/unlock?who=${mette.me.id}`)), ["MS 1", "MS 2"]);
  assert.deepEqual(marks(await mads.open(`/unlock?who=${mads.me.id}`)), ["MS 2", "MS 1"]);
});

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

  assert.match(ofAnOldTab.html, /finish_visit/);
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

test("after a sign-out and a sign-in the day is not shown before the vault's code, not even the server's page", async () => {
  const phone = await makeVaultedPhone();
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });
  const headers = { "Haand-Person": phone.me.id };
  phone.server.files = () => new Response("<p>Karen Jensen</p>", { headers });
  const day = await phone.ask("GET", "/", { mode: "navigate" });
  const unlock = await phone.open("/unlock");

  assert.equal(day.status, 303);
  assert.equal(new URL(day.headers.get("Location")).pathname, "/unlock");
  assert.doesNotMatch(day.html, /Karen/);
  assert.match(unlock.html, /data-mode="choose"/);
});

test("where there are no vaults the server's page is shown until the first documents are here", async () => {
  const phone = await makePhone({ synced: false, vault: await policy([]) });
  const headers = { "Haand-Person": phone.me.id };
  phone.server.files = () => new Response("<p>Karen Jensen</p>", { headers });

  assert.match((await phone.ask("GET", "/", { mode: "navigate" })).html, /Karen/);
});
