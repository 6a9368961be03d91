/** Half-written words are work: seen, kept apart, exported, sealed, delivered, and gone only when their carer says so. */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { killWorker, makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { openWindow, settle } from "../window.mjs";

const texts = async (phone) => (await phone.rows("draft")).map(({ text }) => text).sort();
test("a draft counts in the sign at the top, and stands in Waiting: whose, where, since when, the words, two ways out", async () => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  const [{ id }] = await phone.rows("draft");
  const [state, waiting] = [await phone.open("/state"), await phone.open("/waiting")];

  assert.match(state.html, /class="state unsaved"/);
  assert.match(state.html, /<span>1<\/span> <span>halvt skrevet<\/span>/);
  assert.match(
    waiting.html,
    /<strong>Notat<\/strong> · <a href="\/visits\/[^"]+">Karen Jensen 0<\/a> · Besøg \d\d\.\d\d/,
  );
  assert.match(waiting.html, /Begyndt \S+/);
  assert.match(waiting.html, /<p class="words" dir="auto">Karen sov<\/p>/);
  for (const how of ["save", "discard"]) assert.ok(waiting.html.includes(`hx-post="/drafts/${id}/${how}"`));
  assert.doesNotMatch(state.html + waiting.html, /Alt er kommet frem/);
});

test("a draft is counted together with what waits", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("start_visit", {});
  await openWindow(phone).type("Karen sov");

  assert.match(
    (await phone.open("/state")).html,
    /class="state waits".*<span>2<\/span> <span>venter<\/span>/s,
  );
});

test("a draft that is saved in Waiting becomes what it would have become", async () => {
  const phone = await makePhone();
  const [step] = phone.visit.steps;
  const about = { visit_id: phone.visit.visit_id };
  const kinds = [
    { name: "write_note" },
    { name: "report_deviation", field: `deviation-${about.visit_id}` },
    { name: "answer_step", field: `reason-${step.id}`, args: { step_id: step.id, answer: "not_done" } },
  ];
  for (const kind of kinds) await openWindow(phone, kind).type(`Om ${kind.name}`);
  for (const { id } of await phone.rows("draft")) await settle(phone, id, "save");

  assert.deepEqual(await phone.rows("draft"), []);
  const judged = phone.server.judged.map(({ name, args: { note_id, ...args } }) => [name, args]);
  assert.deepEqual(Object.fromEntries(judged), {
    write_note: { ...about, text: "Om write_note" },
    report_deviation: { ...about, kind: "other", text: "Om report_deviation" },
    answer_step: { ...about, step_id: step.id, answer: "not_done", reason: "Om answer_step" },
  });
});

test("a discarded draft is not counted any more, and can be had back for a day", async (t) => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  const [{ id }] = await phone.rows("draft");
  const { html } = await settle(phone, id, "discard");
  const state = await phone.open("/state");
  await settle(phone, id, "restore");
  const back = await phone.rows("draft");
  await settle(phone, back[0].id, "discard");
  const now = Date.now();
  t.mock.method(Date, "now", () => now + 25 * 60 * 60_000);
  await phone.say({ about: "online" });

  assert.match(html, new RegExp(`hx-post="/drafts/${id}/restore"`));
  assert.doesNotMatch(state.html, /halvt/);
  assert.deepEqual([back[0].text, back[0].discarded_at], ["Karen sov", undefined]);
  assert.notEqual(back[0].id, id);
  assert.deepEqual(await phone.rows("draft"), []);
});

test("a note saved in one window leaves another window's different draft on the same visit", async () => {
  const phone = await makePhone();
  const [one, other] = [openWindow(phone), openWindow(phone)];
  await one.type("Karen sov godt.");
  await other.type("Husk pillerne");
  await one.save({ text: "Karen sov godt." });
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.deepEqual(await texts(phone), ["Husk pillerne"]);
  assert.match(html, />Husk pillerne<\/textarea>/);
  assert.match((await phone.open("/waiting")).html, /Husk pillerne/);
});

