/** What the plan did to a carer's day is told on the phone too, without a network, until she has seen it. */

import assert from "node:assert/strict";
import test from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";

const BO = { id: "01939f00-0000-7000-8000-00000000c0b0", name: "Bo Friis" };
const ID = "01939f00-0000-7000-8000-00000000d001";

/** A phone whose second visit was given to Bo, or was otherwise changed. */
async function changedPlan(after) {
  const phone = await makePhone({ visits: 3 });
  const { server, me } = phone;
  const visit = server.visits[1];
  const { day, starts_at, ends_at, address, citizen } = visit;
  const before = { day, starts_at, ends_at, address, citizen: citizen.name, carers: [me], cancelled: false };
  server.planChanges = [
    { id: ID, visit_id: visit.visit_id, day, at: starts_at, before, after: { ...before, ...after } },
  ];
  visit.carers = server.planChanges[0].after.carers;
  await phone.hello();
  server.instead = silent;
  return { ...phone, visit };
}

test("a visit given to somebody else is told on the day and on its page, and is not counted or offered as the next", async () => {
  const phone = await changedPlan({ carers: [BO] });
  const day = await phone.open("/");
  const page = await phone.open(`/visits/${phone.visit.visit_id}`);

  for (const { html } of [day, page]) {
    assert.match(html, /Flyttet til Bo Friis/);
    assert.match(html, /Karen Jensen 1/);
  }
  assert.match(day.html, /2 besøg tilbage/);
  const [first, , last] = phone.server.visits;
  await phone.tap("finish_visit", { visit_id: first.visit_id });
  const { html } = await phone.open(`/visits/${first.visit_id}`);
  assert.match(html, new RegExp(`class="button primary" href="/visits/${last.visit_id}"`));
});

test("what was done at a visit that was taken is named", async () => {
  const phone = await changedPlan({ carers: [BO] });
  const { visit_id } = phone.visit;
  await phone.tap("start_visit", { visit_id });
  await phone.tap("write_note", { visit_id, text: "Sov godt." });

  const { html } = await phone.open("/");
  assert.match(html, /Du startede \d\d\.\d\d\. Afslut besøget, når du går\./);
  assert.match(html, /Det, du har gjort, er gemt: 1 notat/);
});

test("a change that was seen without a network is told no more, and is delivered", async () => {
  const phone = await changedPlan({ starts_at: "2026-11-23T12:30:00.000Z" });
  assert.match((await phone.open("/")).html, /Ny tid/);

  const { status, html } = await phone.ask("POST", "/do/see_plan_change", {
    body: new URLSearchParams({ plan_change_id: ID }),
    headers: { "HX-Person": phone.me.id },
  });

  assert.equal(status, 200);
  assert.ok(html.includes(`id="plan-change-${ID}"`));
  assert.doesNotMatch((await phone.open("/")).html, /Ny tid/);
  phone.server.instead = null;
  await phone.hello();
  assert.deepEqual(
    phone.server.judged.map(({ name, args }) => [name, args]),
    [["see_plan_change", { plan_change_id: ID }]],
  );
});

test("without scripts the tap leads back to the day", async () => {
  const phone = await changedPlan({ cancelled: true });
  const body = new URLSearchParams({ plan_change_id: ID });
  const { status, headers } = await phone.ask("POST", "/do/see_plan_change", { mode: "navigate", body });

  assert.deepEqual([status, new URL(headers.get("Location")).pathname], [303, "/"]);
});

test("an older server's day has no plan document and is shown as ever", async () => {
  const phone = await makePhone({ visits: 1 });

  const { status, html } = await phone.open("/");
  assert.equal(status, 200);
  assert.doesNotMatch(html, /plan-change/);
});
