// What a carer fills in on the phone: stored as it is tapped, conditions follow, and what is wrong is said beside it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { openWindow, settle } from "../window.mjs";

const ID = "0193a000-0000-7000-8000-0000000000c1";
const DEFINITION = {
  checklist_id: ID,
  definition: {
    title: "Sår",
    steps: [
      { id: "different", kind: "yes_no", label: "Ser det anderledes ud?", required: true },
      {
        id: "how",
        kind: "choice",
        label: "Hvordan?",
        occurrences: { most: null },
        options: [
          { value: "red", label: "Rødt" },
          { value: "wet", label: "Vådt" },
        ],
        shown_when: { "=": [{ answer: "different" }, true] },
      },
      { id: "pulse", kind: "number", label: "Puls", unit: "slag", limits: { most: "200" } },
      {
        id: "bandage",
        kind: "repeating_group",
        label: "Bind",
        steps: [{ id: "which", kind: "short_text", label: "Hvilket?" }],
      },
      { id: "picture", kind: "photo", label: "Billede" },
    ],
  },
  graph: { order: [["shown", "how"]], readers: { different: [[0, 0]] }, below: {} },
  patterns: {},
};

/** A phone without a network, on a visit with such a checklist. */
async function onVisit() {
  const phone = await makePhone({ synced: false });
  phone.server.definitions = [DEFINITION];
  phone.visit.checklist = { id: ID, name: "Sår", version: 1 };
  await phone.hello();
  phone.server.instead = silent;
  const fill = (place, kind, fields) => phone.tap("fill_in", { checklist_id: ID, place, kind, ...fields });
  return {
    ...phone,
    fill,
    page: () => phone.open(`/visits/${phone.visit.visit_id}`).then(({ html }) => html),
  };
}

test("a tap shows what depends on it, and is answered with nothing but what is different", async () => {
  const phone = await onVisit();
  const before = await phone.page();

  const { html } = await phone.fill("different", "yes_no", { value: "true" });

  assert.match(before, /id="field-how" class="field" hidden/);
  assert.match(html, /hx-target="#field-how">.*Rødt/s);
  assert.match(html, /hx-target="#progress">.*1 af/s);
  assert.doesNotMatch(html, /id="field-pulse"/);
});

test("of several answers each tap adds or removes one", async () => {
  const phone = await onVisit();
  await phone.fill("different", "yes_no", { value: "true" });
  await phone.fill("how", "choice", { value: "red", many: "1", said: "[]" });
  await phone.fill("how", "choice", { value: "wet", many: "1", said: '["red"]' });

  const sent = (await phone.rows("outbox")).map(({ args }) => args.values);
  assert.deepEqual(sent, [[true], ["red"], ["red", "wet"]]);
});

test("what is no number is said beside its field, and nothing is stored", async () => {
  const phone = await onVisit();

  const { status, html, headers } = await phone.fill("pulse", "number", { typed: "tolv" });

  assert.deepEqual([status, headers.get("HX-Retarget")], [422, "#wrong-pulse"]);
  assert.match(html, /Det er ikke et tal/);
  assert.equal((await phone.rows("outbox")).length, 0);
});

test("an answer beyond its limits is stored and says so", async () => {
  const phone = await onVisit();

  const { html } = await phone.fill("pulse", "number", { typed: "305,5" });

  assert.match(html, /305,5 slag/);
  assert.match(html, /Tallet er større end ventet/);
});

