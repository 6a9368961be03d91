/** What opens a vault is what the organisation wants and the phone can do; whose phone can do nothing works with a network. */

import assert from "node:assert/strict";
import test from "node:test";
import { ask, killWorker, makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import {
  facts,
  isLocked,
  makeLockablePhone,
  makeReader,
  makeVaultedPhone,
  policy,
  secondCarer,
  stretched,
} from "../vaulted.mjs";

const DAY = 24 * 60 * 60_000;
const AUTO = ["prf", "prf+pin"];
const secret = (byte, length = 32) => new Uint8Array(length).fill(byte);
const stretch = { name: "argon2id", salt: new Uint8Array(16), memory: 19_456, rounds: 2 };
const code = { length: 6, letters: false };
const ofPin = { kind: "pin", stretch, prf_salt: null, passkey_id: null, code };
const ofPasskey = { kind: "prf", stretch: null, prf_salt: secret(7), passkey_id: secret(8, 16), code: null };
const ofBoth = { ...ofPasskey, kind: "prf+pin", stretch, code };
const make = (phone, made, given) => phone.tell({ about: "make vault", ...made, secret: given });
const kindsOn = async (phone) => (await phone.open("/unlock")).html.match(/data-kinds="([^"]*)"/)[1];
const changeOn = async (phone) => (await phone.open("/unlock")).html.match(/data-change="([^"]*)"/)[1];
const slotsOf = async (phone) => (await phone.rows("slot")).map(({ kind }) => kind);

/** From here on this is what the server wants. */
async function wants(phone, said) {
  Object.assign(phone.server.vault, said);
  const { fetchPolicy } = await module("vault/policy.js");
  await fetchPolicy(await phone.phone(), "now");
}

for (const [slots, alone, shared] of [
  [AUTO, "prf", "prf+pin"],
  [[...AUTO, "pin"], "prf pin", "prf+pin pin"],
  [["prf+pin", "prf"], "prf+pin", "prf+pin"],
  [["prf"], "prf", "prf"],
  [["prf", "pin"], "prf pin", "prf pin"],
  [["pin"], "pin", "pin"],
])
  test(`where ${slots} may open it, that is ${alone} on a carer's own phone, and ${shared} on a shared one`, async () => {
    const phone = await makeLockablePhone({ slots });
    const before = await kindsOn(phone);
    await module("store/facts.js").then(({ fact }) => fact("01939f00-0000-7000-8000-0000000000b2", "vault"));

    assert.deepEqual([before, await kindsOn(phone)], [alone, shared]);
  });

test("a vault is made of no kind that is not wanted here, whatever a page says", async () => {
  const phone = await makeLockablePhone({ slots: AUTO });
  const refused = [await make(phone, ofPin, stretched("1")), await make(phone, ofBoth, secret(1, 64))];

  assert.deepEqual(refused, Array(2).fill({ outcome: "refused" }));
  assert.deepEqual(await make(phone, ofPasskey, secret(1)), { outcome: "open" });
});

test("a phone with a code of before goes on opening when a code alone is not wanted any more", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await wants(phone, { slots: AUTO });
  await phone.lock();
  await killWorker();
  const opened = await phone.unlock();
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.deepEqual(opened, { outcome: "open" });
  assert.match(html, /Karen sov godt\./);
  assert.deepEqual(await slotsOf(phone), ["pin"]);
});

test("its carer is offered the passkey, which then opens the same vault, and the code does not any more", async () => {
  const phone = await makeVaultedPhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await wants(phone, { slots: AUTO });
  await phone.lock();
  const offered = await changeOn(phone);
  const instead = { made: ofPasskey, secret: secret(3) };
  const answer = await phone.tell({
    about: "open vault",
    kind: "pin",
    secret: stretched("271828"),
    instead,
  });
  await phone.lock();
  const byCode = await phone.unlock();
  const byPasskey = await phone.tell({ about: "open vault", kind: "prf", secret: secret(3) });

  assert.equal(offered, "passkey");
  assert.deepEqual(
    [answer, byCode, byPasskey],
    [{ outcome: "open" }, { outcome: "refused" }, { outcome: "open" }],
  );
  assert.match((await phone.open(`/visits/${phone.visit.visit_id}`)).html, /Karen sov godt\./);
  assert.equal(await changeOn(await locked(phone)), "");
});

async function locked(phone) {
  await phone.lock();
  return phone;
}

