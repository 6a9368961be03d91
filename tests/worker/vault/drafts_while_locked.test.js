/** The lock comes while somebody types: what is written then lies closed on the phone, and is its window's own draft again. */

import assert from "node:assert/strict";
import test from "node:test";
import { killWorker, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { facts, isLocked, makeVaultedPhone, passTime } from "../vaulted.mjs";
import { openWindow } from "../window.mjs";

const HOUR = 60 * 60_000;
const [BEGUN, GOES_ON] = ["Hun fik morgenmad.", "Hun fik morgenmad. Derefter faldt hun på badeværelset"];

/** What stands in the note's field, and how many texts the waiting page lists. */
async function shown(phone) {
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);
  const waiting = (await phone.open("/waiting")).html;
  return {
    field: /data-draft="[^"]*"[^>]*>([^<]*)<\/textarea>/.exec(html)?.[1],
    listed: [...waiting.matchAll(/hx-post="\/drafts\/[^"]+\/save"/g)].length,
    waiting,
  };
}

async function typedOver(before, after, { isOnline = false } = {}) {
  const phone = await makeVaultedPhone();
  if (!isOnline) phone.server.instead = silent;
  const window = openWindow(phone);
  if (before) await window.type(before);
  await phone.lock();
  for (const text of after) await window.type(text);
  return { phone, window };
}

test("what was typed on as it locked is in the field once it is unlocked, once, with its citizen, without a network", async () => {
  const { phone } = await typedOver(BEGUN, [GOES_ON]);
  const disk = await phone.everything();
  await phone.unlock();
  const { field, listed, waiting } = await shown(phone);

  assert.equal(disk.includes("badeværelset"), false);
  assert.deepEqual([field, listed], [GOES_ON, 1]);
  assert.match(
    waiting,
    /<strong>Notat<\/strong> · <a href="\/visits\/[^"]+">Karen Jensen 0<\/a> · Besøg \d\d\.\d\d/,
  );
  assert.doesNotMatch(waiting, /tømt/);
});

test("where nothing was kept before it locked, the first words are in the field all the same", async () => {
  const { phone } = await typedOver("", [BEGUN, GOES_ON]);
  await phone.unlock();
  const { field, listed, waiting } = await shown(phone);

  assert.deepEqual([field, listed], [GOES_ON, 1]);
  assert.match(waiting, /Karen Jensen 0/);
  assert.match(waiting, /Begyndt \S+/);
});

test("delivered while it was locked, it is the phone's own all the same, and the server hears which text is left", async () => {
  const { phone } = await typedOver(BEGUN, [GOES_ON], { isOnline: true });
  await phone.say({ about: "online" });
  const delivered = phone.server.drafts.size;
  await phone.unlock();
  await phone.say({ about: "online" });
  const { field, listed } = await shown(phone);

  assert.equal(delivered, 2);
  assert.deepEqual([field, listed], [GOES_ON, 1]);
  assert.deepEqual(
    [...phone.server.drafts.keys()],
    (await phone.rows("draft")).map(({ id }) => id),
  );
});

test("a window that types on while it is locked has one text beside its own, whatever it is answered", async () => {
  const { phone, window } = await typedOver(BEGUN, [`${BEGUN} Der`, GOES_ON]);
  const before = window.held.id;
  const rows = await phone.rows("draft");
  await phone.unlock();
  await window.type(`${GOES_ON} kl. 9`);
  const { field, listed } = await shown(phone);

  assert.equal(rows.length, 2);
  assert.equal((await phone.rows("draft"))[0].id, before);
  assert.deepEqual([field, listed], [`${GOES_ON} kl. 9`, 1]);
});

test("other words than it began with stand beside them: the newest in the field, both listed", async () => {
  const { phone } = await typedOver(BEGUN, ["Hun sov."]);
  await phone.unlock();
  const { field, listed, waiting } = await shown(phone);

  assert.deepEqual([field, listed], ["Hun sov.", 2]);
  assert.ok(waiting.includes(BEGUN));
});

test("another window's words of the same field are left alone", async () => {
  const phone = await makeVaultedPhone();
  await openWindow(phone).type("Hun");
  await phone.lock();
  await openWindow(phone).type("Hun sov.");
  await phone.unlock();
  const { field, listed } = await shown(phone);

  assert.deepEqual([field, listed], ["Hun sov.", 2]);
});

test("the locked page counts what is half-written apart from what waits, and one text once", async () => {
  const { phone, window } = await typedOver(BEGUN, [GOES_ON]);
  const { html } = await phone.open("/unlock");
  await phone.unlock();
  await phone.tap("start_visit", {});
  await phone.lock();
  await window.type(`${GOES_ON} kl. 9`);
  const both = (await phone.open("/unlock")).html;

  assert.match(html, />1 halvt skrevet tekst\. Gem den, når du har låst op\.</);
  assert.doesNotMatch(html, /venter/);
  assert.match(both, />1 venter\. Den bliver sendt, også mens der er låst\. 1 halvt skrevet tekst\. /);
});

test("words that were written while it was locked are delivered when the vault is emptied, and its pair goes with it", async (t) => {
  const { phone } = await typedOver("", [GOES_ON]);
  const before = new Map(await facts(phone)).has("locked_words_pair");
  passTime(t, 96 * HOUR);
  await isLocked(phone);
  passTime(t, 25 * HOUR);
  await isLocked(phone);
  const emptied = new Map(await facts(phone)).has("locked_words_pair");
  const rows = (await phone.rows("draft")).map((row) => Object.keys(row).sort());
  await phone.unlock();
  phone.server.instead = null;
  await phone.hello();

  assert.deepEqual([before, emptied], [true, false]);
  assert.deepEqual(rows, [["at", "dn", "id", "key", "sealed"]]);
  assert.equal(phone.server.drafts.size, 1);
  assert.deepEqual(await phone.rows("draft"), []);
});

test("a vault of an older app gets its pair when it is opened, and keeps it", async () => {
  const phone = await makeVaultedPhone();
  const { setFacts } = await module("store/facts.js");
  await setFacts(phone.me.id, { locked_words_pair: undefined });
  await phone.lock();
  await killWorker();
  await phone.unlock();
  const first = new Map(await facts(phone)).get("locked_words_pair");
  await phone.lock();
  await phone.unlock();

  assert.ok(first);
  assert.equal(new Map(await facts(phone)).get("locked_words_pair").id, first.id);
});
