/** What lies between the phone and the server: a line too slow for a push, a firewall that takes words for an attack. */

import assert from "node:assert/strict";
import test from "node:test";
import { killWorker, makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { policy } from "../vaulted.mjs";

const QUERY = "Karen spørger: hvem skriver select * from dagligstuen?";

/** A phone on which these notes wait, behind something that answers instead of the server. */
async function withNotes(texts, instead) {
  const vault = { ...(await policy()), slots: [] };
  const phone = await makePhone({ vault });
  phone.server.instead = silent;
  for (const text of texts) await phone.tap("write_note", { text });
  phone.server.pushes = [];
  phone.server.instead = instead;
  return phone;
}

const many = (count) => Array.from({ length: count }, (_, place) => `Note ${place + 1}`);
const judgedNumbers = (phone) => phone.server.judged.map((change) => change.n).sort((a, b) => a - b);
const upTo = (count) => Array.from({ length: count }, (_, place) => place + 1);
const sizes = (phone) => phone.server.pushes.map((push) => push.changes.length);
const online = (phone) => phone.say({ about: "online" });

/** Time is up at once, where the phone would wait. */
function hurry(t) {
  const { setTimeout: wait } = globalThis;
  t.mock.method(globalThis, "setTimeout", (work, after, ...rest) =>
    wait(work, after >= 5_000 ? 5 : after, ...rest),
  );
}

/** The line carries so many changes; of a push with more nothing is heard before the phone gives it up. */
const slowLine = (most) => async (push, judge, signal) => {
  if (push.changes.length <= most) return judge();
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  throw signal.reason;
};

test("after a time-out less is sent, each part that arrives counts, and nothing begins anew", async (t) => {
  const phone = await withNotes(many(20), slowLine(3));
  hurry(t);
  await online(phone);

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.deepEqual(judgedNumbers(phone), upTo(20));
  assert.deepEqual(sizes(phone).slice(0, 7), [20, 0, 10, 0, 5, 0, 2]);
});

test("how much a slow line carries is known after the worker was ended", async (t) => {
  const phone = await withNotes(many(20), slowLine(0));
  hurry(t);
  for (let tries = 0; tries < 2; tries += 1) {
    await online(phone);
    await killWorker();
  }
  phone.server.pushes = [];
  phone.server.instead = null;
  await online(phone);

  assert.ok(sizes(phone)[0] <= 5, `${sizes(phone)}`);
  assert.deepEqual(judgedNumbers(phone), upTo(20));
});

test("what a slow line has taken is counted at once, not when all is there", async (t) => {
  const phone = await withNotes(many(12), slowLine(3));
  hurry(t);
  phone.page.heard.length = 0;
  await online(phone);

  assert.ok(phone.page.heard.filter(({ about }) => about === "state").length >= 3);
});

test("an answer that comes slowly is waited for as long as it comes", async () => {
  const { exchange } = await module("sync/exchange.js");
  const text = JSON.stringify({ now: "2026-11-23T07:00:02.000Z", fates: [], documents: [] });
  const slowly = new ReadableStream({
    async start(stream) {
      for (const sign of text) {
        await new Promise((resolve) => setTimeout(resolve, 4));
        stream.enqueue(new TextEncoder().encode(sign));
      }
      stream.close();
    },
  });
  const phone = { clock: () => 0, fetch: async () => new Response(slowly) };
  const { kind } = await exchange(phone, { cursor: null }, 60);

  assert.equal(kind, "heard");
});

/** What a firewall answers to a push whose words it does not like. */
const FIREWALLS = {
  "403 with a page": () => new Response("<h1>Forbidden</h1>", { status: 403 }),
  406: () => new Response("", { status: 406 }),
  413: () => new Response("", { status: 413 }),
  429: () => new Response("", { status: 429 }),
  502: () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
  "200 with a page": () =>
    new Response("<h1>Request rejected</h1>", { headers: { "Content-Type": "text/html" } }),
  "a cut connection": silent,
};

for (const [what, answers] of Object.entries(FIREWALLS)) {
  test(`a firewall's ${what} to one note's words holds nothing else back, and the note goes sealed`, async () => {
    const phone = await withNotes([QUERY, ...many(10)], (push, judge) =>
      /select .* from/.test(JSON.stringify(push)) ? answers() : judge(),
    );
    await online(phone);

    assert.deepEqual(await phone.rows("outbox"), []);
    assert.deepEqual(judgedNumbers(phone), upTo(11));
    const note = phone.server.judged.find((change) => change.n === 1);
    assert.deepEqual(Object.keys(note).sort(), ["id", "n", "sealed"]);
  });
}

test("a note that a firewall does not let through at all waits, and nothing waits for it", async () => {
  const phone = await withNotes([QUERY, ...many(10)], (push, judge) =>
    push.changes.some((change) => change.n === 1) ? new Response("", { status: 403 }) : judge(),
  );
  await online(phone);
  const first = judgedNumbers(phone);
  phone.server.pushes = [];
  await online(phone);

  assert.deepEqual(first, upTo(11).slice(1));
  assert.deepEqual(
    (await phone.rows("outbox")).map(({ n }) => n),
    [1],
  );
  assert.ok(phone.server.pushes.length < 5, "it is not looked for again each time");
});

test("where no firewall stands, nothing is asked twice", async () => {
  const phone = await withNotes(many(3), null);
  await online(phone);

  assert.deepEqual(sizes(phone), [3]);
});

test("a part of the first day is kept, and is not shown as the day before the last part is here", async () => {
  const phone = await makePhone({ visits: 3, synced: false });
  phone.server.instead = async (_push, judge) => {
    const answer = await (await judge()).json();
    phone.server.instead = silent;
    return Response.json({ ...answer, documents: answer.documents.slice(0, 2), more: true });
  };
  await phone.hello();
  const half = await phone.open("/");
  const kept = (await phone.rows("document")).length;
  phone.server.instead = null;
  phone.server.given = [];
  await online(phone);
  const whole = await phone.open("/");

  assert.equal(kept, 2);
  assert.match(half.html, /a page of the server's/);
  assert.match(whole.html, /Karen Jensen 2/);
});