test("who goes on with the code is asked again a month later, not at every lock", async (t) => {
  const phone = await makeVaultedPhone();
  await wants(phone, { slots: AUTO });
  await phone.lock();
  await phone.unlock();
  await phone.tell({ about: "keep slot" });
  await phone.lock();
  const soon = await changeOn(phone);
  const now = Date.now();
  t.mock.method(Date, "now", () => now + 31 * DAY);

  assert.deepEqual([soon, await changeOn(phone)], ["", "passkey"]);
});

test("a wrong code replaces nothing, and counts", async () => {
  const phone = await makeVaultedPhone();
  await wants(phone, { slots: AUTO });
  await phone.lock();
  const instead = { made: ofPasskey, secret: secret(3) };
  const wrong = await phone.tell({ about: "open vault", kind: "pin", secret: stretched("1"), instead });

  assert.deepEqual(wrong, { outcome: "wrong", left: 4 });
  assert.deepEqual(await slotsOf(phone), ["pin"]);
});

test("a passkey's vault is never made anew as a code's", async () => {
  const phone = await makeLockablePhone({ slots: [...AUTO, "pin"] });
  await make(phone, ofPasskey, secret(1));
  await phone.lock();
  const instead = { made: ofPin, secret: stretched("271828") };
  const answer = await phone.tell({ about: "open vault", kind: "prf", secret: secret(1), instead });

  assert.deepEqual(answer, { outcome: "refused" });
  assert.deepEqual(await slotsOf(phone), ["prf"]);
});

test("when another comes to use the phone, the first's passkey alone opens hers once more, and takes a code from then on", async () => {
  const phone = await makeLockablePhone({ slots: AUTO });
  await make(phone, ofPasskey, secret(1));
  await phone.hello();
  await phone.lock();
  const alone = await changeOn(phone);
  await secondCarer(phone);
  const shared = (await phone.open(`/unlock?who=${phone.me.id}`)).html;
  const instead = { made: ofBoth, secret: secret(2, 64) };
  const answer = await phone.tell({ about: "open vault", kind: "prf", secret: secret(1), instead });

  assert.equal(alone, "");
  assert.match(shared, /data-change="shared" data-anew="prf\+pin"/);
  assert.deepEqual(answer, { outcome: "open" });
  assert.deepEqual(await slotsOf(phone), ["prf+pin"]);
});

test("a code that is shorter than is wanted now opens, and a longer one takes its place", async () => {
  const phone = await makeVaultedPhone();
  await wants(phone, { code: { length: 8, letters: false } });
  await phone.lock();
  const { html } = await phone.open("/unlock");
  const longer = { ...ofPin, code: { length: 8, letters: false } };
  const instead = { made: longer, secret: stretched("27182818") };
  await phone.tell({ about: "open vault", kind: "pin", secret: stretched("271828"), instead });
  await phone.lock();
  const after = await phone.open("/unlock");

  assert.match(html, /data-change="code" data-anew="pin" data-length="6"/);
  assert.equal(html.match(/<span>•<\/span>/g).length, 6);
  assert.match(after.html, /data-change="" data-anew="" data-length="8"/);
  assert.equal(after.html.match(/<span>•<\/span>/g).length, 8);
  assert.equal((await phone.unlock("271828")).outcome, "wrong");
  assert.equal((await phone.unlock("27182818")).outcome, "open");
});

/** A carer whose passkey gives no secret, where a code alone is not wanted: she goes on with a network. */
async function makeOnlinePhone() {
  const phone = await makeLockablePhone({ slots: AUTO });
  const begun = await phone.tell({ about: "work online" });
  phone.server.files = (path) =>
    new Response(`<p>the server's ${path}</p>`, { headers: { "Haand-Person": phone.me.id } });
  await phone.hello();
  return Object.assign(phone, { begun });
}

