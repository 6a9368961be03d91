/** Half-written words on a visit's page: over which text they were begun, where they are found again, saved once. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { openWindow, settle } from "../window.mjs";

const LARS = { id: randomUUID(), name: "Lars Holm" };

function words(by, text, at) {
  const id = randomUUID();
  return { id, text, written_at: at, received_at: at, written_by: by, waiting_since: null };
}

/** A phone with a note, the page of its visit, and a window in which that note is being corrected. */
async function makeCorrecting() {
  const phone = await makePhone({ synced: false });
  const note = { ...words(phone.me, "Spiste godt.", "2026-11-24T06:00:00.000Z"), corrections: [] };
  phone.visit.notes = [note];
  await phone.hello();
  const args = { corrects: note.id, over: note.id, seen: "1" };
  const window = openWindow(phone, { name: "correct_note", field: note.id, args });
  const correctedByLars = async (text = "Spiste en bolle.") => {
    note.corrections.push(words(LARS, text, "2026-11-24T07:00:00.000Z"));
    phone.server.versions.set(phone.visit.visit_id, 7);
    await phone.say({ about: "online" });
  };
  const show = async () => (await phone.open(`/visits/${phone.visit.visit_id}`)).html;
  return { phone, note, window, correctedByLars, show };
}

/** What the form of a correction would send. */
function formOf(html) {
  const form = /action="\/do\/correct_note"[\s\S]*?<\/form>/.exec(html)[0];
  const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  return Object.fromEntries(fields);
}

test("a correction that was begun on an older text says that a colleague has corrected it since, and shows both", async () => {
  const { window, correctedByLars, show } = await makeCorrecting();
  await window.type("Spiste meget godt.");
  const before = await show();
  await correctedByLars();
  const after = await show();

  assert.doesNotMatch(before, /siden du begyndte/);
  assert.match(after, /Lars Holm har rettet teksten, siden du begyndte/);
  assert.match(after, /<p class="words" dir="auto">Spiste en bolle\.<\/p>/);
  assert.match(after, />Spiste meget godt\.<\/textarea>/);
  assert.match(after, /\/discard\?visit=/);
});

test("a correction that was begun on an older text does not cover the newer one when it is saved", async () => {
  const { phone, note, window, correctedByLars, show } = await makeCorrecting();
  await window.type("Spiste meget godt.");
  await correctedByLars();
  phone.server.instead = silent;
  const { seen, over, corrects } = formOf(await show());
  await window.save({ seen, over, corrects, text: "Spiste meget godt." });
  const after = await show();
  const [row] = await phone.rows("outbox");

  assert.deepEqual([row.seen, row.over, row.args.corrects], [1, note.id, note.id]);
  assert.match(after, /Rettet forskelligt/);
  for (const text of ["Spiste en bolle.", "Spiste meget godt."])
    assert.ok(after.includes(`<p class="words" dir="auto">${text}</p>`));
});

test("saved where all are listed, it is sent with what its carer had seen when she began", async () => {
  const { phone, window, correctedByLars } = await makeCorrecting();
  await window.type("Spiste meget godt.");
  await correctedByLars();
  const [{ id }] = await phone.rows("draft");
  await settle(phone, id, "save");

  assert.deepEqual(
    phone.server.judged.map(({ seen, args }) => [seen, args.text]),
    [[1, "Spiste meget godt."]],
  );
});

test("a correction that was not typed on since is begun anew on the newest text", async () => {
  const { phone, window, correctedByLars, show } = await makeCorrecting();
  await window.type("Spiste meget godt.");
  await correctedByLars();
  const [{ id }] = await phone.rows("draft");
  const { html } = await settle(phone, id, `discard?visit=${phone.visit.visit_id}`);
  const { seen, over } = formOf(await show());

  assert.match(html, />Spiste en bolle\.<\/textarea>/);
  assert.doesNotMatch(html, /siden du begyndte/);
  assert.deepEqual([seen, over], ["7", phone.visit.notes[0].corrections[0].id]);
});

