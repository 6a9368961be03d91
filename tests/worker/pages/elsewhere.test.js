/** A phone that is set to another time zone: every time stays Danish, and one sentence says so. */

process.env.TZ = "America/New_York";

import assert from "node:assert/strict";
import test from "node:test";
import { makePhone } from "../on_phone.mjs";

const SENTENCE = /Telefonen er indstillet til en anden tidszone\. Alle tidspunkter her er danske\./;

test("a phone in another time zone shows Danish times and says so where it tells of itself", async () => {
  const phone = await makePhone({ synced: false });
  Object.assign(phone.visit, {
    starts_at: "2026-11-24T06:30:00.000Z",
    ends_at: "2026-11-24T06:55:00.000Z",
    day: "2026-11-24",
  });
  await phone.hello();
  const [day, visit, waiting] = [
    await phone.open("/"),
    await phone.open(`/visits/${phone.visit.visit_id}`),
    await phone.open("/waiting"),
  ];

  assert.equal(new Date("2026-11-24T06:30:00Z").getHours(), 1);
  for (const { html } of [day, visit]) {
    assert.match(html, />07\.30/);
    assert.doesNotMatch(html, SENTENCE);
  }
  assert.match(waiting.html, SENTENCE);
});

test("what is done there has the right time, and nobody calls it uncertain", async () => {
  const phone = await makePhone();
  const before = new Date(Date.now()).toISOString();
  await phone.tap("start_visit", {});

  assert.ok(phone.server.judged[0].at >= before);
  assert.ok(phone.server.judged[0].at <= new Date(Date.now()).toISOString());
  assert.doesNotMatch((await phone.open(`/visits/${phone.visit.visit_id}`)).html, /Tidspunktet er usikkert/);
});

test("a phone at home says nothing of it", async () => {
  process.env.TZ = "Europe/Copenhagen";
  const phone = await makePhone();

  assert.doesNotMatch((await phone.open("/waiting")).html, SENTENCE);
  process.env.TZ = "America/New_York";
});
