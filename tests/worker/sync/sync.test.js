/** The laws of sync, on the phone's side: nothing leaves without an answer, each is judged alone, the pull is the truth. */

import assert from "node:assert/strict";
import test from "node:test";
import { killWorker, makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";

/** A phone on which so many notes wait, and the server is gone. */
async function withWaiting(count) {
  const phone = await makePhone();
  phone.server.instead = silent;
  await Promise.all(
    Array.from({ length: count }, (_, i) => phone.tap("write_note", { text: `Note ${i + 1}` })),
  );
  phone.server.pushes = [];
  phone.server.instead = null;
  return phone;
}

/** Time goes by, or back, on the phone. */
function passTime(t, milliseconds) {
  const now = Date.now();
  t.mock.method(Date, "now", () => now + milliseconds);
}

/** How long each flush that failed said it would wait, in milliseconds. */
const waits = (phone) => phone.page.heard.filter(({ about }) => about === "later").map(({ wait }) => wait);

/** Those pushes that brought something. */
const bringing = (phone) => phone.server.pushes.filter((push) => push.changes.length);
const sizes = (phone) => phone.server.pushes.map((push) => push.changes.length);
const numbers = (changes) => changes.map((change) => change.n);
const problem = (status, code, headers = {}) => Response.json({ code, status }, { status, headers });

const NOT_ANSWERS = {
  "no network": silent,
  "a cut connection": () =>
    new Response(new ReadableStream({ start: (stream) => stream.error(new Error("cut")) })),
  "an answer cut in the middle": async (_push, judge) =>
    new Response((await (await judge()).text()).slice(0, -1)),
  "a hotel's page": () =>
    new Response("<html>Welcome to our Wi-Fi</html>", { headers: { "Content-Type": "text/html" } }),
  "an empty page": () => new Response(""),
  "another program's JSON": () => Response.json({ ok: true }),
  null: () => Response.json(null),
  "fates without ids": async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), fates: [{ fate: "applied" }] }),
  "a time that is none": async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), now: "soon" }),
  "documents that are none": async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), documents: ["visit"] }),
  "gaps that are none": async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), missing: [["one", "two"]] }),
  "a list of anything": async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), ids: [1] }),
  "a list without the carer herself": async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), ids: [], documents: [] }),
  401: () => problem(401, "NotSignedIn"),
  403: () => problem(403, "PhoneBoundToAnother"),
  400: () => problem(400, "BrokenBody"),
  413: () => problem(413, "TooLarge"),
  422: () => problem(422, "NotAsDescribed"),
  429: () => problem(429, ""),
  500: () => problem(500, ""),
  503: () => problem(503, "Unavailable", { "Retry-After": "30" }),
  "another carer's answer": async (_push, judge) => {
    const answer = await (await judge()).json();
    const other = { id: "person-01939f00-0000-7000-8000-00000000c00f", version: 1, body: {} };
    return Response.json({ ...answer, documents: [other], ids: [other.id] });
  },
};

for (const [what, instead] of Object.entries(NOT_ANSWERS)) {
  test(`law 1: ${what} leaves everything as it was`, async () => {
    const phone = await withWaiting(3);
    const documents = await phone.rows("document");
    phone.server.instead = instead;
    await phone.say({ about: "online" });

    assert.deepEqual(numbers(await phone.rows("outbox")), [1, 2, 3]);
    assert.deepEqual(await phone.rows("document"), documents);
    phone.server.instead = null;
    await phone.say({ about: "online" });
    assert.deepEqual(await phone.rows("outbox"), []);
    assert.deepEqual(numbers(phone.server.judged), [1, 2, 3]);
  });
}

test("law 1: only the ids that were answered leave", async () => {
  const phone = await withWaiting(3);
  phone.server.instead = async (_push, judge) => {
    phone.server.instead = silent;
    const answer = await (await judge()).json();
    return Response.json({ ...answer, fates: [answer.fates[1], { id: "of-nobody", fate: "applied" }] });
  };
  await phone.say({ about: "online" });

  assert.deepEqual(numbers(phone.server.pushes[0].changes), [1, 2, 3]);
  assert.deepEqual(numbers(await phone.rows("outbox")), [1, 3]);
});

