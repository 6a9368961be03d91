/** How a phone is to lock its day is believed of our server alone; until it is known nothing of the day is stored. */

import assert from "node:assert/strict";
import test from "node:test";
import { network } from "../browser.mjs";
import { makePhone, module } from "../on_phone.mjs";
import { isLocked, makeLockablePhone, makeVaultedPhone, policy } from "../vaulted.mjs";

const HALF_A_DAY = 13 * 60 * 60_000;
const known = async () => (await module("vault/policy.js")).findPolicy();

/** Somebody else answers where it is asked how phones are locked; sync is answered by our server. */
function answersVault(phone, answer) {
  const { fetch } = phone.server;
  network.fetch = (address, how, request) =>
    String(address).includes("/vault") ? answer(how) : fetch(address, how, request);
}

const off = { slots: [], lock_minutes: 10, hours: 72, seal_to: { id: "00", public: "AA" } };
const with_ = (changes) => () => Response.json({ ...off, ...changes });

const NOT_OURS = {
  "a page that says 200": () => new Response("<p>Log på</p>", { headers: { "Content-Type": "text/html" } }),
  "a page that says 404": () => new Response("<p>Not found</p>", { status: 404 }),
  "a gateway's 404 with a code": () => Response.json({ code: "NotFound", status: 404 }, { status: 404 }),
  "a gateway's 404 with a number": () => Response.json({ kind: "Status", code: 404 }, { status: 404 }),
  "a redirection": () => Response.redirect("https://portal.test/", 302),
  "an answer that was redirected": () =>
    Object.defineProperty(Response.json(off), "redirected", { value: true }),
  "nothing of ours in JSON": () => Response.json({}),
  "an empty list": () => Response.json([]),
  "half of it": () => Response.json({ slots: [], lock_minutes: 10, hours: 72 }),
  "kinds that are no words": with_({ slots: [null] }),
  "one kind and no list": with_({ slots: "pin" }),
  "more minutes than any setting": with_({ lock_minutes: 121 }),
  "more hours than any setting": with_({ hours: 721 }),
  "minutes in words": with_({ lock_minutes: "10" }),
  "no hours": with_({ hours: 0 }),
  "a code of no length": with_({ code: { length: "six", letters: false } }),
  "keys of orders that are no keys": with_({ order_keys: [1] }),
  "our form with another status": () => Response.json(off, { status: 203 }),
  "a cut answer": () => new Response(JSON.stringify(off).slice(0, 40)),
};

for (const [what, answer] of Object.entries(NOT_OURS))
  test(`where it is asked how to lock the day, ${what} is no answer: a new phone stores nothing of it`, async () => {
    const phone = await makePhone({ synced: false });
    answersVault(phone, answer);
    await phone.hello();
    await phone.say({ about: "visible" });

    assert.equal(await known(), null);
    assert.deepEqual(await phone.rows("document"), []);
  });

test("what says that there are no vaults, and is not ours, takes none away from a phone that knows of them", async () => {
  const phone = await makeLockablePhone();
  const before = await known();
  const { fetchPolicy } = await module("vault/policy.js");
  for (const answer of Object.values(NOT_OURS))
    for (const when of [undefined, "now", "of before"])
      await fetchPolicy({ clock: () => Date.now() + HALF_A_DAY, fetch: async () => answer() }, when);
  await phone.hello();

  assert.deepEqual(await known(), before);
  assert.equal(await isLocked(phone), true);
  assert.deepEqual(await phone.rows("document"), []);
});

test("it is asked of no cache, and led to nowhere else", async () => {
  const phone = await makePhone({ synced: false });
  const asked = [];
  answersVault(phone, (how) => {
    asked.push([how.cache, how.redirect]);
    return Response.json(off);
  });
  await phone.hello();

  assert.deepEqual([...new Set(asked.map(String))], ["no-store,manual"]);
});

test("where our server itself says that there are no vaults, the day is stored", async () => {
  const phone = await makePhone({ synced: false });
  await phone.hello();

  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
});

test("where only a newer app can make what is wanted, a new phone stores nothing of the day, and the server shows it", async () => {
  const phone = await makePhone({ visits: 2, vault: await policy(["voice"]) });
  const { html } = await phone.ask("GET", "/", { mode: "navigate" });

  assert.match(html, /a page of the server's/);
  assert.deepEqual(await phone.rows("document"), []);
});

test("a vault that there is goes on opening where only a newer app could make one", async () => {
  const phone = await makeVaultedPhone();
  phone.server.vault.slots = ["voice"];
  const { fetchPolicy } = await module("vault/policy.js");
  await fetchPolicy(await phone.phone(), "now");
  await phone.lock();

  assert.deepEqual(await phone.unlock(), { outcome: "open" });
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
});
