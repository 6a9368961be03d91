/** What a phone can prove: that its vault is open, by a secret that lies in it; and which phone it is, by one of its own. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { openDB } from "idb";
import { network } from "../browser.mjs";
import { ask, killWorker, makePhone, readRows } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import {
  facts,
  isLocked,
  listen,
  makeLockablePhone,
  makeVaultedPhone,
  passTime,
  secondCarer,
  sentTo,
} from "../vaulted.mjs";

const AFTER_THREE_DAYS = 73 * 60 * 60_000;
const hashOf = (text) => createHash("sha256").update(text).digest("hex");
const last = (list) => list.at(-1);

/** Other ways to write an address of hers, what only the server has, and what nobody has. */
const addresses = (phone) => [
  `/%64ays/${phone.visit.day}`,
  `/%76isits/${phone.visit.visit_id}`,
  "/waiting/%65xport",
  "/%77aiting",
  `//days/${phone.visit.day}`,
  "/waiting/export/",
  "/Days/2026-11-24",
  "/board",
  "/access",
  "/people",
  "/blobs/aa",
  "/nowhere",
];

/** An app of before had no such secret. */
async function forgetProof(phone) {
  const database = await openDB(`haand-${phone.me.id}`);
  await database.delete("fact", "proof");
  database.close();
}

test("an open vault shows its secret with every sync, always the same, and it lies nowhere on the disk", async () => {
  const phone = await makeVaultedPhone();
  await phone.tap("start_visit", {});
  await phone.lock();
  await phone.unlock();
  await phone.hello();
  const shown = new Set(phone.server.vaults.filter((vault) => vault && !vault.includes(".closed")));
  const [secret] = shown;

  assert.equal(shown.size, 1);
  assert.match(secret, new RegExp(`^${phone.me.id}\\.[A-Za-z0-9_-]{43}$`));
  assert.equal((await phone.everything()).includes(secret.split(".")[1]), false);
});

test("a closed vault says only which one it is, and all that goes is sealed", async () => {
  const phone = await makeVaultedPhone();
  const secret = last(phone.server.vaults);
  await phone.lock();
  phone.server.pushes = [];
  await phone.tap("write_note", { text: "Karen sov godt." });
  const changes = phone.server.pushes.flatMap((push) => push.changes);

  assert.equal(last(phone.server.vaults), `${phone.me.id}.closed.${hashOf(secret)}`);
  assert.deepEqual(
    changes.map((change) => Object.keys(change)),
    [["id", "n", "sealed"]],
  );
});

test("while it is locked nothing is asked for or shown, however the address is written", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const asked = listen(phone);

  for (const path of addresses(phone)) {
    assert.match((await sentTo(phone, path)) ?? "", /^\/unlock/, path);
    const { status, html } = await ask("GET", path);
    assert.deepEqual([status, html], [204, ""], path);
  }
  assert.deepEqual(asked, []);
});

test("before the first code is chosen the page on which a passkey is made is there, and no day", async () => {
  const phone = await makeLockablePhone();
  const asked = listen(phone);
  const { status } = await ask("GET", "/access", { mode: "navigate" });

  assert.equal(status, 200);
  assert.deepEqual(
    asked.map(({ path }) => path),
    ["/access"],
  );
  assert.match(await sentTo(phone, "/"), /^\/unlock/);
});

test("what cannot be found out is locked: nothing is shown, and the way to what waits is", async (t) => {
  const phone = await makeVaultedPhone();
  await killWorker();
  const { transaction } = IDBDatabase.prototype;
  t.after(() => (IDBDatabase.prototype.transaction = transaction));
  IDBDatabase.prototype.transaction = function (...given) {
    if (this.name !== "haand") throw new Error("the store cannot be read");
    return transaction.apply(this, given);
  };

  assert.match(await sentTo(phone, "/"), /^\/unlock/);
  for (const path of addresses(phone)) assert.match(await sentTo(phone, path), /^\/unlock/, path);
  const { html } = await phone.ask("GET", "/unlock", { mode: "navigate" });
  assert.doesNotMatch(html, /Karen/);
  assert.match(html, /<h1>/);
});

test("with the vault open the secret goes to the server's pages too, and a form arrives whole", async () => {
  const phone = await makeVaultedPhone();
  const secret = last(phone.server.vaults);
  const asked = listen(phone);
  await ask("GET", "/access", { mode: "navigate" });
  await ask("POST", "/people/new", { body: new URLSearchParams({ name: "Ny Vikar" }) });
  const [page, form] = asked;

  assert.deepEqual(
    asked.map(({ method, path, headers }) => [method, path, headers.get("Haand-Vault")]),
    [
      ["GET", "/access", secret],
      ["POST", "/people/new", secret],
    ],
  );
  assert.equal(page.headers.get("Haand-Mode"), "navigate");
  assert.equal(form.headers.get("Haand-Mode"), null);
  assert.equal(new TextDecoder().decode(form.how.body), "name=Ny+Vikar");
  assert.match(form.headers.get("Content-Type"), /^application\/x-www-form-urlencoded/);
});

test("the way in and out, and what the door asks, is never told the secret", async () => {
  const phone = await makeVaultedPhone();
  const asked = listen(phone);
  await ask("GET", "/sign-in", { mode: "navigate" });
  await ask("POST", "/sign-in/answer", { body: "{}" });

  assert.deepEqual(
    asked.map(({ headers }) => headers.get("Haand-Vault")),
    [null, null],
  );
});

test("a form that is posted while it is locked goes to the server as it is, which shows its words again", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  const asked = listen(phone);
  await ask("POST", "/people/new", { mode: "navigate", body: new URLSearchParams({ name: "Ny Vikar" }) });

  assert.deepEqual(
    asked.map(({ path, headers, how }) => [path, headers.get("Haand-Vault"), how]),
    [["/people/new", null, undefined]],
  );
});

