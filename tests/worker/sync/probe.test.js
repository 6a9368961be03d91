/** A phone that lies there delivers within seconds once the server is back, and asks for it in a way that costs little. */

import assert from "node:assert/strict";
import test from "node:test";
import { network } from "../browser.mjs";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { passTime } from "../vaulted.mjs";

/** The server is away with everything; how often each address was asked. */
function away(phone, probe = silent) {
  const asked = {};
  phone.server.instead = silent;
  network.fetch = (address, how) => {
    asked[address] = (asked[address] ?? 0) + 1;
    return address === "/healthz" ? probe() : phone.server.fetch(address, how);
  };
  return asked;
}

const alive = async () => Response.json({ status: "alive" });
const lastWait = (phone) => phone.page.heard.findLast(({ about }) => about === "later").wait;

/** The pages speak up whenever they were asked to, until so much time has gone by. */
async function lieThere(t, phone, milliseconds) {
  const began = Date.now();
  let gone = 0;
  let longest = 0;
  while (gone < milliseconds) {
    const wait = lastWait(phone);
    longest = Math.max(longest, wait);
    gone += wait + 1;
    t.mock.method(Date, "now", () => began + gone);
    await phone.say({ about: "tick" });
  }
  return longest;
}

test("a phone that lies there delivers within seconds after the server was away for two minutes", async (t) => {
  const phone = await makePhone();
  const asked = away(phone);
  await phone.tap("write_note", { text: "Karen sov godt." });
  const longest = await lieThere(t, phone, 120_000);
  const syncs = asked["/sync"];
  phone.server.instead = null;
  away(phone, alive);
  phone.server.instead = null;
  const wait = lastWait(phone);
  passTime(t, wait + 1);
  await phone.say({ about: "tick" });

  assert.ok(longest <= 12_500, `${longest}`);
  assert.ok(wait <= 5_000, `${wait}`);
  assert.ok(syncs <= 14, `pushes go on being rare: ${syncs}`);
  assert.equal(phone.server.judged.length, 1);
});

test("however long the server was away it is found within a quarter of a minute, and asked no oftener than each two seconds", async (t) => {
  const phone = await makePhone();
  const asked = away(phone);
  await phone.tap("write_note", { text: "Karen sov godt." });
  const longest = await lieThere(t, phone, 30 * 60_000);

  assert.ok(longest <= 12_500, `${longest}`);
  assert.ok(asked["/healthz"] <= (30 * 60_000) / 2_250);
});

test("a server that says when to come again is left alone until then", async () => {
  const phone = await makePhone();
  const asked = away(phone, alive);
  phone.server.instead = () =>
    Response.json({ code: "Unavailable" }, { status: 503, headers: { "Retry-After": "120" } });
  await phone.tap("write_note", { text: "Karen sov godt." });
  const before = asked["/sync"];
  await phone.say({ about: "tick" });

  assert.ok(lastWait(phone) >= 120_000);
  assert.deepEqual([asked["/healthz"], asked["/sync"]], [undefined, before]);
});

test("a server that answers and takes nothing is not pressed", async () => {
  const phone = await makePhone();
  const asked = away(phone, alive);
  await phone.tap("write_note", { text: "Karen sov godt." });
  const before = asked["/sync"];
  for (let tick = 0; tick < 5; tick += 1) await phone.say({ about: "tick" });

  assert.equal(asked["/healthz"], 2);
  assert.ok(asked["/sync"] <= 2 * before);
});

test("a network that goes again before anything is delivered is asked on", async () => {
  const phone = await makePhone();
  let probes = 0;
  const asked = away(phone, () => (++probes === 1 ? alive() : silent()));
  await phone.tap("write_note", { text: "Karen sov godt." });
  for (let tick = 0; tick < 3; tick += 1) await phone.say({ about: "tick" });

  assert.equal(asked["/healthz"], 4);
  assert.ok(lastWait(phone) <= 12_500);
});

/** A network that takes a request and never answers, until it is told that it lives again. */
function deadNetwork(phone) {
  let lives = false;
  const asked = { "/sync": 0, "/healthz": 0 };
  network.fetch = (address, how) => {
    asked[address] += 1;
    if (lives) return address === "/healthz" ? alive() : phone.server.fetch(address, how);
    return new Promise((_, failed) => {
      how.signal.addEventListener("abort", () => failed(how.signal.reason));
    });
  };
  return { asked, revive: () => (lives = true) };
}

test("what was sent into a dead network is overtaken within seconds once the network lives again", async () => {
  const phone = await makePhone();
  const network = deadNetwork(phone);
  setTimeout(network.revive, 5_000);
  const began = performance.now();
  await phone.tap("write_note", { text: "Karen sov godt." });
  const took = performance.now() - began;

  assert.ok(took < 13_000, `${took}`);
  assert.deepEqual(
    phone.server.judged.map(({ args }) => args.text),
    ["Karen sov godt."],
  );
  assert.equal(network.asked["/sync"], 2);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("what is merely slow is waited for, and not begun anew", async () => {
  const phone = await makePhone();
  const asked = away(phone, alive);
  phone.server.instead = async (_push, judge) => {
    await new Promise((late) => setTimeout(late, 6_000));
    return judge();
  };
  await phone.tap("write_note", { text: "Karen sov godt." });

  assert.deepEqual([asked["/sync"], asked["/healthz"]], [1, 2]);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("a phone on which nothing waits asks for nothing between its tries", async () => {
  const phone = await makePhone();
  const asked = away(phone);
  await phone.say({ about: "online" });
  await phone.say({ about: "tick" });

  assert.equal(asked["/healthz"], undefined);
});

for (const [what, probe] of Object.entries({
  "a hotel's page": async () => new Response("<p>Wi-Fi</p>", { headers: { "Content-Type": "text/html" } }),
  "a proxy without a server": async () => new Response("", { status: 502 }),
}))
  test(`${what} is not taken for the server`, async () => {
    const phone = await makePhone();
    const asked = away(phone, probe);
    await phone.tap("write_note", { text: "Karen sov godt." });
    const before = asked["/sync"];
    await phone.say({ about: "tick" });

    assert.deepEqual([asked["/healthz"], asked["/sync"]], [1, before]);
  });
