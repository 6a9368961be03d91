/** What a phone makes of its own clock: when it was set, what the server is told of that, and what pages show. Law 13. */

import assert from "node:assert/strict";
import test from "node:test";
import {
  afterContact,
  describeEnds,
  describeRuns,
  isOverdue,
  isUndated,
  isUnmeasured,
  readClock,
  settledSkew,
  timeOf,
} from "../../../service_worker/clock.js";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.parse("2026-11-24T12:00:00Z");

/** The clock is set, by so much. */
function setClock(t, milliseconds) {
  const now = Date.now();
  t.mock.method(Date, "now", () => now + milliseconds);
}

test("a clock that goes back was set, one that goes on was not, and a little is put right", () => {
  const first = readClock(undefined, NOON);
  const later = readClock(first, NOON + HOUR);
  const right = readClock({ ...later, wall: NOON + HOUR }, NOON + HOUR - 20_000);
  const back = readClock(right, NOON - DAY);

  assert.deepEqual(
    [first, later, right, back].map(({ run }) => run),
    [0, 0, 0, 1],
  );
  assert.equal(back.highest, NOON + HOUR);
});

test("what a clock that was set a year back has dated is sent with what was known, after it was measured anew", async (t) => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("start_visit", {});
  setClock(t, -365 * DAY);
  await phone.tap("write_note", { text: "Karen sov godt." });
  const page = await phone.open("/");
  setClock(t, 365 * DAY + HOUR);
  phone.server.instead = null;
  const before = phone.server.pushes.length;
  await phone.say({ about: "online" });

  const [first, second] = phone.server.pushes.slice(before);
  // The clock had gone back once: the day's page is still the day's.
  assert.match(page.html, /Karen Jensen 0/);
  assert.deepEqual([first.changes.length, second.changes.length], [0, 2]);
  assert.equal(phone.server.judged.length, 2);
});

test("a change of an earlier run is told with its skew, unless the clock is as it was: then nobody knows when it was set", () => {
  const notes = { ...readClock(undefined, NOON), run: 2, skews: { 0: 0, 1: -2 * HOUR, 2: 0 } };
  const change = (n, run) => ({ n, clock: { run, after: null } });

  assert.equal(
    describeRuns(notes, [change(1, 1), change(2, 1), change(3, 0), change(4, 2), { n: 5 }]),
    JSON.stringify([
      [1, 2, -2 * HOUR, null],
      [3, 3, null, null],
    ]),
  );
  assert.equal(describeRuns(notes, [change(4, 2)]), "");
  assert.equal(isUnmeasured({ ...notes, run: 3 }, [change(4, 2)]), true);
  assert.equal(isUnmeasured({ ...notes, run: 3 }, [change(4, 3), { n: 5 }]), false);
});

/** Read, then put ahead by so much, read, and put back by so much, in one life of the worker; then there is contact. */
function toAndFro(ahead, back) {
  const first = afterContact(readClock(undefined, NOON), 0);
  const put = readClock(first, NOON + ahead);
  const notes = readClock(put, NOON + ahead - back);
  return { notes, measured: afterContact(notes, ahead === back ? 0 : back - ahead) };
}

test("a clock that was put ahead and back again: how far it went back is told, and by when what it dated was done", () => {
  const { notes, measured } = toAndFro(2 * HOUR, 2 * HOUR);
  const after = "2026-11-24T12:00:00.000Z";
  const change = (n, run) => ({ n, clock: { run, after } });
  const [[first, last, over, skew], ...others] = JSON.parse(
    describeEnds(measured, [change(1, 0), change(2, 0), change(3, 1)]),
  );

  assert.equal(describeEnds(notes, [change(1, 0)]), "", "before it is measured anew");
  assert.deepEqual([first, last, over, others], [1, 2, "2026-11-24T12:00:00.000Z", []]);
  assert.ok(Math.abs(skew + 2 * HOUR) < MINUTE);
  assert.equal(describeRuns(measured, [change(1, 0)]), JSON.stringify([[1, 1, null, after]]));
  const at = "2026-11-24T13:59:59.000Z";
  const shown = timeOf(measured, 0, NOON + HOUR, {
    at,
    clock: { run: 0, after: "2026-11-24T11:00:00.000Z" },
  });
  assert.ok(Math.abs(Date.parse(shown) - NOON) < MINUTE);
  assert.equal(isUndated(measured, NOON + 3 * HOUR, { at, clock: { run: 0, after } }), true);
});

