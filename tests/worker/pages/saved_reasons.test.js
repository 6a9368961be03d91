/** A saved reason stands in its box when the answer is opened again, so that one wrong letter is one letter to mend. */

import assert from "node:assert/strict";
import test from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { openWindow } from "../window.mjs";

const REASON = "Hun græd og bad mig ringe til sønnen";

/** What stands in the box, and what was saved. */
async function boxOf(phone, step) {
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}?answers=${step.id}`);
  return /data-draft-id="[^"]*" data-saved="([^"]*)" value="([^"]*)"/.exec(html).slice(1);
}

test("a saved reason stands in its box, and what is typed over it goes before it", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const [step] = phone.visit.steps;
  const args = { step_id: step.id, answer: "not_done" };
  const unanswered = await boxOf(phone, step);
  await phone.tap("answer_step", { ...args, reason: REASON });
  const saved = await boxOf(phone, step);
  await openWindow(phone, { name: "answer_step", field: `reason-${step.id}`, args }).type(`${REASON} først`);
  const typed = await boxOf(phone, step);
  await phone.tap("answer_step", { step_id: step.id, answer: "alone" });

  assert.deepEqual(unanswered, ["", ""]);
  assert.deepEqual(saved, [REASON, REASON]);
  assert.deepEqual(typed, [REASON, `${REASON} først`]);
  assert.equal((await boxOf(phone, step))[0], "");
});

test("another carer's reason is not put in one's own mouth", async () => {
  const phone = await makePhone({ synced: false });
  const [step] = phone.visit.steps;
  const by = { id: "01939f00-0000-7000-8000-000000000009", name: "Lars Holm" };
  Object.assign(step, {
    answer: "not_done",
    reason: REASON,
    answered_by: by,
    answered_at: "2026-11-24T06:00:00.000Z",
  });
  await phone.hello();

  assert.deepEqual(await boxOf(phone, step), ["", ""]);
});
