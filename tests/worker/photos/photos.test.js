// A picture that a carer answers with: it and its answer are kept together or not at all, it is sent after the answers and once,
// and nothing but its delivery lets it go.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { killWorker, makePhone } from "../on_phone.mjs";
import { restore, silent } from "../server.mjs";
import { makeLockablePhone, makeVaultedPhone, passTime } from "../vaulted.mjs";

const ID = "0193a000-0000-7000-8000-0000000000c2";
const A_DAY = 25 * 60 * 60_000;
const DEFINITION = {
  checklist_id: ID,
  definition: {
    title: "Sår",
    steps: [
      { id: "wound", kind: "photo", label: "Billede af såret", required: true },
      { id: "all", kind: "photo", label: "Flere", occurrences: { most: null } },
      { id: "signed", kind: "signature", label: "Underskrift" },
    ],
  },
  graph: { order: [], readers: {}, below: {} },
  patterns: {},
};

const picture = (size = 1000) => new Uint8Array(randomBytes(size));
const nameOf = (bytes) => createHash("sha256").update(bytes).digest("hex");
const valueOf = (bytes, { type = "image/jpeg", who = "" } = {}) =>
  `${nameOf(bytes)} ${type} ${bytes.length}${who ? ` ${who}` : ""}`;

/** What the page posts: the answer, and the picture that it names. */
function form(phone, place, value, bytes, more = {}) {
  const made = new FormData();
  const kind = place === "signed" ? "signature" : "photo";
  const fields = {
    visit_id: phone.visit.visit_id,
    seen: "1",
    checklist_id: ID,
    place,
    kind,
    said: "[]",
    value,
    ...more,
  };
  for (const [name, text] of Object.entries(fields)) made.set(name, text);
  if (bytes) made.set("picture", new Blob([bytes], { type: "image/jpeg" }), "picture");
  return made;
}

async function onVisit(make = makePhone) {
  const phone = await make();
  phone.server.definitions = [DEFINITION];
  phone.visit.checklist = { id: ID, name: "Sår", version: 1 };
  phone.server.versions.set(phone.visit.visit_id, 2);
  await phone.hello();
  const post = (body) => phone.ask("POST", "/do/fill_in", { body, headers: { "HX-Person": phone.me.id } });
  return {
    ...phone,
    take: (bytes, { place = "wound", value = valueOf(bytes), ...more } = {}) =>
      post(form(phone, place, value, bytes, more)),
    see: (bytes) => phone.ask("GET", `/blobs/${nameOf(bytes)}`, { mode: "no-cors" }),
    page: () => phone.open(`/visits/${phone.visit.visit_id}`).then(({ html }) => html),
  };
}

const answers = ({ server }) => server.judged.map(({ args }) => args.values?.[0] ?? null);

test("a photo taken without a network stands at its place, waits, and is seen; then it is sent, after its answer", async () => {
  const [phone, bytes] = [await onVisit(), picture()];
  phone.server.instead = silent;
  const taken = await phone.take(bytes);
  const [page, waiting, seen] = [await phone.page(), await phone.open("/waiting"), await phone.see(bytes)];

  phone.server.instead = null;
  await phone.say({ about: "online" });
  const after = await phone.open("/waiting");

  assert.equal(taken.status, 200);
  assert.match(page, new RegExp(`<img src="/blobs/${nameOf(bytes)}"`));
  assert.match(page, /Se billedet<span class="still-waits">/);
  assert.match(waiting.html, /1 billede venter/);
  assert.match(waiting.html, /Billede af såret/);
  assert.equal(seen.headers.get("Cache-Control"), "no-store");
  assert.equal(seen.headers.get("Content-Type"), "image/jpeg");
  assert.deepEqual(answers(phone), [valueOf(bytes)]);
  assert.deepEqual([...phone.server.blobs.get(nameOf(bytes))], [...bytes]);
  assert.doesNotMatch(after.html, /billede venter/);
});

test("a large photo goes in pieces, and on from where a cut line left it", async () => {
  const [phone, bytes] = [await onVisit(), picture(600_000)];
  let times = 0;
  phone.server.insteadOfBlob = ({ at }) => {
    times += 1;
    return at > 0 && times < 3 ? silent() : null;
  };
  await phone.take(bytes);
  const cut = phone.server.blobs.get(nameOf(bytes)).length;
  phone.server.asked.length = 0;

  await phone.say({ about: "online" });

  assert.equal(cut, 256 * 1024);
  assert.deepEqual(
    phone.server.asked.map(({ method, at }) => [method, at]),
    [
      ["HEAD", 0],
      ["PATCH", 256 * 1024],
      ["PATCH", 512 * 1024],
    ],
  );
  assert.equal(nameOf(phone.server.blobs.get(nameOf(bytes))), nameOf(bytes));
});