test("a picture that the phone lacks is asked for with the secret", async () => {
  const phone = await makeVaultedPhone();
  const asked = listen(phone);
  await ask("GET", `/media/${"a".repeat(64)}`);

  assert.equal(asked[0].headers.get("Haand-Vault"), last(phone.server.vaults));
});

test("long without contact the content is given up, and the same code shows the same secret", async (t) => {
  const phone = await makeVaultedPhone();
  const secret = last(phone.server.vaults);
  await phone.lock();
  phone.server.instead = silent;
  passTime(t, AFTER_THREE_DAYS);
  await phone.open("/unlock");
  passTime(t, AFTER_THREE_DAYS);
  await phone.open("/unlock");
  const slots = await phone.rows("slot");
  phone.server.instead = null;
  await phone.unlock();
  await phone.hello();

  assert.deepEqual(
    slots.map((slot) => slot.wrapped),
    [null],
  );
  assert.equal(last(phone.server.vaults), secret);
});

test("a vault that was forgotten takes its secret along: the next one has another", async () => {
  const phone = await makeVaultedPhone();
  const secret = last(phone.server.vaults);
  await phone.lock();
  await phone.tell({ about: "forget vault" });
  const left = (await facts(phone)).map(([name]) => name);
  await phone.hello();
  await phone.choose();
  await phone.hello();

  assert.equal(left.includes("proof"), false);
  assert.notEqual(last(phone.server.vaults), secret);
  assert.match(last(phone.server.vaults), /\.[A-Za-z0-9_-]{43}$/);
});

test("a vault of an app of before gets its secret when it is opened, and at once where it is open", async () => {
  const phone = await makeVaultedPhone();
  await forgetProof(phone);
  await phone.hello();
  const whileOpen = last(phone.server.vaults);
  await forgetProof(phone);
  await phone.lock();
  await phone.hello();
  const whileClosed = last(phone.server.vaults);
  await phone.unlock();
  await phone.hello();
  const opened = last(phone.server.vaults);
  await phone.lock();
  await phone.unlock();
  await phone.hello();

  assert.match(whileOpen, /\.[A-Za-z0-9_-]{43}$/);
  assert.equal(whileClosed, `${phone.me.id}.closed`);
  assert.match(opened, /\.[A-Za-z0-9_-]{43}$/);
  assert.equal(last(phone.server.vaults), opened);
});

test("a phone whose vault went with all that it stored is told to sign in again, by the server's page", async () => {
  const phone = await makeLockablePhone();
  const database = await openDB("haand");
  await database.delete("phone", "current");
  database.close();
  await killWorker();
  network.fetch = (address, how, request) =>
    request
      ? Promise.resolve(
          new Response("Log ind igen", { status: 403, headers: { "Haand-Person": phone.me.id } }),
        )
      : phone.server.fetch(address, how);

  for (const path of ["/", "/unlock?next=%2F"]) {
    const { status, html } = await phone.ask("GET", path, { mode: "navigate" });
    assert.deepEqual([status, html], [403, "Log ind igen"], path);
  }
});

test("an answer that gives nothing because no open vault was shown is no day, and who has no vault is asked to sign in", async () => {
  const phone = await makePhone({ synced: false });
  phone.server.closed = true;
  await phone.hello();
  const names = (await facts(phone)).map(([name]) => name);

  assert.equal(names.includes("heard_at"), false);
  assert.equal(
    phone.page.heard.some(({ about }) => about === "sign in again"),
    true,
  );
});

test("what is refused because no vault was shown asks to sign in again where the phone has none, and waits", async () => {
  const phone = await makePhone();
  phone.server.instead = () => Response.json({ code: "VaultClosed", status: 403 }, { status: 403 });
  await phone.tap("start_visit", {});
  const heard = phone.page.heard.map(({ about }) => about);

  assert.ok(heard.includes("sign in again"));
  assert.equal((await phone.rows("outbox")).length, 1);
});

test("whoever locks by hand has locked it, also while nothing can be read or written", async (t) => {
  const phone = await makeVaultedPhone();
  const { transaction } = IDBDatabase.prototype;
  const { error } = console;
  t.after(() => Object.assign(console, { error }));
  t.after(() => (IDBDatabase.prototype.transaction = transaction));
  console.error = () => {};
  IDBDatabase.prototype.transaction = () => {
    throw new Error("the store cannot be read");
  };
  const sent = await phone.lock().catch(() => null);
  IDBDatabase.prototype.transaction = transaction;

  assert.equal(await isLocked(phone), true);
  assert.equal(sent?.status, 303);
  assert.ok(phone.page.heard.some(({ about }) => about === "locked"));
});

test("a phone has a secret of its own, which stays when its vault is locked or gone, and says who it is", async () => {
  const phone = await makeVaultedPhone();
  await phone.lock();
  await phone.hello();
  await phone.tell({ about: "forget vault" });
  await phone.hello();

  assert.equal(new Set(phone.server.secrets).size, 1);
  assert.match(phone.server.secrets[0], /^[A-Za-z0-9_-]{43}$/);
  assert.equal(await isLocked(phone), true);
});

test("two carers on one phone have a secret each, of the vault and of the phone", async () => {
  const first = await makeVaultedPhone();
  const second = await secondCarer(first);
  await second.say({ about: "hello", person: second.me.id });
  const [hers, his] = [first.server, second.server];

  assert.notEqual(last(hers.secrets), last(his.secrets));
  assert.equal(last(his.vaults).startsWith(second.me.id), true);
  assert.deepEqual(
    (await readRows(first.me.id, "fact")).filter((fact) => fact === last(his.secrets)),
    [],
  );
});
