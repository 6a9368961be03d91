/** A server that was restored from a backup gets again what it no longer has, from what each phone has kept. */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { killWorker, makePhone, module } from "../on_phone.mjs";
import { restore, silent } from "../server.mjs";

const DAY = 24 * 60 * 60 * 1000;

/** A phone that has delivered so many notes, one push each. */
async function withDelivered(count) {
  const phone = await makePhone();
  for (let i = 1; i <= count; i += 1) await phone.tap("write_note", { text: `Note ${i}` });
  phone.server.pushes = [];
  return phone;
}

const numbers = (changes) => changes.map((change) => change.n);
const sent = (phone) => phone.server.pushes.map((push) => numbers(push.changes));

test("what was delivered is kept, and waits no more", async () => {
  const phone = await withDelivered(3);

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.deepEqual(numbers(await phone.rows("delivered")), [1, 2, 3]);
  assert.match((await phone.open("/state")).html, /class="state"/);
});

test("a restored server is sent again what came after its backup, as it was, and nothing else", async () => {
  const phone = await withDelivered(5);
  const lost = restore(phone.server, (change) => change.n <= 2);
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), [[], [3, 4, 5]]);
  assert.deepEqual(phone.server.pushes[1].changes, lost);
  assert.deepEqual(numbers(phone.server.judged), [1, 2, 3, 4, 5]);
  assert.deepEqual(await phone.rows("outbox"), []);
  assert.deepEqual(numbers(await phone.rows("delivered")), [1, 2, 3, 4, 5]);
});

test("gaps below the highest number are filled too", async () => {
  const phone = await withDelivered(5);
  restore(phone.server, (change) => change.n === 2 || change.n === 5);
  phone.server.missing = [
    [1, 1],
    [3, 4],
  ];
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), [[], [1, 3, 4]]);
});

test("with something new under way the old goes with it, in order, to a server that asks for it first", async () => {
  const phone = await withDelivered(3);
  restore(phone.server, () => false);
  let asked = false;
  phone.server.instead = async (_push, judge) => {
    if (asked) return judge();
    asked = true;
    const answer = await (await judge()).json();
    restore(phone.server, () => false);
    return Response.json({ ...answer, fates: [], heard_n: 0 });
  };
  await phone.tap("start_visit", {});

  assert.deepEqual(sent(phone), [[4], [1, 2, 3, 4]]);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("while it waits again it is shown as waiting", async () => {
  const phone = await withDelivered(2);
  restore(phone.server, () => false);
  phone.server.instead = (push, judge) => (push.changes.length ? silent() : judge());
  await phone.say({ about: "online" });

  assert.deepEqual(numbers(await phone.rows("outbox")), [1, 2]);
  assert.deepEqual(await phone.rows("delivered"), []);
  assert.match((await phone.open("/state")).html, /class="state waits"/);
  assert.match((await phone.open(`/visits/${phone.visit.visit_id}`)).html, /Note 1/);
});

test("the worker killed in the middle goes on where it was, and each is judged once", async () => {
  const phone = await withDelivered(3);
  restore(phone.server, () => false);
  phone.server.instead = async (push, judge) => {
    if (!push.changes.length) return judge();
    phone.server.instead = silent;
    await judge();
    return silent();
  };
  await phone.say({ about: "online" });
  await killWorker();
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), [[], [1, 2, 3], [], [1, 2, 3]]);
  assert.deepEqual(numbers(phone.server.judged), [1, 2, 3]);
  assert.deepEqual(await phone.rows("outbox"), []);
  assert.deepEqual(numbers(await phone.rows("delivered")), [1, 2, 3]);
});

test("more than fits in a push comes again in pieces", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const { storeChange } = await module("sync/outbox.js");
  const { newId } = await module("new_id.js");
  const args = { visit_id: phone.visit.visit_id };
  for (let i = 0; i < 700; i += 1)
    await storeChange(await phone.phone(), {
      id: newId(),
      name: "start_visit",
      v: 1,
      on: "visit",
      seen: 1,
      args,
    });
  phone.server.instead = null;
  await phone.say({ about: "online" });
  restore(phone.server, (change) => change.n <= 50);
  phone.server.pushes = [];
  await phone.say({ about: "online" });

  assert.deepEqual(
    phone.server.pushes.map((push) => push.changes.length),
    [0, 500, 150],
  );
  assert.equal(phone.server.judged.length, 700);
});

test("a server that forgets at once what it was sent is not sent it without end", async () => {
  const phone = await withDelivered(3);
  phone.server.instead = async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), heard_n: 0 });
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), [[], [1, 2, 3]]);
});

test("an older server that says nothing of numbers is left in peace", async () => {
  const phone = await withDelivered(3);
  phone.server.saysHeard = false;
  restore(phone.server, () => false);
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), [[]]);
  assert.deepEqual(numbers(await phone.rows("delivered")), [1, 2, 3]);
});