test("one that went back by more than it was put ahead is not told as if it had been right", () => {
  const { measured } = toAndFro(2 * HOUR, 2 * HOUR + 10 * MINUTE);
  const told = JSON.parse(describeRuns(measured, [{ n: 1, clock: { run: 0, after: null } }]));

  assert.deepEqual(told, [[1, 1, null, null]]);
});

test("where another life of the worker saw it go back, nobody knows how far, and it is told by when", () => {
  const notes = {
    ...readClock(undefined, NOON),
    run: 1,
    skews: { 0: 0, 1: 0 },
    ends: { 0: { wall: NOON, by: null } },
  };
  const told = describeEnds(notes, [{ n: 7, clock: { run: 0, after: null } }]);

  assert.equal(told, JSON.stringify([[7, 7, "2026-11-24T12:00:00.000Z", null]]));
});

test("a page shows no time that was before the last contact, nor one that is to come", () => {
  const clock = { run: 0, after: "2026-11-24T08:00:00.000Z" };

  assert.equal(timeOf(undefined, 0, NOON, { at: "1970-01-01T00:10:00.000Z", clock }), clock.after);
  assert.equal(
    timeOf(undefined, 0, NOON, { at: "2026-11-24T14:00:00.000Z", clock }),
    "2026-11-24T12:00:00.000Z",
  );
  assert.equal(
    timeOf(undefined, HOUR, NOON, { at: "2026-11-24T09:00:00.000Z", clock }),
    "2026-11-24T10:00:00.000Z",
  );
});

test("one reading of a clock is not believed: four days ahead are confirmed by half a day at work, or a day later", () => {
  const notes = readClock(undefined, NOON);
  const ahead = readClock(notes, NOON + 4 * DAY);
  const said = { ...ahead, overdue: { wall: ahead.wall, used: ahead.used } };
  const after = (used, wall) =>
    isOverdue({ ...said, used: said.used + used, wall: said.wall + wall }, NOON, 3 * DAY);

  assert.equal(isOverdue(notes, NOON, 3 * DAY), "no");
  assert.equal(isOverdue(ahead, NOON, 3 * DAY), "so it says");
  assert.deepEqual([after(12 * HOUR - 1, 0), after(12 * HOUR, 0)], ["so it says", "confirmed"]);
  assert.deepEqual([after(0, 24 * HOUR - 1), after(0, 24 * HOUR)], ["so it says", "confirmed"]);
  assert.equal(ahead.used, 10 * MINUTE);
});

test("a clock that is set back does not make a vault last: the highest that it said counts until the next contact", () => {
  const ahead = readClock(readClock(undefined, NOON), NOON + 4 * DAY);
  const back = readClock(ahead, NOON);

  assert.equal(isOverdue(back, NOON, 3 * DAY), "so it says");
  assert.equal(isOverdue(afterContact(back, 0), NOON, 3 * DAY), "no");
});

test("a visit over midnight stays on today's page until it is finished, in the night summer time ends too", async () => {
  const { goesOn, dayBefore } = await import("../../../service_worker/pages/days.js");
  const visit = {
    started_at: null,
    finished_at: null,
    cancelled_at: null,
    ends_at: "2026-11-23T23:30:00.000Z",
  };
  const [before, after] = ["2026-11-24T05:29:59.999Z", "2026-11-24T05:30:00.000Z"];

  assert.deepEqual([goesOn(visit, before), goesOn(visit, after)], [true, false]);
  assert.equal(goesOn({ ...visit, started_at: "2026-11-23T22:30:00.000Z" }, after), true);
  assert.equal(goesOn({ ...visit, started_at: before, finished_at: after }, after), false);
  assert.equal(goesOn({ ...visit, cancelled_at: before }, before), false);
  assert.deepEqual(
    [dayBefore("2026-10-26"), dayBefore("2026-03-30"), dayBefore("2027-01-01")],
    ["2026-10-25", "2026-03-29", "2026-12-31"],
  );
});