test("two windows that type on the same visit each keep what they typed, and both are shown", async () => {
  const phone = await makePhone();
  const [one, other] = [openWindow(phone), openWindow(phone)];
  await one.type("Karen");
  await other.type("Husk");
  await one.type("Karen sov");
  await other.type("Husk pillerne");
  const { html } = await phone.open("/waiting");

  assert.deepEqual(await texts(phone), ["Husk pillerne", "Karen sov"]);
  for (const text of ["Karen sov", "Husk pillerne"]) assert.match(html, new RegExp(text));
  assert.match((await phone.open("/state")).html, /<span>2<\/span> <span>halvt skrevne<\/span>/);
});

test("a window that shows a draft which another window has changed since does not overwrite it", async () => {
  const phone = await makePhone();
  const one = openWindow(phone);
  await one.type("Karen");
  const other = openWindow(phone);
  Object.assign(other.held, { id: one.held.id, shown: "Karen" });
  await other.type("Karen sov godt.");
  await one.type("Karen ville ikke op");

  assert.deepEqual(await texts(phone), ["Karen sov godt.", "Karen ville ikke op"]);
});

test("a note that still waits is known to be saved, however many were saved since", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const one = openWindow(phone);
  await one.type("Karen sov");
  await one.save({ text: "Karen sov" });
  for (let count = 0; count < 25; count += 1) {
    const other = openWindow(phone);
    await other.type(`Notat ${count}`);
    await other.save({ text: `Notat ${count}` });
  }
  await one.save({ text: "Karen sov" });
  await one.save({ text: "Karen sov godt." });
  const waiting = await phone.rows("outbox");

  assert.equal(waiting.length, 27);
  assert.equal(waiting.at(-1).name, "correct_note");
  assert.equal(waiting.at(-1).args.corrects, waiting[0].args.note_id);
});

test("what was typed in the last moment before it was saved is no draft of its own", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen sov");
  await window.save({ text: "Karen sov godt." });

  assert.deepEqual(await phone.rows("draft"), []);
});

test("a quick reason leaves the words that were half-written for the same step", async () => {
  const phone = await makePhone();
  const [step] = phone.visit.steps;
  const args = { step_id: step.id, answer: "not_done" };
  await openWindow(phone, { name: "answer_step", field: `reason-${step.id}`, args }).type("V");
  await phone.tap("answer_step", { ...args, reason: "Ville ikke" }, { "HX-Draft": "" });

  assert.deepEqual(await texts(phone), ["V"]);
});

test("a visit that is moved to a colleague stays reachable with its draft, until that is dealt with", async () => {
  const phone = await makePhone({ visits: 2 });
  const visit = `/visits/${phone.visit.visit_id}`;
  await openWindow(phone).type("Karen sov");
  const [moved] = phone.server.visits.splice(0, 1);
  await phone.say({ about: "online" });
  const [today, page, waiting] = [
    await phone.open("/"),
    await phone.open(visit),
    await phone.open("/waiting"),
  ];
  const [{ id }] = await phone.rows("draft");
  await settle(phone, id, "save");
  await phone.say({ about: "online" });

  assert.doesNotMatch(today.html, new RegExp(moved.visit_id));
  assert.match(page.html, /står ikke længere på din liste/);
  assert.match(page.html, />Karen sov<\/textarea>/);
  assert.match(waiting.html, new RegExp(`href="${visit}#write"`));
  assert.equal(phone.server.judged[0].args.text, "Karen sov");
  assert.equal((await phone.open(visit)).status, 404);
});