test("an answer with a number that is none is no answer", async () => {
  const phone = await withDelivered(1);
  phone.server.instead = async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), heard_n: "all" });
  await phone.say({ about: "online" });

  assert.deepEqual(sent(phone), [[]]);
  assert.equal((await phone.rows("delivered")).length, 1);
});

test("what is older than two weeks by the server's clock and by the phone's is forgotten, and not by one of them", async (t) => {
  const phone = await withDelivered(2);
  phone.server.ahead = 13 * DAY;
  await phone.tap("write_note", { text: "Note 3" });
  const before = numbers(await phone.rows("delivered"));
  phone.server.ahead = 15 * DAY;
  await phone.say({ about: "online" });
  const byTheServer = numbers(await phone.rows("delivered"));
  passTime(t, 14 * DAY);
  phone.server.ahead = 1 * DAY;
  await phone.say({ about: "online" });

  assert.deepEqual(
    [before, byTheServer],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  );
  assert.deepEqual(numbers(await phone.rows("delivered")), [3]);
});

/** So much later, on the phone and on the server. */
function passTime(t, milliseconds) {
  const now = Date.now();
  t.mock.method(Date, "now", () => now + milliseconds);
}

test("what waits is never trimmed, however old", async (t) => {
  const phone = await withDelivered(1);
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Note 2" });
  passTime(t, 30 * DAY);
  phone.server.instead = async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), fates: [] });
  await phone.say({ about: "online" });

  assert.deepEqual(numbers(await phone.rows("outbox")), [2]);
  assert.deepEqual(await phone.rows("delivered"), []);
});

test("of very many the oldest go first", async () => {
  const phone = await withDelivered(2);
  const [kept] = await phone.rows("delivered");
  const database = await openDB(`haand-${phone.me.id}`);
  const writing = database.transaction("delivered", "readwrite");
  for (let n = 10; n < 5_010; n += 1) {
    const delivered_at = new Date(Date.parse(kept.delivered_at) + n * 1_000).toISOString();
    writing.store.put({ ...kept, n, id: `${n}`, delivered_at });
  }
  await writing.done;
  database.close();
  phone.server.judged.push({ n: 6_000 });
  phone.server.missing = [];
  await phone.say({ about: "online" });

  const left = numbers(await phone.rows("delivered"));
  assert.deepEqual([left.length, left[0]], [5_000, 10]);
});

test("a refused change is judged anew, and what needs attention says so", async () => {
  const phone = await makePhone();
  phone.server.refuses = { write_note: "NotYourTeam", start_visit: "NotYourTeam" };
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.tap("start_visit", {});
  const [first] = await phone.rows("attention");
  await phone.ask("POST", `/attention/${first.id}/read`, { headers: { "HX-Person": phone.me.id } });
  phone.server.refuses = { [first.name]: "NotYourTeam" };
  restore(phone.server, () => false);
  await phone.say({ about: "online" });

  const attention = await phone.rows("attention");
  assert.equal(phone.server.judged.length, 2);
  assert.deepEqual(
    attention.map(({ id, read_at }) => [id, read_at !== null]),
    [[first.id, true]],
  );
});

test("a change whose time was wrong is not sent again as if it were right", async () => {
  const phone = await makePhone();
  phone.server.refuses = { start_visit: "ClockWrong" };
  await phone.tap("start_visit", {});
  phone.server.refuses = {};
  restore(phone.server, () => false);
  await phone.say({ about: "online" });

  assert.deepEqual(phone.server.judged, []);
  assert.equal((await phone.rows("attention")).length, 1);
});

test("a clock that was set in between does not move what happened", async () => {
  const phone = await makePhone();
  phone.server.ahead = 2 * 60 * 60 * 1000;
  await phone.tap("start_visit", {});
  const [first] = phone.server.judged;
  restore(phone.server, () => false);
  phone.server.ahead = 0;
  await phone.say({ about: "online" });
  const [again] = phone.server.judged;

  const moved = Date.parse(again.at) - Date.parse(first.at);
  assert.equal(Math.round(moved / 60_000), 120);
  assert.deepEqual({ ...again, at: first.at }, first);
});

test("an app of before gets its new store and keeps everything that it had", async () => {
  const phone = await makePhone({ synced: false });
  const { opened } = await module("store/databases.js");
  const old = await openDB(`haand-${phone.me.id}`, 1, {
    upgrade(database) {
      const keys = {
        document: "id",
        outbox: "n",
        attention: "id",
        draft: "key",
        media: "sha256",
        fact: undefined,
      };
      for (const [name, keyPath] of Object.entries(keys)) {
        const store = database.createObjectStore(name, keyPath ? { keyPath } : undefined);
        if (name === "document") store.createIndex("day", "body.day");
      }
    },
  });
  await old.put("draft", { key: "visit", text: "halvt skrevet" });
  old.close();
  await opened(`haand-${phone.me.id}`);

  assert.deepEqual(await phone.rows("draft"), [{ key: "visit", text: "halvt skrevet" }]);
  assert.deepEqual(await phone.rows("delivered"), []);
});
