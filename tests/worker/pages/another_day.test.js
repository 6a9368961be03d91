/** A page that was drawn on another day: what it says is asked before it is believed, and what left the list stays at hand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { transactionsOf } from "../browser.mjs";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { makeVaultedPhone } from "../vaulted.mjs";

const DAY = 24 * 60 * 60_000;

/** @param {string} html @param {string} name of the change */
const fieldsOf = (html, name) => {
  const [form] = new RegExp(`<form[^>]*action="/do/${name}".*?</form>`, "s").exec(html) ?? [""];
  const inputs = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, field, value]) => [field, value]));
};

const button = (html) => /<button[^>]*><span>Start besøget<\/span>.*?<\/button>/s.exec(html)?.[0] ?? "";
const when = (html) => /<p id="when".*?<\/p>/s.exec(html)?.[0] ?? "";

async function asleep(t, { days = 4 } = {}) {
  const phone = await makePhone();
  const path = `/visits/${phone.visit.visit_id}`;
  const drawn = (await phone.open(path)).html;
  phone.server.instead = silent;
  const now = Date.now();
  t.mock.method(Date, "now", () => now + days * DAY);
  const start = (html, more = {}) => phone.tap("start_visit", fieldsOf(html, "start_visit"), more);
  return { ...phone, path, drawn, start };
}

/** How many transactions a start costs in a vault. */
async function startOnPhone(fields) {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.open(`/visits/${phone.visit.visit_id}`);
  return (await transactionsOf(() => phone.tap("start_visit", fields))).length;
}

/** The plan's window has moved on: the visit is on the phone's list no more. */
function leaveList(phone) {
  phone.server.instead = null;
  phone.server.visits.splice(0);
}

test("a visit that was drawn on its day is not started on another: it is asked, and the day stands on the button", async (t) => {
  const phone = await asleep(t);
  const asked = await phone.start(phone.drawn);
  const afterwards = await phone.rows("outbox");
  const meant = await phone.start(asked.html);

  assert.doesNotMatch(button(phone.drawn), /class="small"/);
  assert.equal(asked.status, 409);
  assert.match(asked.html, /Besøget hører til en anden dag\./);
  assert.match(button(asked.html), /class="small">\w+dag \d+\. \w+/);
  assert.match(when(asked.html), /<strong>\w+dag \d+\. \w+/);
  assert.deepEqual(afterwards, []);
  assert.equal(meant.status, 200);
  assert.equal((await phone.rows("outbox")).length, 1);
});

test("a page without scripts is shown anew instead", async (t) => {
  const phone = await asleep(t);
  const body = new URLSearchParams(fieldsOf(phone.drawn, "start_visit"));
  const answer = await phone
    .ask("POST", "/do/start_visit", { mode: "navigate", body })
    .catch((error) => error);

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.equal(answer.status, 303);
});

test("on its own day, and from a page of today's, it is started at once", async (t) => {
  const today = await asleep(t, { days: 0 });
  assert.equal((await today.start(today.drawn)).status, 200);

  const later = await asleep(t);
  assert.equal((await later.start((await later.open(later.path)).html)).status, 200);
});

test("what is not asked costs hardly anything: the page's data are not read for it", async () => {
  const [asked, unasked] = [await startOnPhone({ drawn_on: "2026-11-24" }), await startOnPhone({})];

  assert.ok(asked - unasked <= 3, `${asked} transactions with a day, ${unasked} without`);
});

test("a visit that has left the list is asked about, and says what is done there as long as somebody may be there", async (t) => {
  const phone = await asleep(t, { days: 0 });
  await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, {
    body: new URLSearchParams({ text: "Halvt", visit_id: phone.visit.visit_id, name: "write_note" }),
    headers: { "HX-Person": phone.me.id },
  });
  leaveList(phone);
  await phone.say({ about: "online" });
  const asked = await phone.start(phone.drawn);
  const meant = await phone.start(asked.html);
  const [page, day] = [await phone.open(phone.path), await phone.open("/")];

  assert.equal(asked.status, 409);
  assert.equal(meant.status, 200);
  assert.deepEqual(await phone.rows("outbox"), []);
  assert.match(page.html, /står ikke længere på din liste/);
  assert.equal(button(page.html), "");
  assert.match(page.html, /Afslut besøget/);
  assert.match(day.html, new RegExp(`id="visit-${phone.visit.visit_id}"`));
});

for (const end of ["a shift long", "until it is finished", "until that is undone"])
  test(`a visit that was started just before it left the list is at hand ${end}`, async (t) => {
    const phone = await asleep(t, { days: 0 });
    await phone.start(phone.drawn);
    leaveList(phone);
    await phone.say({ about: "online" });
    const [page, day] = [await phone.open(phone.path), await phone.open("/")];
    const { args } = phone.server.judged[0];
    const [{ id }] = phone.server.judged;
    if (end === "a shift long") {
      const now = Date.now();
      t.mock.method(Date, "now", () => now + DAY / 2 + 60_000);
    } else if (end === "until it is finished") await phone.tap("finish_visit", args);
    else await phone.tap("take_back", { ...args, change_id: id });
    await phone.say({ about: "online" });
    const later = await phone.open(phone.path);

    assert.match(page.html, /Afslut besøget/);
    assert.match(day.html, /Ikke længere på din liste/);
    assert.equal(later.status, 404);
  });
