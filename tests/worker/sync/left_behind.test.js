/** Law 14 on the phone: whoever's access has ended still delivers, and what somebody has left on a phone goes from there. */

import assert from "node:assert/strict";
import test from "node:test";
import { network } from "../browser.mjs";
import { makePhone } from "../on_phone.mjs";
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