test("a worker that is killed while it sends has lost nothing, and an answer never waits for its photo", async () => {
  const [phone, bytes] = [await onVisit(), picture()];
  phone.server.insteadOfBlob = silent;
  await phone.take(bytes);
  await killWorker();
  phone.server.insteadOfBlob = null;
  await phone.hello();

  assert.deepEqual(answers(phone), [valueOf(bytes)]);
  assert.equal(phone.server.whole.has(nameOf(bytes)), true);
});

test("the same photo twice is one", async () => {
  const [phone, bytes] = [await onVisit(), picture()];
  await phone.take(bytes);
  await phone.take(bytes, { place: "all", many: "1" });

  assert.equal((await phone.rows("photo")).length, 1);
  assert.equal(phone.server.asked.filter(({ bytes: size }) => size).length, 1);
});

test("a picture that is not the one that its answer names is not kept, and neither is the answer", async () => {
  const [phone, bytes] = [await onVisit(), picture()];

  const answer = await phone.take(bytes, { value: valueOf(picture()) });

  assert.equal(answer.status, 422);
  assert.deepEqual([await phone.rows("photo"), await phone.rows("outbox"), answers(phone)], [[], [], []]);
});

test("a full phone keeps neither the photo nor its answer, says so, and what the server has makes room", async (t) => {
  const [phone, first, second] = [await onVisit(), picture(), picture()];
  await phone.take(first);
  phone.server.instead = silent;
  const { put } = IDBObjectStore.prototype;
  let isFull = () => true;
  t.mock.method(IDBObjectStore.prototype, "put", function (row, ...more) {
    if (row?.bytes instanceof Uint8Array && isFull()) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, row, ...more);
  });

  const refused = await phone.take(second);
  const kept = [await phone.rows("photo"), await phone.rows("outbox")];
  let tries = 0;
  isFull = () => tries++ < 1;
  const taken = await phone.take(second);

  assert.equal(refused.status, 507);
  assert.match(refused.html, /ikke plads til billedet/);
  assert.deepEqual(kept, [[], []]);
  assert.equal(taken.status, 200);
  assert.deepEqual(
    (await phone.rows("photo")).map(({ sha256 }) => sha256),
    [nameOf(second)],
  );
});

test("removed, the photo is sent all the same: the answer before stays in the history", async () => {
  const [phone, bytes] = [await onVisit(), picture()];
  phone.server.instead = silent;
  await phone.take(bytes);
  await phone.tap("fill_in", { checklist_id: ID, place: "wound", kind: "photo", said: "[]", value: "" });
  const page = await phone.page();
  phone.server.instead = null;
  await phone.say({ about: "online" });

  assert.doesNotMatch(page, new RegExp(nameOf(bytes)));
  assert.deepEqual(answers(phone), [valueOf(bytes), null]);
  assert.equal(phone.server.whole.has(nameOf(bytes)), true);
});

test("a server that was restored is sent the photo once more, whether or not it lacks the answer", async (t) => {
  for (const lacksTheAnswer of [true, false]) {
    const [phone, bytes] = [await onVisit(), picture()];
    await phone.take(bytes);
    if (lacksTheAnswer) restore(phone.server, () => false);
    phone.server.blobs.clear();
    phone.server.whole.clear();
    if (!lacksTheAnswer) passTime(t, A_DAY);
    await phone.say({ about: "online" });
    await phone.say({ about: "online" });
    t.mock.restoreAll();

    assert.equal(phone.server.whole.has(nameOf(bytes)), true, `lacks the answer: ${lacksTheAnswer}`);
  }
});

test("what the server has from somebody else only is sent once more", async (t) => {
  const [phone, bytes] = [await onVisit(), picture()];
  await phone.take(bytes);
  phone.server.blobs.clear();
  phone.server.whole.clear();
  const theirs = () => new Response(null, { headers: { "Content-Type": "image/jpeg" } });
  let times = 0;
  phone.server.insteadOfBlob = ({ method }) => (method === "HEAD" && times++ < 1 ? theirs() : null);
  passTime(t, A_DAY);
  await phone.say({ about: "online" });
  await phone.say({ about: "online" });

  assert.equal(phone.server.whole.has(nameOf(bytes)), true);
});

test("a network's own page is no delivery", async () => {
  const [phone, bytes] = [await onVisit(), picture()];
  phone.server.insteadOfBlob = () =>
    new Response("<h1>Hotel</h1>", { headers: { "Content-Type": "text/html" } });
  await phone.take(bytes);

  assert.match((await phone.open("/waiting")).html, /1 billede venter/);
});

test("what the server will never take stands with its reason, and holds nothing up", async () => {
  const [phone, bytes, next] = [await onVisit(), picture(), picture()];
  const no = () => Response.json({ code: "NotAPhoto", detail: "Det er ikke et foto." }, { status: 415 });
  phone.server.insteadOfBlob = ({ name }) => (name === nameOf(bytes) ? no() : null);
  await phone.take(bytes);
  await phone.take(next, { place: "all" });

  assert.match((await phone.open("/waiting")).html, /Det er ikke et foto\./);
  assert.equal(phone.server.whole.has(nameOf(next)), true);
});