test("after midnight the phone's own page of today still shows where somebody is", async (t) => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("start_visit", {});
  setClock(t, 15 * HOUR);
  const during = await phone.open("/");
  await phone.tap("finish_visit", {});
  const after = await phone.open("/");

  assert.match(during.html, /Karen Jensen 0/);
  assert.doesNotMatch(after.html, /Karen Jensen 0/);
});

test("what an older server held because of its time goes again together, by one tap, and keeps its distances", async (t) => {
  const phone = await makePhone();
  setClock(t, 2 * HOUR);
  phone.server.refuses = { start_visit: "ClockWrong", write_note: "ClockWrong" };
  await phone.tap("start_visit", {});
  setClock(t, 10 * MINUTE);
  await phone.tap("write_note", { text: "Karen sov godt." });
  phone.server.refuses = {};
  const held = await phone.rows("attention");
  await phone.ask("POST", `/attention/${held[0].id}/retry`, {
    body: "",
    headers: { "HX-Person": phone.me.id },
  });

  const times = (/** @type {{ at: string, n: number }[]} */ rows) =>
    rows.toSorted((a, b) => a.n - b.n).map(({ at }) => Date.parse(at));
  const [started, wrote] = times(held);
  const [startedAgain, wroteAgain] = times(phone.server.judged.slice(-2));
  assert.equal(phone.server.judged.length, 4);
  assert.equal(wroteAgain - startedAgain, wrote - started);
  assert.ok(wrote - started >= 10 * MINUTE);
  assert.deepEqual(
    (await phone.rows("attention")).filter((row) => !row.read_at),
    [],
  );
});

test("what is done after the clock was set back is shown on top of what was done before", async (t) => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const [step] = phone.visit.steps;
  setClock(t, 5 * HOUR);
  await phone.tap("answer_step", { step_id: step.id, answer: "not_done", reason: "Sov" });
  setClock(t, -HOUR);
  await phone.tap("answer_step", { step_id: step.id, answer: "carer" });
  setClock(t, 10 * MINUTE);
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.match(html.split(`id="step-${step.id}"`)[1].split("</li>")[0], /Jeg gjorde det/);
});

test("after a clock was set to and fro the times of what waits are said to be uncertain, until there is contact", async (t) => {
  const phone = await makePhone();
  const path = `/visits/${phone.visit.visit_id}`;
  const uncertain = /Telefonens ur er stillet/;
  phone.server.instead = silent;
  await phone.tap("start_visit", {});
  const before = await phone.open(path);
  setClock(t, DAY);
  const ahead = await phone.tap("write_note", { text: "Et døgn foran." });
  setClock(t, -DAY - 2 * HOUR);
  await phone.tap("write_note", { text: "To timer bagud." });
  const [visit, day] = [await phone.open(path), await phone.open("/")];
  phone.server.instead = null;
  await phone.say({ about: "online" });
  const measured = await phone.open(path);

  assert.doesNotMatch(before.html, uncertain);
  assert.doesNotMatch(ahead.html, uncertain);
  assert.match(visit.html, uncertain);
  assert.match(day.html, /Tidspunktet er usikkert/);
  assert.doesNotMatch(measured.html, uncertain);
});

test("what the clock said of tomorrow is uncertain, what it said in a run that was measured is not", () => {
  const clock = { run: 1, after: null };
  const notes = { ...readClock(undefined, NOON), run: 2, skews: { 1: -HOUR } };
  const undated = (at, run = 1) => isUndated(notes, NOON, { at, clock: { ...clock, run } });

  assert.equal(undated("2026-11-24T13:00:20.000Z"), false);
  assert.equal(undated("2026-11-24T13:01:00.000Z"), true);
  assert.equal(undated("2026-11-24T11:00:00.000Z", 2), true);
  assert.equal(undated("2026-11-24T11:00:00.000Z", -1), false);
  assert.equal(isUndated({ ...notes, skews: {} }, NOON, { at: "2026-11-24T11:00:00.000Z", clock }), false);
});

