/** Every try of a code counts, whenever and however it is made, and what somebody edits on the disk opens nothing. */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { dispatch } from "../browser.mjs";
import { killWorker, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { facts, makeLockablePhone, makeVaultedPhone, stretched } from "../vaulted.mjs";

const DAY = 24 * 60 * 60_000;

/** All at once, as many pages would say it, or one that somebody else has written. */
async function tryAll(phone, codes) {
  const said = codes.map((code, place) =>
    dispatch("message", {
      data: {
        about: "open vault",
        person: phone.me.id,
        kind: "pin",
        secret: stretched(code),
        to: `try ${place}`,
      },
      source: phone.page,
    }).settled(),
  );
  await Promise.all(said);
  const answered = (place) =>
    phone.page.heard.find(({ about, to }) => about === "answer" && to === `try ${place}`).answer;
  return codes.map((_, place) => answered(place).outcome);
}

/** The slot as somebody writes it who has the disk. */
async function editSlot(phone, edit) {
  const database = await openDB(`haand-${phone.me.id}`);
  const [slot] = await database.getAll("slot");
  await database.clear("slot");
  await database.put("slot", { ...slot, ...edit });
  database.close();
  await killWorker();
  return slot;
}

test("many codes at once count each: five wrong ones and the vault is gone, and the right one behind them opens nothing", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  const outcomes = await tryAll(phone, ["1", "2", "3", "4", "5", "271828", "6", "271828"]);
  const state = await module("vault/vault.js").then(({ stateOf }) => stateOf(phone.me.id));
  const slots = await phone.rows("slot");
  phone.server.instead = null;
  await phone.hello();

  assert.deepEqual(outcomes.slice(0, 5), ["wrong", "wrong", "wrong", "wrong", "gone"]);
  assert.equal(outcomes.includes("open"), false);
  assert.deepEqual([state, slots], ["wanted", []]);
  assert.equal(phone.server.judged.length, 1);
});

test("killed between the fifth wrong code and the vault's end, nobody has a sixth try", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.lock();
  await editSlot(phone, { tries: 5 });
  const right = await phone.unlock();

  assert.deepEqual(right, { outcome: "gone" });
  assert.deepEqual(await phone.rows("slot"), []);
});

test("the right one among many at once begins the count anew, and those behind it are counted", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const outcomes = await tryAll(phone, ["1", "2", "271828", "3", "4"]);
  const [{ tries }] = await phone.rows("slot");

  assert.deepEqual(outcomes, ["wrong", "wrong", "open", "wrong", "wrong"]);
  assert.equal(tries, 2);
});

test("a clock that is set back 400 days between the tries leaves them counted", async (t) => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.lock();
  const now = Date.now();
  const tries = [await phone.unlock("1"), await phone.unlock("2")];
  t.mock.method(Date, "now", () => now - 400 * DAY);
  await killWorker();
  tries.push(await phone.unlock("3"), await phone.unlock("4"));
  const { html } = await phone.open("/unlock");
  tries.push(await phone.unlock("5"));

  assert.deepEqual(
    tries.map(({ outcome, left }) => [outcome, left]),
    [
      ["wrong", 4],
      ["wrong", 3],
      ["wrong", 2],
      ["wrong", 1],
      ["gone", undefined],
    ],
  );
  assert.match(html, /1 forsøg tilbage/);
  assert.deepEqual(await phone.rows("slot"), []);
});

for (const kind of ["prf", "prf+pin"])
  test(`a code's slot that is called ${kind} on the disk opens with nothing, and loses no words`, async () => {
    const phone = await makeVaultedPhone();
    phone.server.instead = silent;
    await phone.tap("write_note", { text: "Karen sov godt." });
    await phone.lock();
    const { kind: before } = await editSlot(phone, { kind });
    const outcomes = [];
    for (const as of [kind, "pin"])
      for (const code of ["271828", "1"])
        outcomes.push((await phone.tell({ about: "open vault", kind: as, secret: stretched(code) })).outcome);
    const waiting = await phone.rows("outbox");
    await editSlot(phone, { kind: before, tries: 0 });
    const opened = await phone.unlock();
    const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);
    phone.server.instead = null;
    await phone.say({ about: "online" });

    assert.deepEqual(outcomes, ["wrong", "wrong", "refused", "refused"]);
    assert.equal(waiting.length, 1);
    assert.deepEqual(opened, { outcome: "open" });
    assert.match(html, /Karen sov godt\./);
    assert.equal(phone.server.judged.length, 1);
  });

test("a passkey's slot that is called a code's on the disk opens with nothing, and what waits is delivered when it is gone", async () => {
  const phone = await makeLockablePhone({ slots: ["prf"] });
  const made = {
    ...{ kind: "prf", stretch: null, prf_salt: new Uint8Array(32), passkey_id: new Uint8Array(16) },
    secret: stretched("passkey"),
  };
  await phone.tell({ about: "make vault", ...made });
  await phone.hello();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  await editSlot(phone, { kind: "pin" });
  const outcomes = [];
  for (let i = 0; i < 5; i += 1) outcomes.push((await phone.unlock("passkey")).outcome);
  phone.server.instead = null;
  await phone.hello();

  assert.deepEqual(outcomes, ["wrong", "wrong", "wrong", "wrong", "gone"]);
  assert.deepEqual(
    phone.server.judged.map((change) => Object.keys(change)),
    [["id", "n", "sealed"]],
  );
});

test("that a change of the plan was seen is stored while the vault is locked, and answered as stored", async () => {
  const phone = await makeVaultedPhone();
  const plan_change_id = "01939f00-0000-7000-8000-00000000d001";
  phone.server.instead = silent;
  await phone.lock();
  await killWorker();
  const { status, headers } = await phone.ask("POST", "/do/see_plan_change", {
    body: new URLSearchParams({ plan_change_id }),
    headers: { "HX-Person": phone.me.id },
  });
  const rows = await phone.rows("outbox");
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual([status, headers.get("HX-Redirect")], [200, "/"]);
  assert.deepEqual(
    rows.map(({ name, sealed, box }) => [name, Boolean(sealed), box]),
    [[undefined, true, undefined]],
  );
  assert.deepEqual(
    phone.server.judged.map((change) => Object.keys(change)),
    [["id", "n", "sealed"]],
  );
  assert.equal(
    (await facts(phone)).some(([, value]) => value === plan_change_id),
    false,
  );
});
