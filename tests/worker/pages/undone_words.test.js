/** Whoever undoes has not thrown away what she wrote: the words stand in their form again, half-written. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { openDB } from "idb";
import { makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { openWindow } from "../window.mjs";

const { TAPPED_REASONS } = await module("sync/undone_words.js");

/** A phone without a network, and what its visit's page shows. */
async function withoutNetwork() {
  const phone = await makePhone();
  phone.server.instead = silent;
  const [first] = phone.visit.steps;
  const show = async () => (await phone.open(`/visits/${phone.visit.visit_id}`)).html;
  const answer = (fields) => phone.tap("answer_step", { step_id: first.id, ...fields });
  return { phone, first, show, answer };
}

const drafts = async (phone) =>
  (await phone.rows("draft")).map(({ name, args, text }) => [name, args.kind ?? args.answer, text]);

test("a deviation that is undone stands in its form again, counted and said where the visit ends", async () => {
  const { phone, show } = await withoutNetwork();
  await phone.tap("report_deviation", { kind: "refused", text: "Karen var vred" });
  const [{ id }] = await phone.rows("outbox");
  const { html } = await phone.tap("take_back", { change_id: id });

  assert.deepEqual(await drafts(phone), [["report_deviation", "refused", "Karen var vred"]]);
  for (const shown of [html, await show()]) {
    assert.match(shown, />Karen var vred<\/textarea>/);
    assert.match(shown, /1 tekst er ikke gemt endnu/);
  }
});

test("so does one that the server has had, and only what its own carer wrote", async () => {
  const phone = await makePhone({ synced: false });
  const told = { kind: "other", text: "Karen faldt", reported_at: "2026-11-24T06:00:00.000Z" };
  const lars = { id: "01939f00-0000-7000-8000-00000000c002", name: "Lars Holm" };
  phone.visit.deviations = [
    { ...told, id: "01939f00-0000-7000-8000-00000000d001", reported_by: phone.me },
    { ...told, id: "01939f00-0000-7000-8000-00000000d002", reported_by: lars },
  ];
  await phone.hello();
  for (const { id } of phone.visit.deviations) await phone.tap("take_back", { change_id: id });

  assert.deepEqual(await drafts(phone), [["report_deviation", "other", "Karen faldt"]]);
});

test("so does an observation; one that a leader has taken up stays, and no word of it is written again", async () => {
  const phone = await makePhone({ synced: false });
  const untaken = {
    taken_at: null,
    taken_by: null,
    done_at: null,
    done_by: null,
    colour: "",
    waiting_since: null,
  };
  const told = { area: "skin", text: "Rød hæl", observed_at: "2026-11-24T06:00:00.000Z", received_at: null };
  const taken = { taken_at: "2026-11-24T07:00:00.000Z", taken_by: { id: "l", name: "Lis Bang" } };
  phone.visit.observations = [
    { ...told, ...untaken, id: "01939f00-0000-7000-8000-00000000d001", observed_by: phone.me },
    { ...told, ...untaken, ...taken, id: "01939f00-0000-7000-8000-00000000d002", observed_by: phone.me },
  ];
  await phone.hello();
  for (const { id } of phone.visit.observations) await phone.tap("take_back", { change_id: id });
  const rows = await phone.rows("draft");
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.deepEqual(
    rows.map(({ name, args, text }) => [name, args.area, text]),
    [["report_observation", "skin", "Rød hæl"]],
  );
  assert.match(html, />Rød hæl<\/textarea>/);
  assert.match(html, /id="observation-01939f00-0000-7000-8000-00000000d002"/);
  assert.match(html, /Grebet af Lis Bang/);
});

test("an observation takes two taps without a network, and waits in sight until it is delivered", async () => {
  const { phone, show } = await withoutNetwork();
  const { html } = await phone.tap("report_observation", { area: "food", text: "" });
  const waiting = (await phone.open("/waiting")).html;

  for (const shown of [html, await show()]) assert.match(shown, /<strong>Mad og drikke<\/strong>/);
  assert.match(waiting, /Anderledes end vanligt/);
  assert.match(waiting, /Mad og drikke/);
});

test("a reason whose answer is removed stands in its form again; one that was tapped was not written", async () => {
  const { phone, show, answer } = await withoutNetwork();
  await answer({ answer: "not_done", reason: "Karen sov" });
  await answer({ answer: "" });
  const again = await show();
  await answer({ answer: "not_done", reason: TAPPED_REASONS[0] });
  await answer({ answer: "" });

  assert.deepEqual(await drafts(phone), [["answer_step", "not_done", "Karen sov"]]);
  assert.match(again, /class="why" open/);
  assert.match(again, /value="Karen sov"/);
});