test("a visit with something waiting or turned down stays reachable until it is dealt with", async () => {
  const phone = await makePhone({ visits: 2 });
  const visit = `/visits/${phone.visit.visit_id}`;
  phone.server.refuses = { write_note: "NotYourTeam" };
  await phone.tap("write_note", { text: "Karen sov godt." });
  phone.server.visits.splice(0, 1);
  await phone.say({ about: "online" });
  const page = await phone.open(visit);
  const [{ id }] = await phone.rows("attention");
  await phone.ask("POST", `/attention/${id}/read`, { body: "", headers: { "HX-Person": phone.me.id } });
  await phone.say({ about: "online" });

  assert.equal(page.status, 200);
  assert.equal((await phone.open(visit)).status, 404);
});

test("a visit that comes back to the list is on the day again, without a mark", async () => {
  const phone = await makePhone({ visits: 2 });
  await openWindow(phone).type("Karen sov");
  const [moved] = phone.server.visits.splice(0, 1);
  await phone.say({ about: "online" });
  phone.server.visits.push(moved);
  await phone.say({ about: "online" });

  assert.match((await phone.open("/")).html, new RegExp(moved.visit_id));
  assert.doesNotMatch((await phone.open(`/visits/${moved.visit_id}`)).html, /står ikke længere på din liste/);
});

test("a draft whose visit is gone from the phone says whose it is, and can be saved", async () => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  const database = await openDB(`haand-${phone.me.id}`);
  await database.delete("document", `visit-${phone.visit.visit_id}`);
  database.close();
  const [page, waiting] = [await phone.open(`/visits/${phone.visit.visit_id}`), await phone.open("/waiting")];
  const [{ id }] = await phone.rows("draft");
  await settle(phone, id, "save");

  assert.match(page.html, /står under Venter/);
  assert.match(waiting.html, /Karen Jensen 0/);
  assert.equal(phone.server.judged[0].args.visit_id, phone.visit.visit_id);
});

test("what an older app had half-written is shown, and gets what it lacks", async () => {
  const phone = await makePhone();
  const [step] = phone.visit.steps;
  const database = await openDB(`haand-${phone.me.id}`);
  await database.put("draft", { key: phone.visit.visit_id, text: "Et notat" });
  await database.put("draft", { key: `reason-${step.id}`, text: "En grund" });
  await database.put("draft", { key: "0193aaaa-0000-7000-8000-000000000000", text: "Et gammelt besøg" });
  database.close();
  await killWorker();
  const before = await phone.open("/waiting");
  await phone.say({ about: "online" });
  const { html } = await phone.open("/waiting");

  assert.match(before.html, /Et gammelt besøg/);
  for (const { id } of await phone.rows("draft")) assert.match(html, new RegExp(`/drafts/${id}/save`));
  assert.match(html, /Svar på et punkt<\/strong>: Ikke udført · Ud af sengen · <a[^>]+>Karen Jensen 0/);
});

test("the exported file has what is half-written, with the same facts", async () => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  const { drafts } = JSON.parse((await phone.open("/waiting/export")).html);

  assert.deepEqual(
    drafts.map(({ text, name, visit_id, about, since }) => [
      text,
      name,
      visit_id,
      about.citizen,
      Boolean(since),
    ]),
    [["Karen sov", "write_note", phone.visit.visit_id, "Karen Jensen 0", true]],
  );
});

test("the page on which one signs out says that a draft is not delivered", async () => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  const { html } = await phone.open("/me");

  assert.doesNotMatch(html, /Du kan trygt logge ud/);
  assert.match(html, /er kun på denne telefon/);
});

test("a store that is full says so at the first letters, and nothing pretends that they are kept", async (t) => {
  const phone = await makePhone();
  t.mock.method(console, "error", () => {});
  const put = IDBObjectStore.prototype.put;
  t.mock.method(IDBObjectStore.prototype, "put", function (row, key) {
    if (JSON.stringify(row).length > 10_000) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, row, key);
  });
  const { status } = await openWindow(phone).type("K");

  assert.equal(status, 507);
  assert.deepEqual(await phone.rows("draft"), []);
});