test("a proxy's limit is no word of the server's", async () => {
  const [phone, bytes] = [await onVisit(), picture()];
  phone.server.insteadOfBlob = () => new Response("<h1>413</h1>", { status: 413 });
  await phone.take(bytes);
  phone.server.insteadOfBlob = null;
  await phone.say({ about: "online" });

  assert.equal(phone.server.whole.has(nameOf(bytes)), true);
});

test("a signature is kept with who signed, or is a written name", async () => {
  const [phone, bytes] = [await onVisit(), picture()];
  const value = valueOf(bytes, { type: "image/png", who: "Else Holm" });
  phone.server.instead = silent;
  await phone.take(bytes, { place: "signed", value });
  const drawn = await phone.page();
  await phone.take(null, { place: "signed", value: "Ib Bo" });

  assert.match(drawn, /Se underskriften: Else Holm/);
  assert.match(await phone.page(), /Underskrevet af Ib Bo/);
  phone.server.instead = null;
  await phone.say({ about: "online" });
  assert.deepEqual(answers(phone), [value, "Ib Bo"]);
});

test("several photos stand side by side, and one is removed alone", async () => {
  const [phone, first, second] = [await onVisit(), picture(), picture()];
  const values = [valueOf(first), valueOf(second)];
  phone.server.instead = silent;
  await phone.take(first, { place: "all", many: "1" });
  await phone.take(second, { place: "all", many: "1", said: JSON.stringify([values[0]]) });
  const both = await phone.page();
  await phone.take(null, { place: "all", value: values[0], many: "1", said: JSON.stringify(values) });

  for (const bytes of [first, second]) assert.match(both, new RegExp(nameOf(bytes)));
  assert.doesNotMatch(await phone.page(), new RegExp(nameOf(first)));
});

test("in a vault nothing of a photo can be read, and it is sent once that is open again", async () => {
  const phone = await onVisit(makeVaultedPhone);
  const bytes = new TextEncoder().encode("Else Holms ben, set forfra ".repeat(20));
  phone.server.instead = silent;
  await phone.take(bytes);
  const onDisk = JSON.stringify(
    await Promise.all(["photo", "photo_bytes"].map(phone.rows)),
    (_name, value) => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value),
  );
  await phone.lock();
  phone.server.instead = null;
  await phone.say({ about: "online" });
  const locked = await phone.see(bytes);
  await phone.unlock();
  await phone.say({ about: "online" });

  assert.doesNotMatch(onDisk, /Else|forfra|Billede af/);
  assert.notEqual(locked.status, 200);
  assert.equal(phone.server.whole.has(nameOf(bytes)), true);
});

test("a vault that is given up after three days keeps its key while a picture waits, and nothing of the day", async (t) => {
  const [phone, bytes] = [await onVisit(makeVaultedPhone), picture()];
  phone.server.insteadOfBlob = silent;
  await phone.take(bytes);
  phone.server.instead = silent;
  for (const days of [4, 6]) {
    passTime(t, days * 24 * 60 * 60_000);
    await phone.hello();
    t.mock.restoreAll();
  }
  const documents = await phone.rows("document");
  Object.assign(phone.server, { instead: null, insteadOfBlob: null });
  await phone.unlock();
  await phone.say({ about: "online" });

  assert.deepEqual(documents, []);
  assert.equal(phone.server.whole.has(nameOf(bytes)), true);
});

test("a phone that works with a network only sends the picture before its answer, and keeps none of it", async () => {
  const phone = await onVisit(() => makeLockablePhone({ slots: ["prf"] }));
  const [bytes, late] = [picture(), picture()];
  await phone.tell({ about: "work online" });
  const taken = await phone.take(bytes);
  phone.server.insteadOfBlob = silent;
  const refused = await phone.take(late);

  assert.equal(taken.status, 200);
  assert.equal(phone.server.whole.has(nameOf(bytes)), true);
  assert.equal(refused.status, 507);
  assert.match(refused.html, /find et netværk/);
  assert.deepEqual(await phone.rows("photo_bytes"), []);
});

test("a locked phone says that pictures wait, and what becomes of them without the code", async () => {
  const [phone, bytes] = [await onVisit(makeVaultedPhone), picture()];
  phone.server.insteadOfBlob = silent;
  await phone.take(bytes);
  await phone.lock();
  const { html } = await phone.ask("GET", "/unlock", { mode: "navigate" });

  assert.match(html, /1 billede venter/);
  assert.match(html, /forkert fem gange/);
});

test("whoever signs out leaves what is not sent behind the lock", async () => {
  const [phone, bytes] = [await onVisit(makeVaultedPhone), picture()];
  phone.server.insteadOfBlob = silent;
  await phone.take(bytes);
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });

  assert.equal((await phone.rows("photo_bytes")).length, 1);
});