test("what is being written meanwhile stays in the field, and what was undone lies beside it", async () => {
  const { phone, show } = await withoutNetwork();
  await phone.tap("report_deviation", { kind: "refused", text: "Karen var vred" });
  const [{ id }] = await phone.rows("outbox");
  await openWindow(phone, { name: "report_deviation", field: `deviation-${phone.visit.visit_id}` }).type(
    "Og Per",
  );
  await phone.tap("take_back", { change_id: id });

  assert.match(await show(), />Og Per<\/textarea>/);
  assert.match((await phone.open("/waiting")).html, /Karen var vred/);
});

test("the same undoing twice makes no second draft", async () => {
  const { phone } = await withoutNetwork();
  await phone.tap("report_deviation", { kind: "refused", text: "Karen var vred" });
  const [{ id }] = await phone.rows("outbox");
  const tapped = { "HX-Change": "0193a000-0000-7000-8000-000000000001" };
  await phone.tap("take_back", { change_id: id }, tapped);
  await phone.tap("take_back", { change_id: id }, tapped);

  assert.equal((await drafts(phone)).length, 1);
});

test("all as planned leaves a step alone whose reason is half-written, and the button says so", async () => {
  const { phone, first, show } = await withoutNetwork();
  await openWindow(phone, {
    name: "answer_step",
    field: `reason-${first.id}`,
    args: { step_id: first.id, answer: "not_done" },
  }).type("Karen sov");
  const before = await show();
  await phone.tap("answer_as_planned", {});
  const after = await show();
  const sent = (await phone.rows("outbox")).map(({ name, args, at }) => ({ name, args, at }));

  assert.match(before, /Alt som planlagt.*?1 punkt har en grund, som ikke er gemt/s);
  assert.match(after, new RegExp(`id="step-${first.id}" class="step"`));
  assert.match(after, /value="Karen sov"/);
  assert.deepEqual(
    sent.map(({ name }) => name),
    ["answer_as_planned", "answer_step"],
  );
  assert.equal(sent[1].args.answer, null);
  assert.ok(sent[0].at < sent[1].at);
});

test("all as planned takes no answer away that comes from a colleague while it waits", async () => {
  const phone = await makePhone();
  const [first] = phone.visit.steps;
  await openWindow(phone, {
    name: "answer_step",
    field: `reason-${first.id}`,
    args: { step_id: first.id, answer: "not_done" },
  }).type("Karen sov");
  phone.server.instead = silent;
  await phone.tap("answer_as_planned", {});
  const database = await openDB(`haand-${phone.me.id}`);
  const document = await database.get("document", `visit-${phone.visit.visit_id}`);
  const [step] = document.body.steps;
  Object.assign(step, {
    answer: "carer",
    answered_at: "2026-11-24T05:00:00.000Z",
    answered_received_at: "2027-11-24T05:00:00.000Z",
    answered_by: { id: "01939f00-0000-7000-8000-00000000c002", name: "Lars Holm" },
    answered_change: "01939f00-0000-7000-8000-0000000000d1",
  });
  await database.put("document", { ...document, version: document.version + 1 });
  database.close();
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.match(html, new RegExp(`id="step-${first.id}"(?:(?!</li>).)*Lars Holm`, "s"));
  assert.match(html, /Karen sov/);
});

for (const whose of [
  "her own",
  "a colleague's",
  "one that is waiting",
  "one that is to be answered by itself",
])
  test(`all as planned takes no answer away on whose reason somebody writes on: ${whose}`, async () => {
    const phone = await makePhone({ synced: false });
    const [first] = phone.visit.steps;
    const lars = { id: "01939f00-0000-7000-8000-00000000c002", name: "Lars Holm" };
    const by = whose === "a colleague's" ? lars : phone.me;
    const told = { answered_at: "2026-11-24T06:00:00.000Z", answered_by: by, answered_change: "c1" };
    if (whose === "her own" || whose === "a colleague's")
      Object.assign(first, { answer: "not_done", reason: "Hun grad", ...told });
    if (whose === "one that is to be answered by itself") first.by_itself = true;
    await phone.hello();
    phone.server.instead = silent;
    const args = { step_id: first.id, answer: "not_done" };
    if (whose === "one that is waiting") await phone.tap("answer_step", { ...args, reason: "Hun grad" });
    await openWindow(phone, { name: "answer_step", field: `reason-${first.id}`, args }).type("Hun græd");
    await phone.tap("answer_as_planned", {});
    const sent = (await phone.rows("outbox")).map(({ name, args }) => [name, args.answer]);
    const shown = (await phone.open(`/visits/${phone.visit.visit_id}`)).html;

    assert.deepEqual(sent.at(-1), ["answer_as_planned", undefined]);
    assert.match(shown, /Hun græd/);
  });

test("the reasons that are tapped are those that the page offers", () => {
  const template = readFileSync(new URL("../../../templates/carer/_answers.html", import.meta.url), "utf8");
  const offered = [...template.matchAll(/name="reason" value="([^"{]+)"/g)].map(([, value]) => value);

  assert.deepEqual(TAPPED_REASONS, offered);
});