test("a fold with half-written words is open, and the day, the end of the visit and the way from Waiting lead there", async () => {
  const phone = await makePhone();
  const visit = `/visits/${phone.visit.visit_id}`;
  const [step] = phone.visit.steps;
  const kinds = [
    { name: "report_deviation", field: `deviation-${phone.visit.visit_id}` },
    { name: "answer_step", field: `reason-${step.id}`, args: { step_id: step.id, answer: "not_done" } },
  ];
  const quiet = await phone.open(visit);
  for (const kind of kinds) await openWindow(phone, kind).type("Halvt");
  const [today, page, waiting] = [
    await phone.open("/"),
    await phone.open(visit),
    await phone.open("/waiting"),
  ];

  assert.doesNotMatch(quiet.html, /id="deviate" open|class="why" open|tekst er ikke gemt/);
  assert.match(page.html, /id="deviate" open/);
  assert.match(page.html, /class="why" open/);
  assert.match(page.html, /2 tekster er ikke gemt endnu/);
  assert.match(today.html, /2 tekster er ikke gemt endnu/);
  for (const place of ["deviate", `step-${step.id}`]) {
    assert.ok(waiting.html.includes(`href="${visit}#${place}"`));
    assert.ok(page.html.includes(`id="${place}"`));
  }
});

test("saved words are not said to be unsaved any more, also where only what is different is drawn", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen sov");
  const before = await phone.open(`/visits/${phone.visit.visit_id}`);
  const { html } = await window.save({ text: "Karen sov" });

  assert.match(before.html, /1 tekst er ikke gemt endnu/);
  assert.match(html, /id="finish"/);
  assert.doesNotMatch(html, /tekst er ikke gemt/);
});

for (const how of ["reached", "silent"])
  test(`one draft that is saved in two windows is one note: the server is ${how}`, async () => {
    const phone = await makePhone();
    const [one, other] = [openWindow(phone), openWindow(phone)];
    await one.type("Karen sov");
    other.held.id = one.held.id;
    if (how === "silent") phone.server.instead = silent;
    await one.save({ text: "Karen sov" });
    await other.save({ text: "Karen sov" });
    phone.server.instead = null;
    await phone.say({ about: "online" });

    assert.deepEqual(
      phone.server.judged.map(({ args }) => args.text),
      ["Karen sov"],
    );
  });

test("one draft that is saved in two windows with different words is a note and its correction", async () => {
  const phone = await makePhone();
  const [one, other] = [openWindow(phone), openWindow(phone)];
  await one.type("Karen sov");
  Object.assign(other.held, { id: one.held.id, shown: "Karen sov" });
  await one.save({ text: "Karen sov" });
  await other.type("Karen sov.");
  await other.save({ text: "Karen sov." });
  const [note, correction] = phone.server.judged;

  assert.deepEqual([note.name, correction.name], ["write_note", "correct_note"]);
  assert.equal(correction.args.corrects, note.args.note_id);
  assert.notEqual(correction.args.note_id, note.args.note_id);
  assert.deepEqual(await phone.rows("draft"), []);
});

test("a note has the id of the draft that it was, so that saved on two phones it is one", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen sov");
  const [draft] = await phone.rows("draft");
  await window.save({ text: "Karen sov" });
  await openWindow(phone).type("Karen vågnede");
  const [other] = await phone.rows("draft");
  await settle(phone, other.id, "save");

  assert.deepEqual(
    phone.server.judged.map(({ args }) => args.note_id),
    [draft.id, other.id],
  );
});

for (const [text, sent] of [
  ["Karen sov", []],
  ["Karen sov godt", ["correct_note"]],
])
  test(`a draft that another phone has saved, saved here as “${text}”, is no second note`, async () => {
    const phone = await makePhone();
    const window = openWindow(phone);
    await window.type("Karen sov");
    const [{ id }] = await phone.rows("draft");
    phone.visit.notes = [
      { ...words(phone.me, "Karen sov", "2026-11-24T06:00:00.000Z"), id, corrections: [] },
    ];
    phone.server.versions.set(phone.visit.visit_id, 7);
    await phone.say({ about: "online" });
    phone.server.instead = silent;
    await window.save({ text });
    const rows = await phone.rows("outbox");

    assert.deepEqual(
      rows.map(({ name }) => name),
      sent,
    );
    assert.ok(rows.every(({ args }) => args.corrects === id && args.note_id !== id));
    assert.deepEqual(await phone.rows("draft"), []);
  });

test("saved words that come once more from a page on its way out are no draft", async () => {
  const phone = await makePhone();
  const window = openWindow(phone);
  await window.type("Karen sov");
  await window.save({ text: "Karen sov\n" });
  await window.type("Karen sov\r\n");

  assert.deepEqual(await phone.rows("draft"), []);
  assert.match((await phone.open("/state")).html, /Alt er kommet frem/);
});
