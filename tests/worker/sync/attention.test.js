/** A refused change is seen, can be sent again once, and is never thrown away. */

import assert from "node:assert/strict";
import test from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";

/** A phone whose note the server refused. */
async function withRefused({ problem = "NotYourTeam" } = {}) {
  const phone = await makePhone();
  phone.server.refuses = { write_note: problem };
  await phone.tap("write_note", { text: "Karen sov godt." });
  const [refused] = await phone.rows("attention");
  const settle = (step) =>
    phone.ask("POST", `/attention/${refused.id}/${step}`, {
      body: "",
      headers: { "HX-Person": phone.me.id },
    });
  return { phone, refused, settle };
}

test("sending again is a new change with the same words, and the old one is seen", async () => {
  const { phone, refused, settle } = await withRefused();
  phone.server.refuses = {};
  await settle("retry");

  const [first, second] = phone.server.judged;
  assert.notEqual(second.id, first.id);
  assert.equal(second.n, first.n + 1);
  assert.deepEqual(second.args, first.args);
  assert.notEqual((await phone.rows("attention")).find((row) => row.id === refused.id).read_at, null);
});

test("what is turned away each time it is sent again is one matter, with its words", async () => {
  const { phone, settle } = await withRefused();
  await settle("retry");
  for (let tries = 0; tries < 3; tries += 1) {
    const { id } = (await phone.rows("attention")).find((row) => !row.read_at);
    await phone.ask("POST", `/attention/${id}/retry`, { body: "", headers: { "HX-Person": phone.me.id } });
  }
  const rows = await phone.rows("attention");

  assert.equal(phone.server.judged.length, 5);
  assert.deepEqual(
    rows.map(({ args, read_at }) => [args.text, read_at]),
    [["Karen sov godt.", null]],
  );
});

test("the server is told beside the changes what each try repeats, and the change is no other for it", async () => {
  const { phone, refused, settle } = await withRefused();
  await settle("retry");
  const [first, second] = phone.server.judged;

  assert.equal(second.id === refused.id, false);
  assert.deepEqual(Object.keys(second), Object.keys(first));
  assert.deepEqual(phone.server.retries.flat(), [[second.id, refused.id]]);
});

test("what a leader has dealt with says by whom and when, is put away, and is not sent again", async () => {
  const { phone, refused, settle } = await withRefused();
  phone.server.dealtWith = [
    { id: refused.id, at: "2026-11-23T08:00:00.000Z", by: { id: phone.me.id, name: "Lis Bang" } },
  ];
  await phone.hello();
  const before = await phone.open("/waiting");
  await settle("read");
  const after = await phone.open("/waiting");

  assert.match(before.html, /Klaret af Lis Bang/);
  assert.match(before.html, /Læg væk/);
  assert.doesNotMatch(before.html, /Send igen/);
  assert.match(before.html, /Karen sov godt\./);
  assert.doesNotMatch(after.html, /Læg væk/);
  assert.match(after.html, /<details[^>]*>[\s\S]*Karen sov godt\.[\s\S]*Klaret af Lis Bang/);
});

test("what a leader has dealt with is counted and marked no more as soon as the open page has asked, and stands there", async () => {
  const { phone, refused } = await withRefused();
  const before = await phone.open("/state");
  phone.server.dealtWith = [
    { id: refused.id, at: "2026-11-23T08:00:00.000Z", by: { id: phone.me.id, name: "Lis Bang" } },
  ];
  await phone.say({ about: "tick" });
  const after = await phone.open("/state");
  const { html: waiting } = await phone.open("/waiting");
  const { html: visit } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.match(before.html, /needs-attention/);
  assert.doesNotMatch(after.html, /needs-attention/);
  assert.match(after.html, /Alt er kommet frem/);
  assert.match(waiting, /Klaret af Lis Bang/);
  assert.match(waiting, /Karen sov godt\./);
  assert.doesNotMatch(waiting, /skal ses på/);
  assert.doesNotMatch(visit, /not-taken|class="mark warn" href="\/waiting"/);
});

