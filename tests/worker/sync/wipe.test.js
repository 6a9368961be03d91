/** A phone that was shut out delivers, then forgets; and obeys nobody but the server's own key. */

import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import test from "node:test";
import { network, registration } from "../browser.mjs";
import { makePromise, module, readRows } from "../on_phone.mjs";
import { makeGuide, silent } from "../server.mjs";
import { makeVaultedPhone, secondCarer } from "../vaulted.mjs";
import { openWindow } from "../window.mjs";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const THE_DAY = ["document", "outbox", "delivered", "attention", "draft", "slot", "fact"];

/** A key that signs orders, as the server has one. */
async function makeOrderKey() {
  const { privateKey, publicKey } = await webcrypto.subtle.generateKey(CURVE, true, ["sign"]);
  const point = Buffer.from(await webcrypto.subtle.exportKey("raw", publicKey)).toString("base64");
  const sign = async (what, phone, order = "wipe") => {
    const text = JSON.stringify({ order, what, phone, at: new Date(Date.now()).toISOString() });
    const how = { name: "ECDSA", hash: "SHA-256" };
    const signature = await webcrypto.subtle.sign(how, privateKey, Buffer.from(text));
    return { text, signature: Buffer.from(signature).toString("base64") };
  };
  return { point, sign };
}

/** The server has shut this phone out: it holds what comes, and orders. */
async function shutOut(phone, what, { key, signer = key, to, kind, keys = [key.point] } = {}) {
  const { server } = phone;
  server.vault = { ...server.vault, order_keys: keys };
  server.told = [];
  server.files = (path) => {
    server.told.push(path);
    return null;
  };
  server.instead = async (push, judge) => {
    const { documents: _, ids: __, ...answer } = await judge().json();
    const order = await signer.sign(what, to ?? push.phone, kind);
    return Response.json({ ...answer, cursor: null, documents: [], order });
  };
}

const left = async (phone) =>
  (await Promise.all(THE_DAY.map((store) => phone.rows(store).catch(() => [])))).flat().length;

const current = async () => (await module("store/facts.js")).currentPerson();

test("a revoked phone delivers what waits, then nothing of its carer's is left and she is nobody here", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Sov godt." });
  await phone.tap("start_visit", {});
  await shutOut(phone, "vault", { key });
  await phone.say({ about: "online" });

  assert.deepEqual(
    phone.server.judged.map((change) => change.name),
    ["write_note", "start_visit"],
  );
  assert.equal(await left(phone), 0);
  assert.equal(await current(), null);
  assert.deepEqual(phone.server.told, ["/wiped"]);
  assert.equal(phone.page.heard.at(-1).about, "start over");
  assert.equal((await phone.open("/")).html, "<p>a page of the server's</p>");
});

test("a revoked phone delivers its half-written words before it is wiped, and keeps those that it could not", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  phone.server.instead = silent;
  await openWindow(phone).type("Karen sov");
  await shutOut(phone, "vault", { key });
  const orders = phone.server.instead;
  phone.server.instead = async (push, judge) => {
    const { drafts: _, ...answer } = await (await orders({ ...push, drafts: undefined }, judge)).json();
    return Response.json(answer);
  };
  await phone.lock();
  await phone.say({ about: "online" });
  const undelivered = (await phone.rows("draft")).map((row) => Object.keys(row).sort());
  phone.server.instead = orders;
  await phone.say({ about: "online" });

  assert.deepEqual(undelivered, [["at", "dn", "id", "key", "sealed"]]);
  assert.equal(phone.server.drafts.size, 1);
  assert.equal(await left(phone), 0);
});