test("law 1: a fate of a word that this app does not know is no fate", async () => {
  const phone = await withWaiting(1);
  phone.server.instead = async (push, judge) =>
    Response.json({
      ...(await (await judge()).json()),
      fates: [{ id: push.changes[0].id, fate: "postponed" }],
    });
  await phone.say({ about: "online" });

  assert.deepEqual(numbers(await phone.rows("outbox")), [1]);
});

test("law 3: the answer was lost after the server had judged; the change is sent again as it was", async () => {
  const phone = await withWaiting(1);
  phone.server.instead = async (_push, judge) => {
    await judge();
    throw new TypeError("cut");
  };
  await phone.say({ about: "online" });
  phone.server.instead = null;
  await phone.say({ about: "online" });

  const [first, second] = bringing(phone).map((push) => push.changes);
  assert.deepEqual(second, first);
  assert.equal(phone.server.judged.length, 1);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("law 3: two tabs and a timer that flush at once send each change once", async () => {
  const phone = await withWaiting(5);
  await Promise.all([phone.say({ about: "online" }), phone.hello(), phone.say({ about: "visible" })]);

  assert.deepEqual(
    phone.server.pushes.flatMap((push) => numbers(push.changes)),
    [1, 2, 3, 4, 5],
  );
});

test("laws 4 and 5: a refused change steps aside with its words, and the next goes on", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.tap("start_visit", {});
  phone.server.instead = null;
  phone.server.refuses = { write_note: "NotYourTeam" };
  await phone.say({ about: "online" });
  const { html } = await phone.open("/waiting");

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.match(html, /Karen sov godt\./);
  assert.match(html, /Karen Jensen/);
  assert.match(html, /Besøget er ikke i gruppens plan\./);
  assert.match(html, /hx-post="\/attention\/[^"]+\/retry"/);
});

for (const status of [400, 413, 422, 500]) {
  test(`law 4: one change that the server answers with ${status} does not hold the others back`, async () => {
    const phone = await withWaiting(6);
    phone.server.instead = (push, judge) =>
      push.changes.some((change) => change.n === 3) ? problem(status, "") : judge();
    await phone.say({ about: "online" });

    assert.deepEqual(numbers(await phone.rows("outbox")), [3]);
    assert.deepEqual(numbers(phone.server.judged), [1, 2, 4, 5, 6]);
  });
}

test("a no that is meant for everything is not asked again with less", async () => {
  const phone = await withWaiting(6);
  const headers = { "Retry-After": "30" };
  const noes = [
    problem(401, "NotSignedIn"),
    problem(403, "PhoneBoundToAnother"),
    problem(429, "", headers),
    problem(503, "Unavailable", headers),
  ];
  for (const no of noes) {
    phone.server.instead = () => no;
    await phone.say({ about: "online" });
  }

  assert.deepEqual(sizes(phone), [6, 6, 6, 6]);
});

test("after a bad change as much as before is sent again, twice as much each time", async () => {
  const phone = await withWaiting(20);
  phone.server.instead = (push, judge) =>
    push.changes.some((change) => change.n === 1) ? problem(500, "NotHandled") : judge();
  await phone.say({ about: "online" });

  assert.deepEqual(sizes(phone), [20, 10, 5, 2, 1, 1, 2, 4, 8, 4]);
});

test("a server that chokes on everything is asked so many times and no more, and nothing is lost", async () => {
  const phone = await withWaiting(20);
  phone.server.instead = () => problem(500, "");
  await phone.say({ about: "online" });

  assert.equal(phone.server.pushes.length, 13);
  assert.equal((await phone.rows("outbox")).length, 20);
});

test("law 6: a note is added, never written over, also when the pull brings another's", async () => {
  const phone = await withWaiting(1);
  const theirs = {
    id: "01939f00-0000-7000-8000-0000000000aa",
    text: "Lars var her.",
    written_at: "2026-01-01T08:00:00.000Z",
  };
  phone.server.visits[0].notes = [
    {
      ...theirs,
      received_at: null,
      written_by: { id: "x", name: "Lars" },
      waiting_since: null,
      corrections: [],
    },
  ];
  phone.server.instead = async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), fates: [] });
  await phone.say({ about: "online" });
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.match(html, /Lars var her\./);
  assert.match(html, /Note 1/);
});