test("what the network explains moves no minute: the skew that is known is kept, as the server keeps it", async (t) => {
  const phone = await makePhone();
  setClock(t, 40_000 - (Date.now() % MINUTE) + HOUR);
  const minute = new Date(Date.now()).toISOString().slice(0, 16);
  phone.server.ahead = 4_000;
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  setClock(t, 18_000);
  await phone.tap("write_note", { text: "To sekunder i." });
  const note = (await phone.open(`/visits/${phone.visit.visit_id}`)).html.split("To sekunder i.")[1];
  const shown = new Intl.DateTimeFormat("da-DK", { timeZone: "Europe/Copenhagen", timeStyle: "short" });

  assert.match(note, new RegExp(`^.{0,200}${shown.format(new Date(`${minute}:00Z`))}`, "s"));
  assert.deepEqual(
    [
      [undefined, 2_000],
      [0, -30_000],
      [0, 30_001],
      [2 * HOUR, 2 * HOUR + 4_000],
      [2 * HOUR, 0],
    ].map(([known, measured]) => settledSkew(known, measured)),
    [0, 0, 30_001, 2 * HOUR, 0],
  );
});

test("between the parts of an answer what was delivered is shown as done", async (t) => {
  const phone = await makePhone();
  const [step] = phone.visit.steps;
  phone.server.instead = silent;
  setClock(t, MINUTE);
  await phone.tap("answer_step", { step_id: step.id, answer: "carer" });
  phone.server.instead = async (_push, judge) => {
    phone.server.instead = silent;
    const whole = await (await judge()).json();
    return Response.json({ ...whole, documents: [], ids: undefined, more: true });
  };
  await phone.say({ about: "online" });
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.match(html.split(`id="step-${step.id}"`)[1].split("</li>")[0], /Jeg gjorde det/);
});

test("a night shift is one list: what is left of the evening, and what begins in the next hours, with its date", async (t) => {
  const phone = await makePhone({ visits: 3 });
  const [evening, night, morning] = phone.server.visits;
  const { dayAfter } = await import("../../../service_worker/pages/days.js");
  const after = dayAfter(evening.day);
  Object.assign(evening, {
    starts_at: `${evening.day}T22:30:00.000Z`,
    ends_at: `${evening.day}T22:50:00.000Z`,
  });
  Object.assign(night, {
    day: after,
    starts_at: `${evening.day}T23:30:00.000Z`,
    ends_at: `${after}T00:00:00.000Z`,
  });
  Object.assign(morning, {
    day: after,
    starts_at: `${after}T05:15:00.000Z`,
    ends_at: `${after}T05:45:00.000Z`,
  });
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  setClock(t, Date.parse(`${evening.day}T22:40:00.000Z`) - Date.now());
  await phone.tap("finish_visit", {});
  const late = await phone.open("/");
  const visit = await phone.open(`/visits/${evening.visit_id}`);
  setClock(t, 10 * MINUTE);
  const evenings = await phone.rows("outbox");

  assert.equal(evenings.length, 1);
  assert.match(late.html, /1 besøg tilbage/);
  assert.match(late.html, new RegExp(`id="visit-${night.visit_id}" class="visit-row next"`));
  assert.ok(!late.html.includes(`id="visit-${morning.visit_id}"`), "the morning is not of this night yet");
  assert.match(
    visit.html,
    new RegExp(`href="/visits/${night.visit_id}"><span class="small">Næste besøg 00.30`),
  );
});

test("the page says from when the plan is once it is hours old, and no longer when it is fresh", async (t) => {
  const phone = await makePhone();
  phone.server.instead = silent;
  setClock(t, 4 * HOUR);
  const four = await phone.open("/");
  setClock(t, MINUTE);
  const pages = [await phone.open("/"), await phone.open(`/visits/${phone.visit.visit_id}`)];
  phone.server.instead = null;
  phone.page.heard.length = 0;
  await phone.say({ about: "online" });
  const fresh = await phone.open("/");

  assert.doesNotMatch(four.html, /Planen er fra/);
  for (const { html } of pages) assert.match(html, /Planen er fra .+ Den kan være ændret siden\./);
  assert.ok(
    phone.page.heard.some(({ about }) => about === "changed"),
    "an open page is drawn anew",
  );
  assert.doesNotMatch(fresh.html, /Planen er fra/);
});