test("what stood in line when it was wiped leaves nothing of itself", async () => {
  const [phone, key, isWiped] = [await makeVaultedPhone(), await makeOrderKey(), makePromise()];
  await shutOut(phone, "vault", { key });
  const order = phone.server.instead;
  phone.server.instead = (push, judge) => {
    phone.server.instead = async () => {
      await isWiped.promise;
      return Response.json({ code: "NotSignedIn" }, { status: 401 });
    };
    return order(push, judge);
  };
  const wiping = phone.say({ about: "online" });
  const next = phone.say({ about: "visible" });
  await wiping;
  isWiped.resolve();
  await next;

  assert.equal(phone.server.pushes.slice(-2).length, 2);
  assert.equal(await left(phone), 0);
});

test("a picture that was on its way when it was wiped leaves nothing either", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  const [isAsked, picture] = [makePromise(), makePromise()];
  const bytes = Buffer.from("<svg/>");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  phone.server.guides = [makeGuide([{ sha256, bytes: bytes.length, type: "image/svg+xml" }])];
  phone.server.files = (path) => {
    isAsked.resolve();
    return path === `/media/${sha256}` ? picture.promise : null;
  };
  const fetching = phone.say({ about: "online" });
  await isAsked.promise;
  await shutOut(phone, "vault", { key });
  await phone.say({ about: "online" });
  picture.resolve(new Response(bytes));
  await fetching;

  assert.deepEqual(phone.server.told, ["/wiped"]);
  assert.deepEqual(await phone.rows("media").catch(() => []), []);
});

test("it hears of it while it is locked, and delivers what is sealed", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Sov godt." });
  await phone.lock();
  await shutOut(phone, "vault", { key });
  await phone.say({ about: "visible" });

  const [push] = phone.server.pushes.slice(-1);
  assert.deepEqual(Object.keys(push.changes[0]), ["id", "n", "sealed"]);
  assert.equal(await left(phone), 0);
});

test("more than one push can carry is delivered before anything goes", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  phone.server.instead = silent;
  for (let note = 0; note < 12; note += 1) await phone.tap("write_note", { text: "x".repeat(90_000) });
  await shutOut(phone, "vault", { key });
  await phone.say({ about: "online" });

  assert.equal(phone.server.judged.length, 12);
  assert.equal(phone.server.pushes.filter((push) => push.changes.length).length > 1, true);
  assert.equal(await left(phone), 0);
});

for (const [why, other] of Object.entries({
  "signed with another key": async () => ({ signer: await makeOrderKey() }),
  "to do something else": async () => ({ kind: "lock" }),
  "to another phone": async () => ({ to: "01939f00-0000-7000-8000-000000000001" }),
})) {
  test(`an order ${why} is none`, async () => {
    const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
    await shutOut(phone, "vault", { key, ...(await other()) });
    await phone.say({ about: "online" });

    assert.equal((await phone.rows("document")).length > 0, true);
    assert.equal(await current(), phone.me.id);
    assert.deepEqual(phone.server.told, []);
  });
}

test("no status of the server's, and no order in a wrong form, wipes anything", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  phone.server.vault = { ...phone.server.vault, order_keys: [key.point] };
  const before = await left(phone);
  for (const status of [400, 401, 403, 404, 410, 500, 503]) {
    phone.server.instead = async () => Response.json({ code: "PhoneShutOut", status }, { status });
    await phone.say({ about: "online" });
  }
  for (const order of [true, "wipe", {}, { text: "{}", signature: "" }, { text: "", signature: "AA==" }]) {
    phone.server.instead = async (_push, judge) =>
      Response.json({ ...(await judge().json()), order, documents: [] });
    await phone.say({ about: "online" });
  }

  assert.equal(before > 0, true);
  assert.equal((await left(phone)) >= before, true);
  assert.equal(await current(), phone.me.id);
});

test("a phone that learned its policy before there were orders asks for the key, and obeys", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  const { findPolicy } = await module("vault/policy.js");
  assert.equal((await findPolicy()).order_keys, undefined);
  await shutOut(phone, "vault", { key });
  await phone.say({ about: "online" });

  assert.equal(await left(phone), 0);
});

