/**
 * Law 15 in both directions: a newer app ran on this phone, then the server went back to this one, and later on again.
 * What the newer one has left that is not known here does no harm, and is still there when it comes back.
 */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { killWorker, makePhone, module } from "./on_phone.mjs";
import { silent } from "./server.mjs";
import { makeVaultedPhone, policy } from "./vaulted.mjs";

const NEWER = "01930000-0000-7000-8000-000000000001";

/** The databases as a newer app leaves them, with what it wrote. */
async function runNewerApp(phone, { slots = ["pin"] } = {}) {
  const name = `haand-${phone.me.id}`;
  const { opened } = await module("store/databases.js");
  const known = (await opened(name)).version;
  const newer = await openDB(name, known + 1, {
    upgrade(database, _old, _new, tx) {
      database.createObjectStore("handover", { keyPath: "id" });
      tx.objectStore("outbox").createIndex("by_shift", "shift");
    },
  });
  await newer.put("handover", { id: "h1", text: "Husk Karens nøgle." });
  await newer.put("fact", { at: "now" }, "shift_began");
  await newer.put("document", { id: "handover-1", version: 3, day: null, body: { kind: "handover" } });
  await newer.put("attention", {
    ...change(NEWER, 900),
    fate: "postponed",
    problem: "ShiftEnded",
    message: "Vagten var slut.",
    next_step: "call",
    answered_at: "2026-11-24T08:00:00.000Z",
    read_at: null,
  });
  newer.close();
  const own = await openDB("haand", 2, { upgrade: (database) => void database.createObjectStore("shift") });
  await own.put("shift", 1, "began");
  const before = (await own.get("phone", "policy")) ?? {};
  await own.put("phone", { ...before, slots: [...slots, "face"], colour: "blue" }, "policy");
  own.close();
  await killWorker();
  return { name, version: known + 1 };
}

const change = (id, n) => ({
  ...{ id, n, name: "hand_over", v: 2, at: "2026-11-24T08:00:00.000Z", seen: 1 },
  ...{ args: { shift_id: NEWER, text: "Ring til datteren." }, shift: "day" },
});

async function asNewerFindsIt({ name, version }) {
  const newer = await openDB(name, version);
  try {
    const facts = await newer.get("fact", "shift_began");
    return [await newer.getAll("handover"), facts, [...newer.transaction("outbox").store.indexNames]];
  } finally {
    newer.close();
  }
}

for (const kind of ["without a vault", "with a vault"])
  test(`law 15: ${kind}, after a newer app the phone opens, shows the day, keeps and delivers`, async () => {
    const hasVault = kind === "with a vault";
    const phone = hasVault ? await makeVaultedPhone() : await makePhone({ vault: await policy([]) });
    phone.server.instead = silent;
    await phone.tap("write_note", { text: "Skrevet i den nye." });
    const newer = await runNewerApp(phone, { slots: hasVault ? ["pin"] : [] });
    if (!hasVault) {
      const database = await openDB(newer.name);
      await database.put("outbox", change(NEWER.replace("1", "2"), 901));
      database.close();
    }

    const visit = `/visits/${phone.visit.visit_id}`;
    const pages = [];
    for (const path of ["/", visit, "/waiting", "/guides", "/me"]) pages.push(await phone.open(path));
    await phone.tap("write_note", { text: "Skrevet i den gamle." });
    const waiting = await phone.open("/waiting");
    const file = await phone.open("/waiting/export");
    phone.server.instead = null;
    await phone.say({ about: "online" });

    assert.deepEqual(
      pages.map(({ status }) => status),
      [200, 200, 200, 200, 200],
    );
    assert.match(pages[0].html, /Karen Jensen 0/);
    assert.match(pages[2].html, /Vagten var slut\./);
    for (const text of ["Skrevet i den nye.", "Skrevet i den gamle."])
      assert.match(waiting.html, new RegExp(text));
    assert.match(file.html, /Skrevet i den nye/);
    const sent = phone.server.judged.map(({ args }) => args.text);
    const ours = ["Skrevet i den nye.", "Skrevet i den gamle."];
    assert.deepEqual(sent.toSorted(), (hasVault ? ours : [...ours, "Ring til datteren."]).toSorted());
    assert.deepEqual(await phone.rows("outbox"), []);
    assert.deepEqual(await asNewerFindsIt(newer), [
      [{ id: "h1", text: "Husk Karens nøgle." }],
      { at: "now" },
      ["by_shift"],
    ]);
  });

test("law 15: a fate that only a newer server knows leaves the change where it is", async () => {
  const phone = await makePhone();
  phone.server.instead = async (_push, judge) => {
    const answer = await (await judge()).json();
    return Response.json({ ...answer, fates: answer.fates.map((fate) => ({ ...fate, fate: "postponed" })) });
  };
  await phone.tap("write_note", { text: "Karen sov godt." });

  assert.equal((await phone.rows("outbox")).length, 1);
});

test("law 15: a way to unlock that only a newer app knows is not offered, and the server is asked anew", async () => {
  const phone = await makeVaultedPhone();
  const { name } = await runNewerApp(phone);
  const database = await openDB(name);
  await database.put("slot", { kind: "face", tries: 9, wrapped: new Uint8Array(1) });
  database.close();
  await phone.lock();
  const page = await phone.open("/unlock");
  const opened = await phone.unlock();
  await phone.say({ about: "online" });

  assert.match(page.html, /data-kinds="pin"/);
  assert.equal(opened.outcome, "open");
  const { findPolicy } = await module("vault/policy.js");
  assert.deepEqual((await findPolicy()).slots, ["pin"]);
});

test("law 11: a phone that is wiped after a newer app has nothing of the newer one's left either", async () => {
  const phone = await makePhone({ vault: await policy([]) });
  const { name } = await runNewerApp(phone, { slots: [] });
  const { opened, wipe } = await module("store/databases.js");
  const held = await opened(name);
  await wipe(name);

  assert.ok(held);
  assert.equal((await indexedDB.databases()).filter((each) => each.name === name).length, 0);
});