test("law 10: what is not on the list is forgotten; not what waits, nor the visit that it waits for", async () => {
  const phone = await withWaiting(1);
  const [{ args }] = await phone.rows("outbox");
  phone.server.visits = [];
  phone.server.instead = async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), fates: [] });
  await phone.say({ about: "online" });
  const { html } = await phone.open("/waiting");

  assert.deepEqual(
    (await phone.rows("document")).map((document) => document.id),
    [`person-${phone.me.id}`, `visit-${args.visit_id}`],
  );
  assert.deepEqual(numbers(await phone.rows("outbox")), [1]);
  assert.match(html, /Karen Jensen 0/);
});

test("a list that is left out forgets nothing", async () => {
  const phone = await makePhone({ visits: 2 });
  phone.server.instead = async (_push, judge) => {
    const { ids, ...answer } = await (await judge()).json();
    return Response.json({ ...answer, documents: [] });
  };
  await phone.say({ about: "online" });

  assert.equal((await phone.rows("document")).length, 3);
});

test("more than fits is sent in pieces, in order", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  for (let i = 0; i < 4; i += 1) await phone.tap("write_note", { text: "å".repeat(99_999) + i });
  const { storeChange } = await module("sync/outbox.js");
  const { newId } = await module("new_id.js");
  const args = { visit_id: phone.visit.visit_id };
  for (let i = 0; i < 600; i += 1)
    await storeChange(await phone.phone(), {
      id: newId(),
      name: "start_visit",
      v: 1,
      on: "visit",
      seen: 1,
      args,
    });
  phone.server.instead = null;
  phone.server.pushes = [];
  await phone.say({ about: "online" });

  assert.equal(
    phone.server.pushes.every((push) => push.changes.length <= 500),
    true,
  );
  assert.equal(
    phone.server.pushes.every((push) => JSON.stringify(push).length < 1_000_000),
    true,
  );
  assert.deepEqual(
    numbers(phone.server.judged),
    Array.from({ length: 604 }, (_, i) => i + 1),
  );
});

test("a change that is too large for any push goes alone, and one that fits waits for nobody", async () => {
  const { batchLimit, nextBatch } = await module("sync/batch.js");
  const change = (n, text) => ({ id: `${n}`, n, name: "write_note", v: 1, at: "", seen: 1, args: { text } });
  const [large, small, smaller] = [change(1, "x".repeat(900_001)), change(2, "x"), change(3, "x")];

  assert.deepEqual(numbers(nextBatch([large, small], batchLimit())), [1]);
  assert.deepEqual(numbers(nextBatch([small, smaller, large], batchLimit())), [2, 3]);
});

test("a server that takes no more than two at a time gets two at a time", async () => {
  const phone = await withWaiting(7);
  phone.server.instead = (push, judge) =>
    push.changes.length > 2 ? problem(413, "TooManyChanges") : judge();
  await phone.say({ about: "online" });

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.deepEqual(numbers(phone.server.judged), [1, 2, 3, 4, 5, 6, 7]);
});

test("an answer that says there is more is followed by another question", async () => {
  const phone = await makePhone();
  const cursors = [];
  phone.server.instead = async (push, judge) => {
    cursors.push(push.cursor);
    const answer = await (await judge()).json();
    return Response.json({ ...answer, cursor: `c${cursors.length + 1}`, more: cursors.length < 3 });
  };
  await phone.say({ about: "online" });

  assert.deepEqual(cursors, ["c1", "c2", "c3"]);
});