test("two taps on 'send again' send once", async () => {
  const { phone, settle } = await withRefused();
  phone.server.refuses = {};
  await Promise.all([settle("retry"), settle("retry")]);

  assert.equal(phone.server.judged.length, 2);
});

test("sending again leaves alone what is being written", async () => {
  const { phone, settle } = await withRefused();
  await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, {
    body: "En ny",
    headers: { "HX-Person": phone.me.id },
  });
  await settle("retry");

  assert.deepEqual(
    (await phone.rows("draft")).map((draft) => draft.text),
    ["En ny"],
  );
});

test("what needs attention hides nothing that waits: the sign says both", async () => {
  const { phone } = await withRefused();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Smerter i hoften." });
  const { html } = await phone.open("/state");

  assert.match(html, /class="state needs-attention waits"/);
  assert.equal(
    html
      .replace(/<[^>]*>/g, "")
      .replace(/\s+/g, " ")
      .trim(),
    "1 venter, 1 skal ses på",
  );
});

test("what was turned down is marked where it was done until it is seen, and the visit leads to it", async () => {
  const phone = await makePhone();
  phone.server.refuses = { answer_step: "NotYourTeam" };
  const [{ id: step_id }] = phone.visit.steps;
  await phone.tap("answer_step", { step_id, answer: "alone" });
  const marks = async () => {
    const { html: visit } = await phone.open(`/visits/${phone.visit.visit_id}`);
    const { html: day } = await phone.open("/");
    const row = visit.slice(visit.indexOf(`<li id="step-${step_id}"`)).split("</li>")[0];
    const end = visit.slice(visit.indexOf('id="finish"'));
    const at = day.slice(day.indexOf(`id="visit-${phone.visit.visit_id}"`)).split("</li>")[0];
    return [row, at, end].map((html) => /not-taken|class="mark warn" href="\/waiting"/.test(html));
  };
  const before = await marks();
  const [{ id }] = await phone.rows("attention");
  await phone.ask("POST", `/attention/${id}/read`, { body: "", headers: { "HX-Person": phone.me.id } });

  assert.deepEqual(before, [true, true, true]);
  assert.deepEqual(await marks(), [false, false, false]);
});

test("what has been seen stays, with its words", async () => {
  const { phone, settle } = await withRefused();
  const { html } = await settle("read");
  const state = await phone.open("/state");

  assert.match(html, /Karen sov godt\./);
  assert.doesNotMatch(state.html, /needs-attention/);
  assert.equal((await phone.rows("attention")).length, 1);
});

test("what the server holds is seen with its words too, and what it applied is not", async () => {
  const { phone, refused: held } = await withRefused({ problem: "NotUnderstood" });
  phone.server.refuses = {};
  await phone.tap("write_note", { text: "Smerter i hoften." });
  const { html } = await phone.open("/waiting");

  assert.deepEqual([held.fate, held.args.text], ["held", "Karen sov godt."]);
  assert.match(html, /Karen sov godt\./);
  assert.match(html, /Dine ord er gemt\./);
  assert.equal((await phone.rows("attention")).length, 1);
});

test("sending again says what it is about, also when the visit is no longer on the phone", async () => {
  const { phone, settle } = await withRefused();
  phone.server.visits = [];
  await phone.hello();
  phone.server.instead = silent;
  await settle("retry");

  const [change] = await phone.rows("outbox");
  assert.equal(change.about.citizen, "Karen Jensen 0");
});

test("what was seen once was seen then, however often it is looked at", async (t) => {
  const { phone, settle } = await withRefused();
  await settle("read");
  const [first] = await phone.rows("attention");
  const now = Date.now();
  t.mock.method(Date, "now", () => now + 60_000);
  await settle("read");

  assert.equal(Math.abs(Date.parse(first.read_at) - now) < 30_000, true);
  assert.deepEqual(await phone.rows("attention"), [first]);
});
