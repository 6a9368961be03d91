/** Five wrong codes end a vault, a passkey cannot be guessed, and what waits is delivered all the same. */

import assert from "node:assert/strict";
import test from "node:test";
import { openDB } from "idb";
import { ask, killWorker } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { makeLockablePhone, makeVaultedPhone } from "../vaulted.mjs";

const numbers = (changes) => changes.map((change) => change.n);

test("a wrong code is counted down, and the right one begins anew", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const wrong = [await phone.unlock("1"), await phone.unlock("2"), await phone.unlock("3")];
  await killWorker();
  const page = await phone.open("/unlock");
  const fourth = await phone.unlock("4");
  const beforeTheLast = await phone.open("/unlock");
  const right = await phone.unlock();
  await phone.lock();

  assert.deepEqual(
    [...wrong, fourth].map(({ outcome, left }) => [outcome, left]),
    [
      ["wrong", 4],
      ["wrong", 3],
      ["wrong", 2],
      ["wrong", 1],
    ],
  );
  assert.match(page.html, /role="alert">2 forsøg tilbage</);
  assert.match(
    beforeTheLast.html,
    /role="alert">1 forsøg tilbage\. Bliver koden forkert igen, fjernes besøgene/,
  );
  assert.deepEqual(right, { outcome: "open" });
  assert.equal((await phone.unlock("5")).left, 4);
});

test("five wrong codes: the vault is gone, what waits is delivered, and the sign-in ends", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.tap("start_visit", {});
  await phone.lock();
  const tries = [];
  for (const pin of ["1", "2", "3", "4", "5"]) tries.push((await phone.unlock(pin)).outcome);
  const [left, slots, documents] = [
    await phone.rows("outbox"),
    await phone.rows("slot"),
    await phone.rows("document"),
  ];
  const without = await ask("GET", "/", { mode: "navigate" });
  phone.server.instead = null;
  phone.server.pushes = [];
  await phone.hello();

  assert.deepEqual(tries, ["wrong", "wrong", "wrong", "wrong", "gone"]);
  assert.deepEqual([slots, documents], [[], []]);
  assert.deepEqual(
    left.map((row) => Object.keys(row).sort()),
    Array(2).fill(["at", "clock", "id", "n", "sealed"]),
  );
  assert.equal(without.status, 503);
  assert.deepEqual(numbers(phone.server.judged), [1, 2]);
  assert.equal(phone.server.signedOut, 1);
  assert.deepEqual(await phone.rows("outbox"), []);
});

test("five wrong codes without a network: the first page with one sends what waits with the sign-in, ends it, and asks again", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  await killWorker();
  phone.server.instead = null;
  const asked = [];
  phone.server.files = (path) => {
    asked.push(path);
    // What the browser has asked for by itself while the worker was started, with the sign-in of then.
    return new Response("<p>her day</p>", { headers: { "Haand-Person": phone.me.id } });
  };
  const answer = await ask("GET", "/", { mode: "navigate" });

  assert.deepEqual([answer.status, new URL(answer.headers.get("Location")).pathname], [303, "/"]);
  assert.deepEqual([phone.server.judged.length, phone.server.signedOut], [1, 1]);
  assert.deepEqual(await phone.rows("outbox"), []);
  assert.deepEqual(asked, []);
});

test("a locked phone whose sign-in is over promises nothing that needs it", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = () => Response.json({ code: "NotSignedIn", status: 401 }, { status: 401 });
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  await phone.say({ about: "visible" });
  const { html } = await phone.open("/unlock");

  assert.match(html, /1 venter\. Den bliver sendt, når du har logget ind igen\./);
  assert.doesNotMatch(html, /også mens der er låst/);
});