test("a row that was added can be filled in, and one that was removed is told beside", async () => {
  const phone = await onVisit();
  await phone.fill("bandage", "repeating_group", { said: "[]" });
  const [{ args }] = await phone.rows("outbox");
  const [row] = args.values;
  await phone.fill(`which@${row}`, "short_text", { typed: "Gaze" });
  const filled = await phone.page();
  await phone.fill("bandage", "repeating_group", { said: JSON.stringify([row]), row });
  const removed = await phone.page();

  assert.match(filled, new RegExp(`id="field-which_40${row}".*Gaze`, "s"));
  assert.doesNotMatch(removed, /id="field-which/);
  assert.match(removed, /id="beside".*Gaze/s);
});

test("half-written words stand in their field again, and become what stands there", async () => {
  const phone = await onVisit();
  const field = `fill-${phone.visit.visit_id}-pulse`;
  const args = { visit_id: phone.visit.visit_id, checklist_id: ID, place: "pulse", kind: "number" };
  const id = "0193a000-0000-7000-8000-0000000000d1";
  const said = encodeURIComponent(JSON.stringify({ id, seen: [], name: "fill_in", args }));
  await phone.ask("PUT", `/drafts/${field}`, {
    body: "72",
    headers: { "HX-Person": phone.me.id, "HX-Draft": said },
  });
  const begun = await phone.page();
  await phone.ask("POST", `/drafts/${id}/save`, { headers: { "HX-Person": phone.me.id } });

  assert.match(begun, /id="typed-pulse"[^>]*value="72"/);
  assert.deepEqual((await phone.rows("outbox")).at(-1).args.values, ["72"]);
  assert.equal((await phone.rows("draft")).length, 0);
});

test("own words that were begun before an option was ticked are saved beside what stands by then", async () => {
  const phone = await onVisit();
  await phone.fill("different", "yes_no", { value: "true" });
  await phone.fill("how", "choice", { value: "red", many: "1", said: "[]" });
  const args = { checklist_id: ID, place: "how", kind: "choice", many: "1", said: '["red"]' };
  const field = `fill-${phone.visit.visit_id}-how`;
  const { type, held } = openWindow(phone, { field, name: "fill_in", args });
  await type("Lugter");
  await phone.fill("how", "choice", { value: "wet", many: "1", said: '["red"]' });
  await phone.fill("how", "choice", { value: "red", many: "1", said: '["red","wet"]' });
  await settle(phone, held.id, "save");

  assert.deepEqual((await phone.rows("outbox")).at(-1).args.values, ["wet", { other: "Lugter" }]);
});

test("two quick taps on a page that has not been drawn again are both there", async () => {
  const phone = await onVisit();
  await phone.fill("how", "choice", { value: "red", many: "1", said: "[]" });
  await phone.fill("how", "choice", { value: "wet", many: "1", said: "[]" });

  assert.deepEqual((await phone.rows("outbox")).at(-1).args.values, ["red", "wet"]);
});

test("what is not relevant says why, and a checklist that has not come leaves the visit as it is", async () => {
  const phone = await onVisit();
  const { html } = await phone.fill("pulse", "number", { reason: "Måleren er tom" });

  assert.match(html, /Ikke relevant: “Måleren er tom”/);

  const other = await makePhone({ synced: false });
  other.visit.checklist = { id: ID, name: "Sår", version: 1 };
  await other.hello();
  const page = await other.open(`/visits/${other.visit.visit_id}`);
  assert.match(page.html, /Ud af sengen/);
  assert.doesNotMatch(page.html, /id="field-/);
});

test("what waits says the question, and the answer as the page says it", async () => {
  const phone = await onVisit();
  await phone.fill("different", "yes_no", { value: "true" });
  await phone.fill("how", "choice", { value: "red", many: "1", said: "[]" });
  await phone.fill("pulse", "number", { typed: "36,8" });
  await phone.fill("bandage", "repeating_group", { said: "[]" });
  const [row] = (await phone.rows("outbox")).at(-1).args.values;
  const field = `fill-${phone.visit.visit_id}-which`;
  const args = { checklist_id: ID, place: `which@${row}`, kind: "short_text" };
  await openWindow(phone, { field, name: "fill_in", args }).type("Ga");
  const dated = { ...args, place: "changed", kind: "date" };
  const dayField = `fill-${phone.visit.visit_id}-changed`;
  await openWindow(phone, { field: dayField, name: "fill_in", args: dated }).type("2026-12-04");
  await phone.fill("pulse", "number", { reason: "Måleren er tom" });
  await phone.fill("pulse", "number", { value: "" });
  await phone.fill("bandage", "repeating_group", { said: JSON.stringify([row]), row });

  const { html } = await phone.open("/waiting");
  const told = html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
  for (const words of [
    "Ser det anderledes ud?: Ja",
    "Hvordan?: Rødt",
    "Puls: 36,8 slag",
    "Puls: Ikke relevant: “Måleren er tom”",
    "Puls: Svaret er fjernet",
    "Ny: Bind",
    "Fjernet: Bind",
    "Svar på et punkt · Hvilket?",
    "04-12-2026",
  ])
    assert.ok(told.includes(words), `${words} in ${told}`);
  assert.ok(!told.includes(row));
});