test("an emptied field is no draft", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen sov");
  await killWorker();
  await window.type(" ");

  assert.deepEqual(await phone.rows("draft"), []);
});

const sent = (phone) =>
  [...phone.server.drafts.values()].map(({ text, sealed }) => text ?? (sealed && "sealed"));

test("half-written words are delivered, changed and taken away again, each once", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen");
  await phone.say({ about: "tick" });
  const first = sent(phone);
  await window.type("Karen sov");
  await phone.say({ about: "tick" });
  const second = sent(phone);
  phone.server.pushes = [];
  await phone.say({ about: "online" });
  const quiet = phone.server.pushes.map((push) => push.drafts);
  await window.save({ text: "Karen sov" });

  assert.deepEqual([first, second, quiet, sent(phone)], [["Karen"], ["Karen sov"], [undefined], []]);
});

test("a delivered draft is known by whose it is, where, since when, and what it would become", async () => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  await phone.say({ about: "tick" });
  const [{ id, n, at, since, ...row }] = phone.server.drafts.values();
  const { visit_id, citizen, starts_at } = phone.visit;

  assert.deepEqual([n, at], [1, since]);
  assert.deepEqual(row, {
    field: visit_id,
    name: "write_note",
    args: { visit_id },
    text: "Karen sov",
    about: { visit_id, citizen: citizen.name, starts_at, label: "" },
    basis: { version: 1, over: "" },
  });
});

test("an older server is sent no drafts, and judges the changes all the same", async () => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  phone.server.knowsDrafts = false;
  await phone.tap("start_visit", {});
  phone.server.pushes = [];
  await phone.tap("finish_visit", {});

  assert.deepEqual(
    phone.server.judged.map(({ name }) => name),
    ["start_visit", "finish_visit"],
  );
  assert.deepEqual(
    phone.server.pushes.map((push) => [push.drafts, push.unsent]),
    [[undefined, undefined]],
  );
  assert.deepEqual(await texts(phone), ["Karen sov"]);
});

test("a server that was restored from a backup is sent again what it has lost", async () => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  await phone.say({ about: "tick" });
  phone.server.drafts.clear();
  phone.server.draftN = 0;
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), ["Karen sov"]);
});

test("more half-written words than fit in one push are sent in several", async () => {
  const phone = await makePhone({ visits: 3 });
  for (const [place, visit] of phone.server.visits.entries())
    await openWindow(phone, { visit }).type(`${place}`.repeat(200_000));
  phone.server.pushes = [];
  await phone.say({ about: "online" });

  assert.equal(phone.server.drafts.size, 3);
  assert.equal(phone.server.pushes.length, 2);
});

const unsent = (phone, other = {}) => {
  const { visit_id, citizen, starts_at } = phone.visit;
  const about = { visit_id, citizen: citizen.name, starts_at, label: "" };
  const [id, phone_id] = ["0193aaaa-0000-7000-8000-00000000000a", "0193aaaa-0000-7000-8000-00000000000b"];
  const [since, at] = ["2026-11-24T06:00:00.000Z", "2026-11-24T06:01:00.000Z"];
  const row = {
    id,
    phone_id,
    field: visit_id,
    name: "write_note",
    args: { visit_id },
    text: "Fra den anden",
  };
  return { ...row, since, at, about, ...other };
};