test("after five wrong codes what lay open is delivered as it is, and what nobody can open any more goes", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  const [{ box }] = await phone.rows("outbox");
  await phone.lock();
  const args = { visit_id: phone.visit.visit_id };
  const open = {
    id: "of-before",
    n: 2,
    name: "start_visit",
    v: 1,
    at: "2026-11-23T07:00:00.000Z",
    seen: 1,
    args,
  };
  const database = await openDB(`haand-${phone.me.id}`);
  await database.put("outbox", { ...open, about: {} });
  await database.put("outbox", { id: "closed", n: 3, at: open.at, box });
  database.close();
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  const left = await phone.rows("outbox");
  phone.server.instead = null;
  await phone.hello();

  assert.deepEqual(
    left.map((row) => [row.n, Boolean(row.sealed), row.name, row.box]),
    [
      [1, true, undefined, undefined],
      [2, false, "start_visit", undefined],
    ],
  );
  assert.deepEqual(numbers(phone.server.judged), [1, 2]);
  assert.deepEqual(phone.server.judged[1], open);
});

/** What a page has made of a passkey, and of a code beside it. */
const withPasskey = (kind, secret) => ({
  kind,
  stretch: null,
  prf_salt: new Uint8Array(32),
  passkey_id: new Uint8Array(16),
  secret: new Uint8Array(64).fill(secret).subarray(0, kind === "prf" ? 32 : 64),
});

test("a passkey cannot be guessed: however often another is shown, the vault stays", async () => {
  const phone = await makeLockablePhone({ slots: ["prf"] });
  await phone.tell({ about: "make vault", ...withPasskey("prf", 1) });
  await phone.lock();
  const open = (secret) => phone.tell({ about: "open vault", ...withPasskey("prf", secret) });
  const tries = [];
  for (let i = 0; i < 6; i += 1) tries.push((await open(2)).outcome);

  assert.deepEqual(tries, Array(6).fill("wrong"));
  assert.deepEqual(await open(1), { outcome: "open" });
});

test("a code beside a passkey can be guessed: the fifth wrong one is the last", async () => {
  const phone = await makeLockablePhone({ slots: ["prf+pin"] });
  await phone.tell({ about: "make vault", ...withPasskey("prf+pin", 1) });
  await phone.lock();
  const open = (secret) => phone.tell({ about: "open vault", ...withPasskey("prf+pin", secret) });
  const tries = [];
  for (let i = 0; i < 5; i += 1) tries.push((await open(2)).outcome);

  assert.deepEqual(tries, ["wrong", "wrong", "wrong", "wrong", "gone"]);
  assert.deepEqual(await phone.rows("slot"), []);
});

test("after five wrong codes nobody chooses another before signing in anew", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  phone.server.instead = silent;
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  const refused = await phone.choose("161803");
  phone.server.instead = null;
  await ask("GET", "/", { mode: "navigate" });
  await phone.ask("POST", "/demo/sign-in", { mode: "navigate", body: "" });
  await phone.hello();
  const chosen = await phone.choose("161803");

  assert.deepEqual(refused, { outcome: "refused" });
  assert.deepEqual(chosen, { outcome: "open" });
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
  assert.equal(phone.server.signedOut, 1);
});

test("what is written between a lost vault and the next is closed into the next", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  for (const pin of ["1", "2", "3", "4", "5"]) await phone.unlock(pin);
  await phone.hello();
  await phone.hello();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Smerter i hoften." });
  const before = await phone.everything();
  const chosen = await phone.choose("161803");
  const after = await phone.everything();
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual(chosen, { outcome: "open" });
  assert.deepEqual(
    [before, after].map((disk) => disk.includes("Smerter i hoften.")),
    [true, false],
  );
  assert.equal(phone.server.judged.at(-1).args.text, "Smerter i hoften.");
});

test("a forgotten code costs what was half-written, and nothing else", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.lock();
  phone.server.instead = null;
  const answer = await phone.tell({ about: "forget vault" });

  assert.deepEqual(answer, { outcome: "gone" });
  assert.equal(phone.server.judged.length, 1);
  assert.deepEqual(await phone.rows("slot"), []);
});