test("an answer without a cursor leaves the phone with the one it has", async () => {
  const phone = await makePhone();
  await phone.say({ about: "online" });
  phone.server.instead = async (_push, judge) => {
    const { cursor, ...answer } = await (await judge()).json();
    return Response.json(answer);
  };
  await phone.tap("write_note", { text: "Sov godt." });
  await phone.say({ about: "online" });
  await phone.say({ about: "online" });

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.equal(phone.server.pushes.at(-1).cursor, "c1");
});

test("which visits were looked at without a network is told until the server has written it down", async () => {
  const phone = await makePhone();
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  await phone.open(`/visits/${phone.visit.visit_id}`);
  await phone.open(`/visits/${phone.visit.visit_id}`);
  await phone.open("/");
  phone.server.pushes = [];
  phone.server.instead = async (_push, judge) => {
    const { looked: _, ...answer } = await (await judge()).json();
    return Response.json(answer);
  };
  await phone.say({ about: "online" });
  phone.server.instead = null;
  await phone.say({ about: "online" });
  await phone.say({ about: "online" });

  const told = phone.server.pushes.map((push) => push.looked?.map((look) => look.visit_id));
  assert.deepEqual(told, [[phone.visit.visit_id], [phone.visit.visit_id], undefined]);
  assert.match(phone.server.pushes[0].looked[0].at, /^20\d\d-.*Z$/);
});

test("a tick of the clock waits out the pause, a network that came back does not", async () => {
  const phone = await withWaiting(1);
  phone.server.instead = silent;
  await phone.say({ about: "online" });
  const before = bringing(phone).length;
  await phone.say({ about: "tick" });
  const afterTick = bringing(phone).length;
  await phone.say({ about: "online" });

  assert.equal(afterTick, before);
  assert.equal(bringing(phone).length, before + 1);
  assert.equal(
    phone.page.heard.some((news) => news.about === "later" && news.wait > 0),
    true,
  );
});

test("each failure in a row waits twice as long as the one before, five minutes at most, until all is well", async (t) => {
  const phone = await makePhone();
  t.mock.method(Math, "random", () => 0.5);
  phone.server.instead = silent;
  for (let i = 0; i < 9; i += 1) await phone.say({ about: "online" });
  phone.server.instead = null;
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  await phone.say({ about: "online" });

  const seconds = waits(phone).map((wait) => wait / 1_000);
  assert.deepEqual(seconds, [4, 8, 16, 32, 64, 128, 256, 300, 300, 4]);
});

test("a server that says when to come again is left alone until then", async (t) => {
  const phone = await withWaiting(1);
  phone.server.instead = () => problem(503, "Unavailable", { "Retry-After": "60" });
  await phone.say({ about: "online" });
  const asked = [];
  for (const seconds of [59, 61]) {
    passTime(t, seconds * 1_000);
    await phone.say({ about: "tick" });
    asked.push(phone.server.pushes.length);
    t.mock.restoreAll();
  }

  assert.equal(waits(phone).at(-2), 60_000);
  assert.deepEqual(asked, [1, 2]);
});

test("who has sent too much keeps every word, is told so, and is given the day all the same", async (t) => {
  const phone = await withWaiting(2);
  const late = { "Retry-After": "600" };
  phone.server.instead = (push, judge) =>
    push.changes.length ? problem(429, "TooMuchLately", late) : judge();
  await phone.say({ about: "online" });
  const shown = (await phone.open("/waiting")).html;
  const kept = numbers(await phone.rows("outbox"));
  phone.server.instead = null;
  passTime(t, 601_000);
  await phone.say({ about: "tick" });

  assert.deepEqual(kept, [1, 2]);
  assert.deepEqual(sizes(phone).slice(0, 2), [2, 0]);
  assert.equal(waits(phone).at(-1), 600_000);
  assert.match(shown, /Resten sendes af sig selv lidt efter lidt/);
  assert.match(shown, /Note 1/);
  assert.equal((await phone.rows("outbox")).length, 0);
});