test("who goes on with a network sees the server's pages, and nothing of the day is on the phone", async () => {
  const phone = await makeOnlinePhone();
  const { html } = await phone.ask("GET", "/", { mode: "navigate" });
  await killWorker();

  assert.deepEqual(phone.begun, { outcome: "open" });
  assert.match(html, /the server's \//);
  assert.match((await phone.ask("GET", "/me", { mode: "navigate" })).html, /the server's \/me/);
  assert.deepEqual([await phone.rows("document"), await phone.rows("slot")], [[], []]);
  assert.equal(phone.page.heard.at(-1).about === "choose", false);
  assert.ok(phone.page.heard.some(({ about }) => about === "no vault"));
});

test("what she does is delivered, shown by the server, and cannot be read on the phone", async () => {
  const phone = await makeOnlinePhone();
  const part = `visit-${phone.visit.visit_id}`;
  phone.server.files = () => new Response(`<main><article id="${part}">the server's</article></main>`);
  const { status, headers, html } = await phone.tap("write_note", { text: "Karen sov godt." });

  assert.deepEqual([status, headers.get("HX-Reselect"), headers.get("HX-Redirect")], [200, `#${part}`, null]);
  assert.match(html, /the server's/);
  assert.deepEqual(
    phone.server.judged.map((change) => Object.keys(change)),
    [["id", "n", "sealed"]],
  );
  assert.deepEqual(await phone.rows("outbox"), []);
  assert.equal((await phone.everything()).includes("Karen"), false);
});

test("working with a network, no push is answered with the whole day, and what is new there is shown", async () => {
  const phone = await makeOnlinePhone();
  phone.server.pushes = [];
  phone.page.heard.length = 0;
  await phone.say({ about: "visible" });
  const { cursor } = phone.server.pushes[0];
  const quiet = phone.page.heard.map(({ about }) => about);
  phone.server.visits[0].address = "Et nyt sted 3";
  await phone.say({ about: "visible" });
  const told = phone.page.heard.map(({ about }) => about);

  assert.match(cursor, /^c\d+$/);
  assert.deepEqual([quiet.includes("changed"), told.includes("changed")], [false, true]);
  assert.deepEqual(await phone.rows("document"), []);
  assert.equal((await phone.everything()).includes("Et nyt sted"), false);
});

test("once she has a vault the whole day comes into it, whatever came before", async () => {
  const phone = await makeOnlinePhone();
  await phone.say({ about: "visible" });
  await make(phone, ofPasskey, secret(1));
  await phone.hello();
  await phone.lock();
  await phone.tell({ about: "open vault", kind: "prf", secret: secret(1) });

  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
  assert.equal((await phone.rows("document")).length > 1, true);
});

test("without a network what she writes is kept, sealed, said, and delivered later", async () => {
  const phone = await makeOnlinePhone();
  phone.server.instead = silent;
  phone.server.files = () => Promise.reject(new TypeError("no network"));
  const { status, html } = await phone.tap("write_note", { text: "Karen sov godt." });
  const page = await phone.ask("GET", "/", { mode: "navigate" });
  const rows = await phone.rows("outbox");
  await killWorker();
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.equal(status, 200);
  assert.match(html, /Det er gemt, og det bliver sendt af sig selv/);
  assert.deepEqual(
    rows.map((row) => Object.keys(row).sort()),
    [["at", "clock", "id", "n", "sealed"]],
  );
  assert.equal(page.status, 503);
  assert.match(page.html, /1 venter, og bliver sendt af sig selv\./);
  assert.equal(phone.server.judged.length, 1);
});

/** As a window does while she types. */
function type(phone, id, body) {
  const said = { id, seen: [], name: "write_note", args: { visit_id: phone.visit.visit_id } };
  const headers = { "HX-Person": phone.me.id, "HX-Draft": encodeURIComponent(JSON.stringify(said)) };
  return phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, { body, headers });
}

test("what she half writes is one text on the server however often she goes on, and none once it is saved", async () => {
  const phone = await makeOnlinePhone();
  const id = "01939f00-0000-7000-8000-0000000000d1";
  phone.server.knowsDrafts = true;
  await phone.say({ about: "online" });
  for (const words of ["Karen", "Karen sov", "Karen sov godt"]) {
    await type(phone, id, words);
    await phone.say({ about: "online" });
  }
  const written = [...phone.server.drafts.values()];
  const everything = await phone.everything();
  await phone.tap("write_note", { text: "Karen sov godt" }, { "HX-Draft": id });
  await phone.say({ about: "online" });

  assert.deepEqual(
    written.map((draft) => [draft.id, "sealed" in draft]),
    [[id, true]],
  );
  assert.equal(everything.includes("Karen"), false);
  assert.deepEqual([...phone.server.drafts.values()], []);
});

test("one window's words are saved without those that another window has in the same field", async () => {
  const phone = await makeOnlinePhone();
  const [hers, others] = ["01939f00-0000-7000-8000-0000000000d1", "01939f00-0000-7000-8000-0000000000d2"];
  phone.server.knowsDrafts = true;
  await phone.say({ about: "online" });
  await type(phone, hers, "Karen sov godt");
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  await type(phone, others, "Ring til Bo");
  await phone.tap("write_note", { text: "Karen sov godt" }, { "HX-Draft": hers });
  const kept = (await phone.rows("draft")).map(({ id }) => id);
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual(kept, [others]);
  assert.deepEqual([...phone.server.drafts.keys()], [others]);
});

test("a tap is answered with the server's page although words are half-written that the server does not have", async () => {
  const phone = await makeOnlinePhone();
  const part = `visit-${phone.visit.visit_id}`;
  phone.server.knowsDrafts = false;
  await type(phone, "01939f00-0000-7000-8000-0000000000d1", "Karen");
  phone.server.files = () => new Response(`<main><article id="${part}">the server's</article></main>`);
  const { html } = await phone.tap("write_note", { text: "Bo kom." });

  assert.equal((await phone.rows("draft")).length, 1);
  assert.match(html, /the server's/);
});

test("from the lock she tries again, and a passkey that works makes her a vault", async () => {
  const phone = await makeOnlinePhone();
  const { headers } = await phone.lock();
  const page = await phone.open("/unlock");
  const made = await make(phone, ofPasskey, secret(1));
  await phone.hello();

  assert.match(headers.get("Location"), /\/unlock/);
  assert.match(page.html, /data-mode="choose"/);
  assert.deepEqual(made, { outcome: "open" });
  assert.match((await phone.open("/")).html, /Karen Jensen 0/);
});

test("when something else may open a vault she is asked anew", async () => {
  const phone = await makeOnlinePhone();
  const before = await isLocked(phone);
  await wants(phone, { slots: [...AUTO, "pin"] });

  assert.deepEqual([before, await isLocked(phone)], [false, true]);
  assert.deepEqual(await make(phone, ofPin, stretched("271828")), { outcome: "open" });
});

test("nobody goes round a vault by working with a network", async () => {
  const phone = await makeLockablePhone({ slots: AUTO });
  await make(phone, ofPasskey, secret(1));
  await phone.hello();
  await phone.lock();
  const withVault = await phone.tell({ about: "work online" });
  phone.server.instead = silent;
  await phone.tell({ about: "forget vault" });
  const afterItsEnd = await phone.tell({ about: "work online" });

  assert.deepEqual([withVault, afterItsEnd], [{ outcome: "refused" }, { outcome: "refused" }]);
});

test("a phone of before closes what it had when its carer goes on with a network, and delivers what waited", async () => {
  const phone = await makePhone({ visits: 2, vault: await policy([]) });
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await wants(phone, { slots: AUTO });
  const before = (await phone.tell({ about: "mode" })).mode;
  const begun = await phone.tell({ about: "work online" });
  const rows = await phone.rows("outbox");
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.deepEqual([before, begun.outcome], ["choose", "open"]);
  assert.deepEqual(
    rows.map(({ name, sealed }) => [name, Boolean(sealed)]),
    [[undefined, true]],
  );
  assert.deepEqual(await phone.rows("document"), []);
  assert.equal(phone.server.judged.length, 1);
});

/** One change was applied, one turned down, one waits; and a text of an older app's, without an id. */
async function withOpenRows() {
  const phone = await makePhone({ visits: 2, vault: await policy([]) });
  phone.server.refuses = { report_deviation: "NotYourTeam" };
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.tap("report_deviation", { kind: "other", text: "Karen var ude." });
  await phone.say({ about: "online" });
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen spiste." });
  const { transaction, carerDatabase } = await module("store/databases.js");
  await transaction(carerDatabase(phone.me.id), ["draft"], "readwrite", (tx) =>
    tx.store.put({ key: phone.visit.visit_id, text: "Karen er" }),
  );
  await killWorker();
  await wants(phone, { slots: AUTO });
  return { phone, all: makeReader(phone.me.id) };
}

test("who goes on with a network leaves nothing that can be read, and a text of an older app's is delivered too", async () => {
  const { phone, all } = await withOpenRows();
  const before = await all();
  await phone.tell({ about: "work online" });
  const after = await all();
  phone.server.knowsDrafts = true;
  phone.server.instead = null;
  await phone.say({ about: "online" });
  await phone.say({ about: "online" });

  for (const words of ["Karen sov godt.", "Karen var ude.", "Karen spiste.", "Karen er"])
    assert.deepEqual([before.includes(words), after.includes(words)], [true, false], words);
  assert.deepEqual(
    (await phone.rows("delivered")).map(({ name, sealed }) => [name, Boolean(sealed)]),
    (await phone.rows("delivered")).map(() => [undefined, true]),
  );
  assert.equal(phone.server.judged.length, 3);
  assert.equal(phone.server.drafts.size, 1);
});

test("a phone that dies as she goes on with a network is asked anew, or has closed everything", async (t) => {
  const { phone, all } = await withOpenRows();
  t.mock.method(crypto.subtle, "encrypt", () => Promise.reject(new Error("it died here")));
  await phone.tell({ about: "work online" }).catch(() => null);
  t.mock.restoreAll();
  await killWorker();
  const mode = (await phone.tell({ about: "mode" })).mode;
  const kept = await all();
  await phone.tell({ about: "work online" });

  assert.equal(mode, "choose");
  assert.equal(kept.includes("Karen var ude."), true);
  assert.equal((await all()).includes("Karen var ude."), false);
});

test("who works with a network has her language and initials on the phone, as every carer has", async () => {
  const phone = await makeOnlinePhone();
  await phone.say({ about: "online" });
  const { language, initials } = Object.fromEntries(await facts(phone));

  assert.deepEqual([language, Boolean(initials)], ["da", true]);
});

test("signed out, nothing is left of her, and whoever signs in is asked anew", async () => {
  const phone = await makeOnlinePhone();
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });
  await phone.hello();

  assert.equal(await isLocked(phone), true);
  assert.equal((await ask("GET", "/unlock", { mode: "navigate" })).status, 200);
});

test("nothing of what opened it before is left that could be guessed, and the server is shown the same secret", async () => {
  const phone = await makeVaultedPhone();
  await wants(phone, { slots: AUTO });
  await phone.lock();
  const before = await proofOf(phone);
  const instead = { made: ofPasskey, secret: secret(3) };
  await phone.tell({ about: "open vault", kind: "pin", secret: stretched("271828"), instead });
  const after = await proofOf(phone);

  assert.deepEqual([Object.keys(before.byKind), Object.keys(after.byKind)], [["pin"], ["prf"]]);
  assert.equal(after.hash, before.hash);
});

test("a vault whose content was given up is made anew with what is wanted now, and shows the same secret", async () => {
  const phone = await makeVaultedPhone();
  await wants(phone, { slots: AUTO });
  await phone.lock();
  const before = await proofOf(phone);
  const { transaction, carerDatabase } = await module("store/databases.js");
  await transaction(carerDatabase(phone.me.id), ["slot", "document"], "readwrite", async (tx) => {
    const slots = tx.objectStore("slot");
    await slots.put({ ...(await slots.get("pin")), wrapped: null });
    await tx.objectStore("document").clear();
  });
  const instead = { made: ofPasskey, secret: secret(3) };
  const answer = await phone.tell({ about: "open vault", kind: "pin", secret: stretched("271828"), instead });
  await phone.lock();

  assert.deepEqual(answer, { outcome: "open" });
  assert.equal((await proofOf(phone)).hash, before.hash);
  assert.deepEqual(await phone.tell({ about: "open vault", kind: "prf", secret: secret(3) }), {
    outcome: "open",
  });
});

async function proofOf(phone) {
  const { fact } = await module("store/facts.js");
  return fact(phone.me.id, "proof");
}

test("who works with a network shows no vault: her sign-in is bound to none", async () => {
  const phone = await makeOnlinePhone();
  const { shownOfVault } = await module("vault/proof.js");

  assert.equal(await shownOfVault(phone.me.id), "");
});

test("before there is a vault the passkey for it can be made, and not while there is one that is closed", async () => {
  const phone = await makeLockablePhone({ slots: AUTO });
  phone.server.files = (path) => new Response(`<p>${path}</p>`);
  const open = async (path) => (await phone.ask("GET", path, { mode: "navigate" })).status;
  const before = await open("/access");
  await make(phone, ofPasskey, secret(1));
  await phone.lock();

  assert.equal(before, 200);
  assert.equal(await open("/access"), 303);
});
