/** What answers a tap brings all that the tap has changed: the old page with it is the page anew, for every change. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";

const DESCRIBED = JSON.parse(readFileSync(new URL("../../../pwa/changes.json", import.meta.url), "utf8"));

/** What the page shows of one visit and at the top. @param {string} html */
const shown = (html) => [elementOf(html, "state"), elementOf(html, "main")].join("\n").replace(/\s+/g, " ");

/** Where the element with this id is in the HTML. @param {string} html @param {string} id */
function placeOf(html, id) {
  const found = new RegExp(`<([a-z]+)[^>]* id="${id}"`).exec(html) ?? assert.fail(`no ${id} in the page`);
  const tags = new RegExp(`<(/?)${found[1]}\\b[^>]*>`, "g");
  tags.lastIndex = found.index;
  for (let depth = 0, tag = tags.exec(html); tag; tag = tags.exec(html)) {
    depth += tag[1] ? -1 : 1;
    if (!depth) return [found.index, tags.lastIndex];
  }
  return assert.fail(`${id} does not end`);
}

const elementOf = (html, id) => html.slice(...placeOf(html, id));

/** The page with an answer swapped into it, as htmx does it. */
function swapped(page, { html, headers }) {
  const partials = [...html.matchAll(/<hx-partial hx-target="#([^"]+)">(.*?)<\/hx-partial>/gs)];
  const parts = partials.map(([, id, part]) => [id, part]);
  const retarget = headers.get("HX-Retarget")?.slice(1);
  if (retarget) parts.push([retarget, html.replace(/<hx-partial.*$/s, "")]);
  return parts.reduce((whole, [id, part]) => {
    const [from, to] = placeOf(whole, id);
    return whole.slice(0, from) + part.trim() + whole.slice(to);
  }, page);
}

/** A phone without a network, on a visit's page. The minute stands still: what only time changes is not the tap's. */
async function onVisit(t, { visits = 3 } = {}) {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  t.after(() => mock.timers.reset());
  const phone = await makePhone({ visits });
  phone.server.instead = silent;
  return { ...phone, page: () => phone.open(`/visits/${phone.visit.visit_id}`).then(({ html }) => html) };
}

/** Everything that a carer can do at a visit, one after the other. */
function acts({ visit: { steps } }) {
  const [first, second] = steps.map((step) => step.id);
  const lastOf = async (phone, name) => {
    const rows = await phone.rows("outbox");
    return rows.findLast((row) => row.name === name);
  };
  const noteOf = async (phone) => ({ note_id: (await lastOf(phone, "write_note")).args.note_id });
  const about = (said) => async (phone) => said(await noteOf(phone));
  const taken = (name) => async (phone) => ({ change_id: (await lastOf(phone, name)).id });
  return [
    ["report_observation", { area: "skin", text: "Rød hæl" }],
    ["take_back", taken("report_observation")],
    ["report_event", { hurt: "citizen" }],
    [
      "class_event",
      async (phone) => ({ event_id: (await lastOf(phone, "report_event")).id, class: "learning" }),
    ],
    [
      "tell_event",
      async (phone) => ({ event_id: (await lastOf(phone, "report_event")).id, part: "what", text: "Faldt" }),
    ],
    ["report_deviation", { kind: "not_home", text: "Ingen åbnede" }],
    ["take_back", taken("report_deviation")],
    ["start_visit", {}],
    ["answer_step", { step_id: first, answer: "alone" }],
    ["answer_step", { step_id: first, answer: "together" }],
    ["answer_step", { step_id: second, answer: "not_done", reason: "Ikke tid" }],
    ["answer_step", { step_id: first, answer: "" }],
    ["answer_as_planned", {}],
    ["take_back", taken("answer_as_planned")],
    ["answer_as_planned", {}],
    ["answer_step", { step_id: first, answer: "carer" }],
    ["write_note", { text: "Spiste godt" }],
    [
      "correct_note",
      async (phone) => ({ corrects: (await lastOf(phone, "write_note")).args.note_id, text: "Spiste lidt" }),
    ],
    ["pin_note", about(({ note_id }) => ({ note_id }))],
    [
      "unpin_note",
      async (phone) => ({ ...(await noteOf(phone)), pin_id: (await lastOf(phone, "pin_note")).id }),
    ],
    ["write_note", { text: "Ring til datteren", kind: "to_leader", pinned: "yes" }],
    ["read_note", about(({ note_id }) => ({ note_id, pin_id: note_id }))],
    ["take_back", taken("read_note")],
    ["mark_wrong_citizen", about(({ note_id }) => ({ note_id }))],
    ["take_back", taken("mark_wrong_citizen")],
    ["fill_in", { checklist_id: first, place: "pulse", kind: "number", typed: "72" }],
    ["report_deviation", { kind: "extra" }],
    ["report_deviation", { kind: "refused" }],
    ["finish_visit", {}],
    ["take_back", taken("finish_visit")],
    ["take_back", taken("start_visit")],
  ];
}

