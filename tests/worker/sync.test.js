/** The laws of sync, on the phone's side: nothing leaves without an answer, each is judged alone, the pull is the truth. */

import assert from "node:assert/strict";
import test from "node:test";
import { makePhone, module } from "./on_phone.mjs";
import { silent } from "./server.mjs";

/** A phone on which so many notes wait, and the server is gone. */
async function withWaiting(count) {
  const phone = await makePhone();
  phone.server.instead = silent;
  for (let i = 1; i <= count; i += 1) await phone.tap("write_note", { text: `Note ${i}` });
  phone.server.pushes = [];
  phone.server.instead = null;
  return phone;
}

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
    const answer = await (await judge()).json();
    return Response.json({ ...answer, fates: [answer.fates[1], { id: "of-nobody", fate: "applied" }] });
  };
  await phone.say({ about: "online" });

  assert.equal((await phone.rows("outbox")).length < 3, true);
  assert.equal(phone.server.pushes[0].changes.length, 3);
  const left = new Set(phone.server.pushes[0].changes.map((change) => change.id));
  for (const row of await phone.rows("outbox")) assert.equal(left.has(row.id), true);
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

  const [first, second] = phone.server.pushes.map((push) => push.changes);
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

test("law 4: one change that the server chokes on does not hold the others back", async () => {
  const phone = await withWaiting(6);
  phone.server.instead = (push, judge) =>
    push.changes.some((change) => change.n === 3) ? problem(500, "") : judge();
  await phone.say({ about: "online" });

  assert.deepEqual(numbers(await phone.rows("outbox")), [3]);
  assert.deepEqual(numbers(phone.server.judged), [1, 2, 4, 5, 6]);
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

test("law 10: what is not on the list is forgotten, what waits for it is not", async () => {
  const phone = await withWaiting(1);
  phone.server.visits = [];
  phone.server.instead = async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), fates: [] });
  await phone.say({ about: "online" });
  const { html } = await phone.open("/waiting");

  assert.deepEqual(
    (await phone.rows("document")).map((document) => document.id),
    [`person-${phone.me.id}`],
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
  const { storeChange } = await module("outbox.js");
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
  const before = phone.server.pushes.length;
  await phone.say({ about: "tick" });
  const afterTick = phone.server.pushes.length;
  await phone.say({ about: "online" });

  assert.equal(afterTick, before);
  assert.equal(phone.server.pushes.length, before + 1);
  assert.equal(
    phone.page.heard.some((news) => news.about === "later" && news.wait > 0),
    true,
  );
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
  const { readShelf } = await module("shelf.js");
  const { now, visits } = await readShelf(await phone.phone(), { day: "today" });

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