for (const how of ["save", "discard"])
  test(`words from another phone stand in Waiting, and are dealt with there: ${how}`, async () => {
    const phone = await makePhone();
    phone.server.unsent = [unsent(phone)];
    await phone.say({ about: "online" });
    const [state, waiting] = [await phone.open("/state"), await phone.open("/waiting")];
    phone.server.instead = silent;
    const { html } = await settle(phone, phone.server.unsent[0].id, how);
    const quiet = await phone.open("/state");
    phone.server.instead = null;
    phone.server.pushes = [];
    await phone.say({ about: "online" });

    assert.match(state.html, /<span>1<\/span> <span>halvt skrevet<\/span>/);
    assert.match(waiting.html, /Skrevet på en anden telefon/);
    assert.match(waiting.html, /Fra den anden/);
    assert.doesNotMatch(html, /Skrevet på en anden telefon/);
    assert.doesNotMatch(quiet.html, /halvt/);
    assert.deepEqual(
      phone.server.pushes.flatMap((push) => push.drafts?.gone ?? []).map(({ id }) => id),
      [phone.server.unsent[0].id],
    );
    assert.deepEqual(
      phone.server.judged.map(({ args }) => args.text),
      how === "save" ? ["Fra den anden"] : [],
    );
  });

test("words from a phone that was locked as they were written say at whose visit, by the visit", async () => {
  const phone = await makePhone();
  const { visit_id } = phone.visit;
  const nobody = { visit_id, citizen: "", starts_at: null, label: "" };
  const written = { name: "write_note", args: { visit_id } };
  phone.server.unsent = [unsent(phone, { ...written, about: nobody })];
  await phone.say({ about: "online" });

  assert.match(
    (await phone.open("/waiting")).html,
    /<strong>Notat<\/strong> · <a href="\/visits\/[^"]+">Karen Jensen 0<\/a> · Besøg \d\d\.\d\d/,
  );
});

test("this phone's own words are not said to be another's, nor what was dealt with here", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen sov");
  await phone.say({ about: "tick" });
  const [{ id, at }] = await phone.rows("draft");
  phone.server.unsent = [unsent(phone, { id, at, text: "Karen sov" })];
  await phone.say({ about: "online" });
  const own = await phone.open("/waiting");
  await window.save({ text: "Karen sov" });
  const settled = await phone.open("/waiting");

  assert.equal(own.html.match(/Karen sov/g).length, 1);
  assert.doesNotMatch(settled.html, /Karen sov/);
});

test("a visit that comes back in the same answer that finds its draft dealt with stays", async () => {
  const phone = await makePhone({ visits: 2 });
  await openWindow(phone).type("Karen sov");
  const [moved] = phone.server.visits.splice(0, 1);
  await phone.say({ about: "online" });
  phone.server.visits.push(moved);
  const [{ id }] = await phone.rows("draft");
  await settle(phone, id, "discard");
  await phone.say({ about: "online" });

  assert.match((await phone.open("/")).html, new RegExp(moved.visit_id));
  assert.equal((await phone.open(`/visits/${moved.visit_id}`)).status, 200);
});

test("a visit that is given again after a sign-out is nobody's leftover", async () => {
  const phone = await makePhone({ visits: 2 });
  await openWindow(phone).type("Karen sov");
  const [moved] = phone.server.visits.splice(0, 1);
  await phone.say({ about: "online" });
  const [{ id }] = await phone.rows("draft");
  await settle(phone, id, "discard");
  await (await module("store/facts.js")).forgetDocuments(phone.me.id);
  phone.server.visits.push(moved);
  await phone.say({ about: "online" });
  await phone.say({ about: "online" });

  assert.equal((await phone.open(`/visits/${moved.visit_id}`)).status, 200);
});

test("another phone with the same id takes no draft for delivered that this one has not sent", async () => {
  const phone = await makePhone();
  phone.server.draftN = 7;
  await phone.say({ about: "online" });
  await openWindow(phone).type("Karen sov");
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), ["Karen sov"]);
});

test("a draft that no push can carry stays on the phone, holds no other back, and is not tried without end", async () => {
  const phone = await makePhone({ visits: 2 });
  const [, visit] = phone.server.visits;
  phone.server.instead = silent;
  await openWindow(phone).type("x".repeat(1_000_000));
  await openWindow(phone, { visit }).type("Karen sov");
  Object.assign(phone.server, { instead: null, pushes: [] });
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), ["Karen sov"]);
  assert.ok(phone.server.pushes.length < 4, String(phone.server.pushes.length));
  assert.equal((await phone.rows("draft")).length, 2);
});