test("the page with a tap's answer swapped into it is the page anew, whatever is tapped", async (t) => {
  const phone = await onVisit(t);
  for (const [name, given] of acts(phone)) {
    const before = await phone.page();
    const answer = await phone.tap(name, typeof given === "function" ? await given(phone) : given);

    assert.equal(shown(swapped(before, answer)), shown(await phone.page()), name);
  }
});

test("every change at a visit is tried here", async (t) => {
  const phone = await onVisit(t);
  const tried = new Set(acts(phone).map(([name]) => name));

  assert.deepEqual(
    Object.keys(DESCRIBED).filter((name) => DESCRIBED[name].on === "visit" && !tried.has(name)),
    [],
  );
});

test("what a tap has not changed is not drawn again", async (t) => {
  const phone = await onVisit(t);
  const [step, other] = phone.visit.steps;
  await phone.tap("answer_step", { step_id: step.id, answer: "alone" });

  const { html } = await phone.tap("answer_step", { step_id: step.id, answer: "together" });

  const drawn = [...html.matchAll(/hx-target="#([^"]+)"/g)].map(([, id]) => id);
  assert.deepEqual(
    [drawn.includes(`step-${step.id}`), drawn.includes("finish"), drawn.includes("progress")],
    [true, false, false],
  );
  assert.doesNotMatch(html, new RegExp(other.id));
  assert.doesNotMatch(html, /class="choices"/);
});

test("a page of an older build is given the whole visit, for it may lack a part", async (t) => {
  const phone = await onVisit(t);
  const fields = { step_id: phone.visit.steps[0].id, answer: "alone" };

  const { html, headers } = await phone.tap("answer_step", fields, { "HX-Build": "anolderbuild" });

  assert.equal(headers.get("HX-Retarget"), `#visit-${phone.visit.visit_id}`);
  assert.match(html, new RegExp(`^\\s*<article id="visit-${phone.visit.visit_id}"`));
});

test("the same tap again is answered with what it has changed", async (t) => {
  const phone = await onVisit(t);
  const before = await phone.page();
  const same = { "HX-Change": "0193b3a0-0000-7000-8000-000000000001" };
  await phone.tap("start_visit", {}, same);

  const answer = await phone.tap("start_visit", {}, same);

  assert.equal(shown(swapped(before, answer)), shown(await phone.page()));
  assert.equal((await phone.rows("outbox")).length, 1);
});

test("a step's other answers are drawn when it is opened, by the script or by a link", async (t) => {
  const phone = await onVisit(t);
  const [step] = phone.visit.steps;
  const closed = elementOf(await phone.page(), `step-${step.id}`);
  const [, draw] = /data-draw="([^"]+)"/.exec(closed);
  const [, link] = /href="([^"#]+)#step-/.exec(closed);

  const { html } = await phone.open(draw.replaceAll("&amp;", "&"));
  const linked = elementOf((await phone.open(link)).html, `step-${step.id}`);

  assert.doesNotMatch(closed, /not_relevant/);
  assert.match(html, /^\s*<div id="answers-[^>]*>.*not_relevant.*Ikke tid/s);
  assert.match(linked, /<details class="other" open>.*not_relevant/s);
});

test("half-written reasons are in sight", async (t) => {
  const phone = await onVisit(t);
  const [step] = phone.visit.steps;
  await phone.ask("PUT", `/drafts/reason-${step.id}`, {
    body: "Var for tr",
    headers: { "HX-Person": phone.me.id },
  });

  assert.match(
    elementOf(await phone.page(), `step-${step.id}`),
    /<details class="other" open>.*value="Var for tr"/s,
  );
});