test("one key that cannot be read does not keep the order of the next from being obeyed", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  await shutOut(phone, "vault", { key, keys: ["none", "AA==", key.point] });
  await phone.say({ about: "online" });

  assert.equal(await left(phone), 0);
});

test("a carer whose vault was wiped signs in anew, chooses a code, and has her day", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  await shutOut(phone, "vault", { key });
  await phone.say({ about: "online" });
  phone.server.instead = null;
  await phone.hello();
  const { outcome } = await phone.choose("314159");

  assert.equal(outcome, "open");
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
});

for (const [what, filesLeft, ended] of [
  ["vault", 1, 0],
  ["phone", 0, 1],
]) {
  test(`an order to wipe the ${what} ${ended ? "takes the app along" : "leaves the app to whoever signs in next"}`, async (t) => {
    const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
    const isOurs = (name) => name === "haand-build-thisbuild";
    await caches.open("haand-build-thisbuild");
    const unregister = t.mock.method(registration, "unregister", async () => true).mock;
    await shutOut(phone, what, { key });
    await phone.say({ about: "online" });

    assert.equal((await caches.keys()).filter(isOurs).length, filesLeft);
    assert.equal(unregister.callCount(), ended);
  });
}

test("a lost phone forgets also whoever never had a vault on it", async () => {
  const [phone, key] = [await makeVaultedPhone(), await makeOrderKey()];
  const other = "01939f00-0000-7000-8000-00000000c00f";
  const { carerDatabase, transaction } = await module("store/databases.js");
  const document = { id: `person-${other}`, version: 1, body: { name: "Ib Bo" } };
  await transaction(carerDatabase(other), ["document"], "readwrite", (tx) => tx.store.put(document));
  await shutOut(phone, "phone", { key });
  await phone.say({ about: "online" });

  assert.deepEqual(await readRows(other, "document").catch(() => []), []);
});

/**
 * Another carer has the phone, and waits for nothing; the first has left something on it. What is shown with the pushes
 * for the first is noted.
 */
async function handOver(first, { isTaken = true } = {}) {
  const second = await secondCarer(first);
  const shown = [];
  network.fetch = async (address, how) => {
    const order = how?.headers?.["Haand-Order"];
    if (order) shown.push(order);
    if (order && !isTaken) return Response.json({ code: "NotSignedIn" }, { status: 401 });
    return second.server.fetch(address, how);
  };
  return { second, shown };
}

test("a lost phone sends what others left on it, shows the order for them, and forgets everybody", async () => {
  const key = await makeOrderKey();
  const first = await makeVaultedPhone();
  first.server.instead = silent;
  await first.tap("write_note", { text: "Af den første." });
  const { second, shown } = await handOver(first);
  await shutOut(second, "phone", { key });
  await second.say({ about: "online" });

  const [text, signature] = shown[0].split(".");
  assert.equal(JSON.parse(atob(text)).what, "phone");
  assert.equal(signature.length, 88);
  assert.deepEqual(
    second.server.judged.map((change) => Object.keys(change)),
    [["id", "n", "sealed"]],
  );
  assert.equal(await left(first), 0);
  assert.equal(await left(second), 0);
  assert.equal(await current(), null);
});

test("what could not be delivered of others' stays sealed on a lost phone, and nothing that can be read", async () => {
  const key = await makeOrderKey();
  const first = await makeVaultedPhone();
  first.server.instead = silent;
  await first.tap("write_note", { text: "Af den første." });
  const { second } = await handOver(first, { isTaken: false });
  await shutOut(second, "phone", { key });
  await second.say({ about: "online" });

  const [row] = await first.rows("outbox");
  assert.deepEqual(Object.keys(row).sort(), ["at", "clock", "id", "n", "sealed"]);
  assert.deepEqual([await first.rows("document"), await first.rows("slot")], [[], []]);
  assert.equal(await left(second), 0);
  assert.deepEqual(second.server.told, []);
});
