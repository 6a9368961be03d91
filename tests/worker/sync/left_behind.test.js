/** Law 14 on the phone: whoever's access has ended still delivers, and what somebody has left on a phone goes from there. */

import assert from "node:assert/strict";
import test from "node:test";
import { network, transactionsOf } from "../browser.mjs";
import { makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { facts, makeVaultedPhone, passTime, secondCarer } from "../vaulted.mjs";

const factOf = async (phone, name) => Object.fromEntries(await facts(phone))[name];

test("law 14: a temp whose role ended at midnight delivers the evening, and is told that it is held", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Blev hjemme." });
  phone.server.instead = null;
  phone.server.ended = true;
  await phone.say({ about: "online" });

  const waiting = (await phone.open("/waiting")).html;
  assert.deepEqual(
    phone.server.judged.map(({ args }) => args.text),
    ["Blev hjemme."],
  );
  assert.deepEqual(await phone.rows("outbox"), []);
  assert.match(
    waiting,
    /Blev hjemme\..*efter at adgangen var slut\. Hvert ord er gemt, og lederen ser på det\./s,
  );
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
  assert.equal(phone.page.heard.findLast(({ about }) => about.startsWith("sign")).about, "sign in again");
});

test("law 14: a phone whose access has ended is not in contact: it gives up in time what it carries", async (t) => {
  const phone = await makeVaultedPhone();
  const before = await factOf(phone, "contact_at");
  phone.server.ended = true;
  passTime(t, 60_000);
  await phone.tap("write_note", { text: "Blev hjemme." });

  assert.equal(phone.server.judged.length, 1);
  assert.equal(await factOf(phone, "contact_at"), before);
});

test("law 14: what a colleague who has left did not get sent is sent from the phone while another has it", async (t) => {
  const anna = await makeVaultedPhone();
  anna.server.instead = silent;
  await anna.tap("write_note", { text: "Karen sov godt." });
  const token = await factOf(anna, "delivery");
  const bo = await secondCarer(anna);
  const shown = [];
  network.fetch = (address, how) => {
    const of = how?.headers?.["Haand-Delivery"];
    if (of) shown.push(of);
    return (of === token ? anna.server : bo.server).fetch(address, how);
  };
  anna.server.instead = null;
  anna.server.ended = true;
  passTime(t, 20 * 60_000);
  await bo.say({ about: "hello", person: bo.me.id });

  assert.equal(token.split(".")[0], anna.me.id);
  assert.deepEqual(
    anna.server.judged.map((change) => Object.keys(change).sort()),
    [["id", "n", "sealed"]],
  );
  assert.deepEqual(await anna.rows("outbox"), []);
  assert.deepEqual(
    bo.server.pushes.flatMap(({ changes }) => changes),
    [],
  );
});

test("law 14: what is left on a phone on which nobody is signed in is sent from the door", async (t) => {
  const phone = await makePhone();
  phone.server.instead = (push) => (push.changes.length ? silent() : Response.json({}, { status: 500 }));
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });
  const left = await phone.tell({ about: "left here" });
  phone.server.instead = null;
  phone.server.ended = true;
  passTime(t, 20 * 60_000);
  await phone.say({ about: "visible" });

  assert.deepEqual(left, { count: 1, mine: false });
  assert.equal(phone.server.judged.length, 1);
  assert.deepEqual(await phone.tell({ about: "left here" }), { count: 0, mine: false });
});

for (const when of ["the first", "a later"])
  test(`${when} answer that is on its way while the phone is emptied brings fates and no documents`, async () => {
    const phone = await makePhone({ synced: when !== "the first" });
    phone.server.visits[0].door = "Ny kode";
    if (when === "a later") {
      const silent = phone.server.instead;
      phone.server.instead = () => Promise.reject(new TypeError("no network"));
      await phone.tap("start_visit", {});
      phone.server.instead = silent;
    }
    const { forgetDocuments } = await module("store/facts.js");
    const { transaction } = await module("store/databases.js");
    phone.server.instead = async (_push, judge) => {
      const answer = judge();
      phone.server.instead = null;
      const outbox = await phone.rows("outbox");
      await transaction(`haand-${phone.me.id}`, ["outbox"], "readwrite", (tx) => tx.store.clear());
      await forgetDocuments(phone.me.id);
      await transaction(`haand-${phone.me.id}`, ["outbox"], "readwrite", (tx) =>
        Promise.all(outbox.map((row) => tx.store.put(row))),
      );
      return answer;
    };
    const { sync } = await module("sync/sync.js");
    await sync(await phone.phone());
    const [documents, waiting] = [await phone.rows("document"), await phone.rows("outbox")];
    await sync(await phone.phone());

    assert.deepEqual([documents, waiting], [[], []]);
    assert.notEqual((await phone.rows("document")).length, 0);
  });

