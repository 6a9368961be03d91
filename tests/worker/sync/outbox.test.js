/** Every tap is stored before it is answered, once, with a number of its own. */

import assert from "node:assert/strict";
import test from "node:test";
import { openPage } from "../browser.mjs";
import { killWorker, makePhone, makePromise, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";

async function inACellar(given) {
  const phone = await makePhone(given);
  phone.server.instead = silent;
  return phone;
}

test("a tap without a network shows the answer and waits", async () => {
  const phone = await inACellar();
  const [step] = phone.visit.steps;
  const { status, html } = await phone.tap("answer_step", { step_id: step.id, answer: "together" });

  assert.equal(status, 200);
  assert.match(html, new RegExp(`id="step-${step.id}" class="step answered"`));
  assert.deepEqual(
    (await phone.rows("outbox")).map(({ n, name, seen, args }) => ({ n, name, seen, args })),
    [
      {
        n: 1,
        name: "answer_step",
        seen: 1,
        args: { visit_id: phone.visit.visit_id, step_id: step.id, answer: "together" },
      },
    ],
  );
});

test("a tap is said to wait at once, however long the network takes to give up", async () => {
  const phone = await makePhone();
  const other = openPage();
  const [asked, gaveUp] = [makePromise(), makePromise()];
  phone.server.instead = () => {
    asked.resolve();
    return gaveUp.promise;
  };
  const tapped = phone.tap("start_visit", {});
  while (!other.heard.length) await new Promise((resolve) => setTimeout(resolve, 5));

  assert.match((await phone.open("/state")).html, /class="state waits"/);
  await asked.promise;
  gaveUp.reject(new TypeError("no network"));
  assert.match((await tapped).html, /<hx-partial hx-target="#state"><a id="state" class="state waits"/);
});

test("thirty taps at once get thirty numbers without a gap", async () => {
  const phone = await inACellar();
  await Promise.all(Array.from({ length: 30 }, (_, i) => phone.tap("write_note", { text: `Note ${i}` })));

  const waiting = await phone.rows("outbox");
  assert.deepEqual(
    waiting.map((change) => change.n),
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  assert.equal(new Set(waiting.map((change) => change.id)).size, 30);
});

test("a number is not used again after the change with it was delivered", async () => {
  const phone = await makePhone();
  await phone.tap("start_visit", {});
  await phone.tap("finish_visit", {});

  assert.deepEqual(
    phone.server.judged.map((change) => change.n),
    [1, 2],
  );
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("a worker killed between storing and answering has lost nothing", async () => {
  const phone = await inACellar();
  const id = (await module("new_id.js")).newId();
  const { storeChange } = await module("sync/outbox.js");
  const args = { visit_id: phone.visit.visit_id, note_id: id, text: "Karen sov godt." };
  await storeChange(await phone.phone(), { id, name: "write_note", v: 1, on: "visit", seen: 1, args });
  await killWorker();
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.match(html, /Karen sov godt\./);
});

test("the tap that is repeated because its answer never came is the same tap", async () => {
  const phone = await inACellar();
  const id = (await module("new_id.js")).newId();
  await phone.tap("write_note", { text: "Karen sov godt." }, { "HX-Change": id });
  await killWorker();
  const { status } = await phone.tap("write_note", { text: "Karen sov godt." }, { "HX-Change": id });

  assert.equal(status, 200);
  assert.deepEqual(
    (await phone.rows("outbox")).map((change) => change.n),
    [1],
  );
});

test("a hundred taps are remembered, and the one before them is not", async () => {
  const phone = await inACellar();
  const [{ newId }, { storeChange }] = [await module("new_id.js"), await module("sync/outbox.js")];
  const told = { name: "start_visit", v: 1, on: "visit", seen: 1, args: { visit_id: phone.visit.visit_id } };
  const tap = async (id) => storeChange(await phone.phone(), { ...told, id });
  const first = newId();
  await tap(first);
  for (let i = 0; i < 99; i += 1) await tap(newId());
  await tap(first);
  const after99 = (await phone.rows("outbox")).length;
  await tap(newId());
  await tap(first);

  assert.equal(after99, 100);
  assert.equal((await phone.rows("outbox")).length, 102);
});

test("a tap says which version its page showed; of a page that does not say, the stored one is meant", async () => {
  const phone = await makePhone();
  phone.server.versions.set(phone.visit.visit_id, 7);
  await phone.hello();
  phone.server.instead = silent;
  await phone.tap("start_visit", { seen: "3" });
  await phone.tap("start_visit", { seen: "" });
  await phone.tap("start_visit", { seen: "", visit_id: phone.me.id });

  assert.deepEqual(
    (await phone.rows("outbox")).map((change) => change.seen),
    [3, 7, 0],
  );
});

test("a tap is on the disk before it is answered, not on its way there", async (t) => {
  const phone = await inACellar();
  const asked = t.mock.method(IDBDatabase.prototype, "transaction").mock;
  await phone.tap("start_visit", {});

  const writing = asked.calls.map((call) => call.arguments).filter(([, mode]) => mode === "readwrite");
  assert.equal(
    writing.some(([stores]) => stores.includes("outbox")),
    true,
  );
  for (const [, , how] of writing) assert.equal(how.durability, "strict");
});

test("a database closed under the app is opened again, and the tap is stored", async () => {
  const phone = await inACellar();
  const { carerDatabase, opened } = await module("store/databases.js");
  (await opened(carerDatabase(phone.me.id))).close();
  await phone.tap("start_visit", {});
  (await opened(carerDatabase(phone.me.id))).close();
  const { html } = await phone.open("/");

  assert.equal((await phone.rows("outbox")).length, 1);
  assert.match(html, /Karen Jensen/);
});

test("a phone that cannot store says so, and does not pretend", async (t) => {
  const phone = await inACellar();
  t.mock.method(console, "error", () => {});
  t.mock.method(IDBObjectStore.prototype, "add", () => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const { status, headers } = await phone.tap("write_note", { text: "Karen sov godt." });

  assert.equal(status, 507);
  assert.equal(headers.get("HX-Retarget"), "#problem");
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("what could not be saved is still half-written", async (t) => {
  const phone = await inACellar();
  const headers = { "HX-Person": phone.me.id };
  await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, { body: "Karen sov godt.", headers });
  t.mock.method(console, "error", () => {});
  t.mock.method(IDBObjectStore.prototype, "add", () => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await phone.tap("write_note", { text: "Karen sov godt." });

  assert.deepEqual(
    (await phone.rows("draft")).map((draft) => draft.text),
    ["Karen sov godt."],
  );
});

test("words are kept as they were written", async () => {
  const phone = await inACellar();
  const text = "שלום \u202eעולם\u202c 👩🏽‍⚕️ ".repeat(5000);
  await phone.tap("write_note", { text });

  assert.equal((await phone.rows("outbox"))[0].args.text, text);
});

test("what cannot be stored is refused in words, and nothing is stored", async () => {
  const phone = await inACellar();
  const refused = [
    await phone.tap("write_note", { text: "  \n" }),
    await phone.tap("write_note", { text: "🧦".repeat(100_001) }),
    await phone.tap("answer_step", { step_id: phone.visit.steps[0].id, answer: "perhaps" }),
    await phone.tap("answer_step", { step_id: "not-an-id", answer: "alone" }),
    await phone.tap("fly", {}),
    await phone.tap("toString", {}),
  ];

  for (const { status, headers, html } of refused) {
    assert.equal(status, 422);
    assert.equal(headers.get("HX-Retarget"), "#problem");
    assert.match(html, /class="problem/);
  }
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("a form that the browser posts by itself is refused as a page with the words in it", async () => {
  const phone = await inACellar();
  const { visit_id } = phone.visit;
  for (const [text, why] of [
    ["Sov godt. ".repeat(10_001), "Teksten er for lang"],
    ["\u200b\u3164", "Der er ikke skrevet noget"],
  ]) {
    const body = new URLSearchParams({ visit_id, text });
    const { status, html } = await phone.ask("POST", "/do/write_note", { mode: "navigate", body });

    assert.equal(status, 422);
    assert.match(html, /<main id="main"/);
    assert.ok(html.includes(why));
    assert.ok(html.includes(`dir="auto">${text}</textarea>`));
    assert.ok(html.includes(`name="visit_id" value="${visit_id}"`));
  }
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("control characters are gone before a text is stored, and its words are all there", async () => {
  const phone = await inACellar();
  await phone.tap("write_note", { text: "Hun\0 sov\u001b godt.\r\nSpiste." });
  await phone.tap("report_deviation", { kind: "other", text: "\u200b\0" });

  const [note, deviation] = await phone.rows("outbox");
  assert.equal(note.args.text, "Hun sov godt.\nSpiste.");
  assert.equal(deviation.args.text, "\u200b");
});

test("a note of signs that nobody can see is no note", async () => {
  const phone = await inACellar();
  for (const text of ["\u200b", "\u3164", "\u00a0\u2060", "\0"])
    assert.equal((await phone.tap("write_note", { text })).status, 422);

  assert.deepEqual(await phone.rows("outbox"), []);
});

test("a hundred thousand signs are not too many, however many bytes they take", async () => {
  const phone = await inACellar();
  const { status } = await phone.tap("write_note", { text: "🧦".repeat(100_000) });

  assert.equal(status, 200);
});

test("what is half-written comes back, until it is saved", async () => {
  const phone = await inACellar();
  const visitId = phone.visit.visit_id;
  await phone.ask("PUT", `/drafts/${visitId}`, { body: "Karen sov", headers: { "HX-Person": phone.me.id } });
  await killWorker();
  const before = await phone.open(`/visits/${visitId}`);
  await phone.tap("write_note", { text: "Karen sov godt." });

  assert.match(before.html, />Karen sov<\/textarea>/);
  assert.deepEqual(await phone.rows("draft"), []);
});

test("a reason is half-written until its own step is answered", async () => {
  const phone = await inACellar();
  const [one, other] = phone.visit.steps;
  const headers = { "HX-Person": phone.me.id };
  for (const { id } of [one, other])
    await phone.ask("PUT", `/drafts/reason-${id}`, { body: "Hun sov", headers });
  await phone.tap("answer_step", { step_id: one.id, answer: "not_done", reason: "Hun sov endnu." });

  assert.deepEqual(
    (await phone.rows("draft")).map((draft) => draft.key),
    [`reason-${other.id}`],
  );
});

test("the visit was taken off the phone while its page was open: the tap is kept all the same", async () => {
  const phone = await makePhone();
  phone.server.visits = [];
  await phone.hello();
  phone.server.instead = silent;
  const { status, html } = await phone.tap("write_note", { text: "Karen sov godt." });

  assert.equal(status, 200);
  assert.match(html, /class="problem/);
  assert.equal((await phone.rows("outbox"))[0].args.text, "Karen sov godt.");
});