test("a server that says to come again at once is not asked sooner than any other", async (t) => {
  const phone = await makePhone();
  t.mock.method(Math, "random", () => 0.5);
  phone.server.instead = () => problem(503, "Unavailable", { "Retry-After": "1" });
  await phone.say({ about: "online" });

  assert.deepEqual(waits(phone), [4_000]);
});

test("a clock that was set back an hour makes no pause of an hour, and one minute is waited out", async (t) => {
  const phone = await withWaiting(1);
  phone.server.instead = silent;
  await phone.say({ about: "online" });
  const before = phone.server.pushes.length;
  const asked = [];
  for (const minutes of [-1, -60]) {
    passTime(t, minutes * 60_000);
    await phone.say({ about: "tick" });
    asked.push(phone.server.pushes.length - before);
    t.mock.restoreAll();
  }

  assert.deepEqual(asked, [0, 1]);
});

test("a phone has one number of its own, however often its worker is ended", async () => {
  const phone = await makePhone();
  await phone.tap("start_visit", {});
  await killWorker();
  await phone.say({ about: "online" });

  const ids = phone.server.pushes.map((push) => push.phone);
  assert.equal(ids.length, 3);
  assert.equal(new Set(ids).size, 1);
});

test("a phone that was copied goes by the id that it is given, with its own numbers", async () => {
  const phone = await withWaiting(1);
  const given = "01939f00-0000-7000-8000-00000000c0de";
  phone.server.instead = async (_push, judge) => {
    phone.server.instead = null;
    return Response.json({ ...(await (await judge()).json()), phone: given });
  };
  await phone.say({ about: "online" });
  await phone.tap("write_note", { text: "Efter" });
  await killWorker();
  await phone.say({ about: "online" });

  const last = phone.server.pushes.filter((push) => push.changes.length).at(-1);
  assert.equal(last.phone, given);
  assert.deepEqual(numbers(last.changes), [2]);
});

test("an answer that took its time does not move the clock", async () => {
  const { exchange } = await module("sync/exchange.js");
  const answer = { now: "2026-11-23T07:00:02.000Z", fates: [], documents: [] };
  const left = Date.parse("2026-11-23T07:00:00.000Z");
  const clocks = [left, left + 4_000];
  const phone = { clock: () => clocks.shift(), fetch: async () => Response.json(answer) };
  const { skew } = await exchange(phone, { cursor: null });

  assert.equal(skew, 0);
});

test("a false 401 locks nobody out: the day is there, and the page asks calmly", async () => {
  const phone = await withWaiting(1);
  phone.server.instead = () => problem(401, "NotSignedIn");
  await phone.say({ about: "online" });
  const { status, html } = await phone.open("/");

  assert.equal(status, 200);
  assert.match(html, /Karen Jensen 0/);
  assert.equal(
    phone.page.heard.some((news) => news.about === "sign in again"),
    true,
  );
});

test("the phone's wrong clock is corrected on the page and sent as it was", async () => {
  const phone = await makePhone();
  phone.server.ahead = 3 * 60 * 60 * 1000;
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  await phone.tap("start_visit", {});
  const { readPageData } = await module("pages/page_data.js");
  const { now, visits } = await readPageData(await phone.phone(), { day: "today" });

  const hoursAhead = (moment) => Math.round((Date.parse(moment) - Date.now()) / 3_600_000) || 0;
  assert.equal(hoursAhead(now), 3);
  assert.equal(hoursAhead(visits[0].started_at), 3);
  assert.equal(hoursAhead((await phone.rows("outbox"))[0].at), 0);
});

test("numbers that never arrived are shown", async () => {
  const phone = await makePhone();
  phone.server.missing = [
    [38, 39],
    [41, 41],
  ];
  await phone.say({ about: "online" });
  const { html } = await phone.open("/waiting");

  assert.match(html, /38–39/);
});
