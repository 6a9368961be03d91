/** A visit's document comes short, and is stored whole. Twin: tests/care/test_short_form.py. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { whole, wholeVisit } from "../../../service_worker/sync/short_form.js";
import { makePhone } from "../on_phone.mjs";

const FORMS = JSON.parse(readFileSync(new URL("../../cases/short_form.json", import.meta.url), "utf8"));

for (const one of FORMS)
  test(`whole: ${one.name}`, () => {
    assert.deepEqual(wholeVisit(one.short), one.whole);
    assert.deepEqual(wholeVisit(one.whole), one.whole);
  });

test("what is no visit stays as it comes, and so does what cannot be made whole", () => {
  const guide = { id: "guide-1", version: 1, body: { title: "Lift" } };
  const broken = { id: "visit-1", version: 1, body: { visit_id: "1", steps: null } };

  assert.equal(whole(guide), guide);
  assert.equal(whole(broken), broken);
});

test("a phone stores whole what comes short, as an older app reads it", async () => {
  const phone = await makePhone();
  const [{ short, whole: expected }] = FORMS;
  phone.server.visits[0] = { ...short, day: phone.visit.day };
  await phone.say({ about: "online" });
  const stored = (await phone.rows("document")).find(({ id }) => id === `visit-${short.visit_id}`);

  assert.deepEqual(stored.body, { ...expected, day: phone.visit.day });
});