test("more than five hundred half-written words are sent in several pushes", async () => {
  const phone = await makePhone();
  const database = await openDB(`haand-${phone.me.id}`);
  for (let n = 0; n < 501; n += 1)
    await database.put("draft", { key: `deviation-${n}`, text: `Nummer ${n}` });
  database.close();
  await killWorker();
  await phone.say({ about: "online" });

  assert.equal(phone.server.drafts.size, 501);
  assert.ok(phone.server.pushes.every(({ drafts }) => (drafts?.rows.length ?? 0) <= 500));
});

for (const [what, status] of [
  ["by the server", 422],
  ["by somebody on the way", 403],
])
  test(`half-written words that are turned away ${what} hold no day back, and are not tried without end`, async () => {
    const phone = await makePhone({ visits: 2 });
    await openWindow(phone).type("Karen sov");
    phone.server.visits[1].door = "Ny kode";
    phone.server.visits.push({ ...phone.server.visits[1], visit_id: crypto.randomUUID() });
    phone.server.pushes = [];
    phone.server.instead = (push, judge) => (push.drafts ? new Response("", { status }) : judge());
    await phone.say({ about: "online" });

    assert.ok(phone.server.pushes.length < 6, String(phone.server.pushes.length));
    assert.ok((await phone.rows("document")).some(({ body }) => body.door === "Ny kode"));
    assert.deepEqual(await texts(phone), ["Karen sov"]);
  });

test("law 14: a phone with nothing but half-written words, which no server ever told of them, delivers them too", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await openWindow(phone).type("Karen sov");
  const { setFacts } = await module("store/facts.js");
  await setFacts(phone.me.id, { draft_heard: null });
  Object.assign(phone.server, { instead: null, ended: true });
  await phone.say({ about: "online" });
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), ["Karen sov"]);
});

test("what went out of sight because nobody could read it here is asked for again", async () => {
  const phone = await makePhone();
  const { setFacts, fact } = await module("store/facts.js");
  const database = await openDB(`haand-${phone.me.id}`);
  const sealed = new Uint8Array([1, 2, 3]);
  const row = { key: "x locked", id: "0193aaaa-0000-7000-8000-000000000001", dn: 1, sealed };
  await database.put("draft", { ...row, at: "2026-11-24T06:00:00.000Z" });
  database.close();
  await setFacts(phone.me.id, { draft_n: 1, draft_heard: 0 });
  await phone.say({ about: "online" });
  await phone.say({ about: "online" });

  assert.deepEqual([await phone.rows("draft"), await fact(phone.me.id, "draft_floor")], [[], 1]);
  assert.equal(phone.server.pushes.at(-1).unsent.floor, 1);
});

test("a clock that jumps ahead takes nothing away that was just discarded", async (t) => {
  const phone = await makePhone();
  await openWindow(phone).type("Karen sov");
  const [{ id }] = await phone.rows("draft");
  await settle(phone, id, "discard");
  const now = Date.now();
  t.mock.method(Date, "now", () => now + 25 * 60 * 60_000);
  phone.server.ahead = -25 * 60 * 60_000;
  await phone.say({ about: "online" });

  assert.deepEqual(await texts(phone), ["Karen sov"]);
});

test("what was saved on another phone is not half-written here any more, unless it was typed in since", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen sov");
  await phone.say({ about: "online" });
  const [{ id, at }] = await phone.rows("draft");
  await window.type("Karen sov godt");
  phone.server.settled = [{ id, at }];
  await phone.say({ about: "online" });
  const typedSince = await texts(phone);
  phone.server.settled = [{ id, at: (await phone.rows("draft"))[0].at }];
  await phone.say({ about: "online" });

  assert.deepEqual([typedSince, await texts(phone)], [["Karen sov godt"], []]);
});