test("whoever is given nothing has not been given a day", async () => {
  const phone = await makePhone();
  phone.server.instead = () => Promise.reject(new TypeError("no network"));
  await phone.tap("start_visit", {});
  const { transaction } = await module("store/databases.js");
  const { fact, forgetDay } = await module("store/facts.js");
  await transaction(`haand-${phone.me.id}`, ["document", "fact"], "readwrite", async (tx) => {
    await Promise.all([tx.objectStore("document").clear(), forgetDay(tx.objectStore("fact"))]);
  });
  Object.assign(phone.server, { instead: null, ended: true });
  await phone.say({ about: "online" });

  assert.deepEqual(await phone.rows("outbox"), []);
  assert.equal(await fact(phone.me.id, "heard_at"), undefined);
});

test("a push that brings nothing shows the phone's token too", async () => {
  const phone = await makePhone();
  phone.server.ended = true;
  phone.server.instead = (push, judge) => {
    if (push.changes.length) throw new TypeError("cut by somebody on the way");
    return judge();
  };
  phone.server.shown = [];
  await phone.tap("start_visit", {});

  assert.ok(phone.server.shown.length > 1);
  assert.ok(phone.server.shown.every(Boolean), String(phone.server.shown));
});

/** A phone on which one carer's note waits while another carer is signed in; the server takes what is shown as hers, or nothing. */
async function withNoteOfAnother(make) {
  const anna = await make();
  anna.server.instead = silent;
  await anna.tap("write_note", { text: "Karen sov godt." });
  const bo = await secondCarer(anna);
  network.fetch = (address, how) => {
    const isHers = how?.headers?.["Haand-Delivery"]?.startsWith(anna.me.id);
    return (isHers ? anna.server : bo.server).fetch(address, how);
  };
  await bo.say({ about: "hello", person: bo.me.id });
  return { anna, bo };
}

for (const [kind, make] of [
  ["an open phone", makePhone],
  ["a phone with vaults", makeVaultedPhone],
])
  test(`law 14: ${kind} says that something of another carer's waits on it, and sends it within minutes`, async (t) => {
    const { anna, bo } = await withNoteOfAnother(make);
    const [today, waiting, me] = [await bo.open("/"), await bo.open("/waiting"), await bo.open("/me")].map(
      ({ html }) => html,
    );
    anna.server.instead = null;
    passTime(t, 61_000);
    const soon = performance.now() + 61_000;
    t.mock.method(performance, "now", () => soon);
    await bo.say({ about: "visible" });
    const after = [await bo.open("/"), await bo.open("/waiting"), await bo.open("/me")].map(
      ({ html }) => html,
    );

    assert.match(today, /class="state of-others".*?<span>1<\/span> <span>fra en anden venter</s);
    assert.match(
      waiting,
      /Alt dit er kommet frem.*1 ting, som en anden har skrevet på denne telefon, venter/s,
    );
    assert.match(me, /Alt dit er kommet frem\. Du kan trygt logge ud\..*1 ting, som en anden/s);
    for (const page of [today, waiting, me]) assert.doesNotMatch(page, /Karen sov godt|Intet venter/);
    assert.equal(anna.server.judged.length, 1);
    assert.deepEqual(await anna.rows("outbox"), []);
    for (const page of after) assert.doesNotMatch(page, /fra en anden venter|som en anden/);
    assert.match(after[1], /Intet venter på telefonen/);
  });

test("where another has left nothing, a delivery looks into no store of hers, but once a minute", async (t) => {
  const anna = await makePhone();
  const bo = await secondCarer(anna);
  const tick = () => transactionsOf(() => bo.say({ about: "online" }));
  const hers = (begun) => begun.filter((name) => name.endsWith(anna.me.id)).length;
  await bo.say({ about: "hello", person: bo.me.id });
  const soon = await tick();
  const later = performance.now() + 61_000;
  t.mock.method(performance, "now", () => later);
  const inAMinute = await tick();

  assert.equal(hers(soon), 0);
  assert.equal(hers(inAMinute), 1);
});

test("what another writes meanwhile in a window of hers is told of at once", async () => {
  const anna = await makePhone();
  const bo = await secondCarer(anna);
  await bo.say({ about: "hello", person: bo.me.id });
  bo.server.instead = silent;
  await anna.tap("write_note", { text: "Karen sov godt." });

  assert.match((await bo.open("/")).html, /<span>1<\/span> <span>fra en anden venter</);
});

test("what waits is sent with its own carer's sign-in, before another's ends it", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  phone.server.instead = null;
  await phone.ask("POST", "/demo/sign-in", { mode: "navigate", body: "" });

  assert.equal(phone.server.judged.length, 1);
});
