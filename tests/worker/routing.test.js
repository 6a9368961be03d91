/** Who answers what: the phone its carer's pages, the server the rest, and nobody is ever left without an answer. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { closePages, dispatch, network, openPage, registration } from "./browser.mjs";
import { ask, killWorker, makePhone, makePromise, module } from "./on_phone.mjs";
import { makeGuide, silent } from "./server.mjs";
import { openWindow } from "./window.mjs";

test("every page of the carer's opens without a network", async () => {
  const phone = await makePhone({ visits: 2 });
  phone.server.instead = silent;
  const day = phone.visit.day;
  for (const path of [
    "/",
    `/days/${day}`,
    `/visits/${phone.visit.visit_id}`,
    "/guides?q=lift",
    "/waiting",
    "/state",
    "/me",
  ]) {
    const { status, html } = await phone.open(path);
    assert.equal(status, 200, path);
    assert.notEqual(html, "");
  }
});

test("a visit with very many notes says how many older ones there are, and that they take a network", async () => {
  const phone = await makePhone({ synced: false });
  Object.assign(phone.visit, { older_notes: 7 });
  await phone.hello();
  phone.server.instead = silent;
  const all = `/visits/${phone.visit.visit_id}/notes`;

  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.match(html, /7 ældre notater vises ikke her\./);
  assert.match(html, /Det kræver net\./);
  assert.match(html, new RegExp(`href="${all}"`));
});

test("a guide opened from a visit leads back to it, without a network too", async () => {
  const phone = await makePhone({ synced: false });
  const guide = makeGuide([{ sha256: "a".repeat(64), bytes: 1, type: "image/svg+xml" }]);
  phone.server.guides = [guide];
  await phone.hello();
  phone.server.instead = silent;
  const { visit_id, citizen } = phone.visit;

  const fromVisit = (await phone.open(`/guides/${guide.guide_id}?visit=${visit_id}`)).html;
  const fromList = (await phone.open(`/guides/${guide.guide_id}?visit=${guide.guide_id}`)).html;

  assert.equal(fromVisit.split(`href="/visits/${visit_id}"`).length, 3);
  assert.match(fromVisit, new RegExp(`Tilbage til ${citizen.name}`));
  assert.equal(fromList.includes(citizen.name), false);
  assert.match(fromList, /class="back" href="\/guides"/);
});

test("a visit or a day that is not on the phone is said to be so", async () => {
  const phone = await makePhone();
  const elsewhere = ["/visits/01939f00-0000-7000-8000-0000000000a1", "/days/2020-01-01", "/guides/none"];

  for (const path of elsewhere) assert.equal((await phone.open(path)).status, 404);
});

test("answers carry the headers that the server's pages carry", async () => {
  const phone = await makePhone();
  const { HEADERS } = await module("pages/responses.js");
  const written = readFileSync(new URL("../../pwa/web/headers.py", import.meta.url), "utf8").replaceAll(
    /"\s*\n\s*"/g,
    "",
  );
  const { headers } = await phone.open("/");

  for (const [name, value] of Object.entries(HEADERS)) {
    assert.equal(headers.get(name), value);
    assert.equal(written.includes(value), true, `${name} in headers.py`);
  }
});

test("streams, the demo's door, sync and what watches the server are left to the browser", async () => {
  await makePhone();
  for (const path of ["/board/live", "/demo", "/sign-in", "/sso", "/openapi.json", "/sync", "/healthz"])
    assert.equal(await ask("GET", path), null, path);
});

test("boards and other pages of the server's come from it as they were asked for, where there is no vault", async () => {
  await makePhone();
  const asked = [];
  network.fetch = async (url, how, request) => {
    asked.push([request?.method, new URL(url).pathname, how]);
    return new Response("of the server's");
  };

  for (const path of ["/board", "/held", "/access"]) assert.equal((await ask("GET", path)).status, 200);
  await ask("POST", "/access/remove", { body: "name=a" });

  assert.deepEqual(asked, [
    ["GET", "/board", undefined],
    ["GET", "/held", undefined],
    ["GET", "/access", undefined],
    ["POST", "/access/remove", undefined],
  ]);
});

test("a page that only the server has leads back to the day where there is no network", async () => {
  await makePhone();
  network.fetch = silent;

  for (const path of ["/sign-in", "/access", "/nowhere"]) {
    const { status, html } = await ask("GET", path, { mode: "navigate" });
    assert.equal(status, 503, path);
    assert.match(html, /Dine besøg er på telefonen/);
    assert.match(html, /<a class="button primary" href="\/">I dag<\/a>/);
    assert.match(html, new RegExp(`href="${path}">Prøv igen`));
  }
});

test("who cannot sign out without a network is told that she is still signed in, and comes back", async () => {
  await makePhone();
  network.fetch = silent;

  const { html } = await ask("POST", "/sign-out", { mode: "navigate", referrer: "https://haand.test/me" });

  assert.doesNotMatch(html, /Ingen er logget ind/);
  assert.match(html, /href="\/">I dag/);
  assert.match(html, /href="\/me">Prøv igen/);
});

test("a page that another site leads to is left to the browser", async () => {
  await makePhone();

  for (const referrer of ["https://elsewhere.test/", ""])
    assert.equal(await ask("GET", "/sign-in", { mode: "navigate", referrer }), null);
});

test("what the door asks on the way is left to the browser, and only its last word is not", async () => {
  await makePhone();
  const asked = ["/sign-in/challenge", "/sign-in/code", "/sign-in/sso"];
  for (const path of asked) assert.equal(await ask("POST", path, { body: "{}" }), null, path);

  for (const path of ["/sign-in/answer", "/sign-in/passkey"])
    assert.notEqual(await ask("POST", path, { body: "{}" }), null, path);
});

test("a form of another site's is not answered, nor one that does not say where it comes from", async () => {
  const phone = await makePhone();
  const body = () => new URLSearchParams({ visit_id: phone.visit.visit_id });
  for (const referrer of ["https://elsewhere.test/", "", "about:client"])
    for (const path of ["/do/start_visit", "/sign-out", "/demo/sign-in"])
      assert.equal(await ask("POST", path, { mode: "navigate", referrer, body: body() }), null);

  assert.deepEqual(await phone.rows("outbox"), []);
});

test("a plain form is answered with the page it belongs to", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const body = new URLSearchParams({ language: "en" });
  const { status, headers } = await ask("POST", "/do/choose_language", { mode: "navigate", body });
  const { html } = await phone.open("/me");

  assert.equal(status, 303);
  assert.equal(new URL(headers.get("Location")).pathname, "/me");
  assert.match(html, /<html lang="en">/);
});

test("before the first documents the server answers, and a tap is kept all the same", async () => {
  const phone = await makePhone({ synced: false });
  const page = await phone.open("/");
  const tap = await phone.tap("start_visit", {});

  assert.match(page.html, /a page of the server's/);
  assert.equal(tap.status, 200);
  assert.match(tap.html, /Karen Jensen/);
  assert.equal(phone.server.judged.length, 1);
});

test("a tap on a page that is still another carer's is that carer's", async () => {
  const phone = await makePhone();
  const other = await makePhone();
  other.server.instead = silent;
  await phone.tap("write_note", { text: "Min" });

  assert.equal((await phone.rows("outbox"))[0].args.text, "Min");
  assert.deepEqual(await other.rows("outbox"), []);
  assert.equal((await phone.open("/")).headers.get("HX-Refresh"), "true");
});

test("an old tab of yesterday's carer does not take the phone back", async () => {
  const yesterday = await makePhone();
  const phone = await makePhone();
  phone.server.instead = () => Response.json({ code: "PhoneBoundToAnother" }, { status: 403 });
  await phone.say({ about: "hello", person: yesterday.me.id });
  const { currentPerson } = await module("store/facts.js");

  assert.equal(await currentPerson(), phone.me.id);
  assert.equal(
    phone.page.heard.some((news) => news.about === "start over"),
    true,
  );
});

test("signing out shows nobody's pages, and forgets what was delivered", async () => {
  const phone = await makePhone();
  const other = openPage();
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });

  assert.match((await ask("GET", "/")).html, /a page of the server's/);
  assert.deepEqual(await phone.rows("document"), []);
  assert.equal(
    other.heard.some((news) => news.about === "start over"),
    true,
  );
});

test("signing out while something waits forgets nothing, and it is delivered at the next sign-in", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });
  phone.server.instead = null;
  await phone.hello();

  assert.deepEqual(
    phone.server.judged.map((change) => change.args.text),
    ["Karen sov godt."],
  );
});

test("signing out where the server cannot be reached changes nothing", async () => {
  const phone = await makePhone();
  network.fetch = silent;
  const { status } = await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });

  assert.equal(status, 503);
  assert.match((await phone.open("/")).html, /Karen Jensen/);
});

test("a page of an older build starts over, unless something in it is half-written", async () => {
  const phone = await makePhone();
  const old = { "HX-Build": "yesterday" };

  assert.equal((await phone.open("/", old)).headers.get("HX-Refresh"), "true");
  assert.match((await phone.open("/", { ...old, "HX-Dirty": "true" })).html, /Karen Jensen/);
});

test("a page that cannot be drawn is the safe page, with what waits and the ways on", async (t) => {
  t.mock.method(console, "error", () => {});
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen <b>sov</b> godt." });
  phone.server.visits[0].steps = null;
  phone.server.instead = async (_push, judge) =>
    Response.json({ ...(await (await judge()).json()), fates: [] });
  await phone.say({ about: "online" });
  const { status, html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.equal(status, 500);
  assert.match(html, /Karen &lt;b&gt;sov&lt;\/b&gt; godt\./);
  for (const way of ['href="/waiting/export"', 'action="/safe/update"', 'href="/"'])
    assert.equal(html.includes(way), true);
});

test("the safe page shows what is half-written, and does not say that nothing waits", async (t) => {
  t.mock.method(console, "error", () => {});
  const phone = await makePhone();
  await openWindow(phone).type("Karen <b>sov");
  phone.server.visits[0].steps = null;
  await phone.say({ about: "online" });
  const { html } = await phone.open(`/visits/${phone.visit.visit_id}`);

  assert.match(html, /Siden kan ikke vises/);
  assert.match(html, /Karen &lt;b&gt;sov/);
  assert.doesNotMatch(html, /Intet venter/);
});

/** The row of the phone's visit. */
async function stored(phone) {
  return (await phone.rows("document")).find((row) => row.id === `visit-${phone.visit.visit_id}`);
}

test("a broken document mends itself at the next contact", async (t) => {
  t.mock.method(console, "error", () => {});
  const phone = await makePhone();
  const { carerDatabase, transaction } = await module("store/databases.js");
  const broken = { ...(await stored(phone)), body: { ...phone.visit, citizen: null } };
  await transaction(carerDatabase(phone.me.id), ["document"], "readwrite", (tx) => tx.store.put(broken));
  const first = await phone.open("/");
  const second = await phone.open("/");

  assert.equal(first.status, 200);
  assert.match(first.html, new RegExp(`Det her kan ikke vises: ${phone.visit.visit_id}`));
  assert.equal(phone.server.pushes.at(-1).cursor, null);
  assert.doesNotMatch(second.html, /kan ikke vises/);
});

test("a broken document mends itself although a flush is under way", async (t) => {
  t.mock.method(console, "error", () => {});
  const phone = await makePhone();
  const { carerDatabase, transaction } = await module("store/databases.js");
  const broken = { ...(await stored(phone)), body: { ...phone.visit, steps: null } };
  await transaction(carerDatabase(phone.me.id), ["document"], "readwrite", (tx) => tx.store.put(broken));
  const [asked, goOn] = [makePromise(), makePromise()];
  phone.server.instead = async (_push, judge) => {
    asked.resolve();
    await goOn.promise;
    return judge();
  };
  const flush = phone.say({ about: "online" });
  await asked.promise;
  const opened = phone.open(`/visits/${phone.visit.visit_id}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  goOn.resolve();
  await Promise.all([flush, opened]);

  assert.equal((await opened).status, 500);
  assert.equal(phone.server.pushes.at(-1).cursor, null);
  assert.equal((await phone.open(`/visits/${phone.visit.visit_id}`)).status, 200);
});

test("a broken visit leaves the others of its day alone", async (t) => {
  t.mock.method(console, "error", () => {});
  const phone = await makePhone({ visits: 2 });
  phone.server.instead = silent;
  await phone.tap("answer_step", { step_id: phone.visit.steps[0].id, answer: "alone" });
  const { carerDatabase, transaction } = await module("store/databases.js");
  const broken = { ...(await stored(phone)), body: { ...phone.visit, steps: null } };
  await transaction(carerDatabase(phone.me.id), ["document"], "readwrite", (tx) => tx.store.put(broken));

  assert.equal((await phone.open(`/visits/${phone.visit.visit_id}`)).status, 500);
  assert.equal((await phone.open("/")).status, 200);
  assert.equal((await phone.open(`/visits/${phone.server.visits[1].visit_id}`)).status, 200);
});

test("a tap whose page cannot be drawn is stored, and the whole page says so safely", async (t) => {
  t.mock.method(console, "error", () => {});
  const phone = await makePhone();
  phone.server.visits[0].notes = null;
  await phone.say({ about: "online" });
  const { headers } = await phone.tap("write_note", { text: "Karen sov godt." });

  assert.equal(headers.get("HX-Redirect"), `/visits/${phone.visit.visit_id}`);
  assert.equal(phone.server.judged.length, 1);
});

test("without a network and with nobody signed in, the page says just that", async () => {
  await makePhone({ synced: false });
  network.fetch = silent;
  const { status, html } = await ask("GET", "/", { mode: "navigate" });

  assert.equal(status, 503);
  assert.match(html, /<h1>/);
});

test("what waits can be saved as a file, words and all", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Karen sov godt." });
  await phone.ask("PUT", `/drafts/${phone.visit.visit_id}`, {
    body: "Og så",
    headers: { "HX-Person": phone.me.id },
  });
  const { html, headers } = await phone.open("/waiting/export");
  const saved = JSON.parse(html);

  assert.match(headers.get("Content-Disposition"), /^attachment; filename="haand-/);
  assert.deepEqual(
    saved.waiting.map((change) => change.args.text),
    ["Karen sov godt."],
  );
  assert.deepEqual(
    saved.drafts.map((draft) => draft.text),
    ["Og så"],
  );
  assert.equal(saved.person, phone.me.id);
});

test("the state says what waits, also after the worker was killed", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("start_visit", {});
  await killWorker();

  assert.match((await phone.open("/state")).html, /id="state" class="state waits"/);
});

test("everything that a page loads is put on the phone before the worker is installed", async () => {
  const phone = await makePhone();
  const { NEEDED } = await module("precache.js");
  const { html } = await phone.open("/");
  const loaded = [...html.matchAll(/(?:src|href)="(\/build\/[^"#]+|\/static\/icons\/sprite[^"#]+)/g)].map(
    ([, path]) => path,
  );

  for (const ours of [/\/static\/app\.css$/, /\/static\/app\.js$/, /\/icons\/sprite/])
    assert.equal(
      loaded.some((path) => ours.test(path)),
      true,
      String(ours),
    );
  for (const path of loaded) assert.equal(NEEDED.includes(path), true, path);
});

/** A file as the server sends it. */
const fileAt = (address, words = "a file") => {
  const form = /\.css$/.test(address)
    ? "text/css"
    : /\.js$/.test(address)
      ? "text/javascript"
      : "image/svg+xml";
  const type = /\.webmanifest$/.test(address) ? "application/manifest+json" : form;
  return new Response(words, { headers: { "Content-Type": type } });
};
const install = () => dispatch("install", {}).settled();
const noFiles = async () => {
  for (const name of await caches.keys()) await caches.delete(name);
};

test("a worker whose server goes away meanwhile is not installed, says so, and goes on where it was", async () => {
  await makePhone();
  await noFiles();
  const { NEEDED } = await module("precache.js");
  const asked = [];
  network.fetch = async (path) => (path.endsWith(NEEDED[2]) ? silent() : fileAt(path));
  await assert.rejects(install(), { message: "the server was not reached" });

  network.fetch = async (path) => {
    asked.push(new URL(path).pathname);
    return fileAt(path);
  };
  await install();
  network.fetch = silent;

  assert.deepEqual(
    asked.filter((path) => path.startsWith("/build/")),
    [NEEDED[2]],
  );
  const shown = await dispatch("fetch", { request: new Request(NEEDED[2]) }).answer;
  assert.equal(await shown.text(), "a file");
});

const page = () =>
  new Response("<h1>Welcome to our Wi-Fi</h1>", { headers: { "Content-Type": "text/html" } });

for (const [what, answer] of Object.entries({
  "its page": page,
  "its page as 511": () => new Response("<h1>Sign in</h1>", { status: 511 }),
  "JSON of its own": () => Response.json({}),
})) {
  test(`a network that answers everything with ${what} gives the phone no file of its own`, async () => {
    await makePhone();
    await noFiles();
    const { NEEDED } = await module("precache.js");
    network.fetch = async () => answer();
    await assert.rejects(install());
    await (await dispatch("fetch", { request: new Request(NEEDED[0]) }).answer).text();
    network.fetch = silent;

    assert.equal((await dispatch("fetch", { request: new Request(NEEDED[0]) }).answer).type, "error");
  });

  test(`a network that answers everything with ${what} signs nobody out, and nothing is taken for delivered`, async () => {
    const phone = await makePhone();
    const { findPolicy } = await module("vault/policy.js");
    const before = await findPolicy();
    network.fetch = async () => answer();
    await phone.tap("write_note", { text: "Karen sov godt." });
    const out = await phone.ask("POST", "/sign-out", { mode: "navigate", body: "" });
    const waits = await phone.open("/waiting");

    assert.match(out.html, /Det kræver netværk/);
    assert.match((await phone.open("/")).html, /Karen Jensen/);
    assert.match(waits.html, /Nettet her vil have, at du logger på det/);
    assert.equal((await phone.rows("outbox")).length, 1);
    assert.deepEqual(await findPolicy(), before);

    network.fetch = phone.server.fetch;
    await phone.say({ about: "online" });
    assert.deepEqual(await phone.rows("outbox"), []);
  });
}

test("files that the browser threw away are fetched again at the next contact", async () => {
  const phone = await makePhone();
  const { NEEDED } = await module("precache.js");
  await noFiles();
  phone.server.files = (path) => fileAt(path, "as it was");
  await phone.hello();
  network.fetch = silent;

  for (const path of NEEDED)
    assert.equal(await (await dispatch("fetch", { request: new Request(path) }).answer).text(), "as it was");
  assert.equal((await phone.open("/")).status, 200);
});

test("a phone whose first day has not come says so, and not that nobody is signed in", async () => {
  const phone = await makePhone({ synced: false });
  phone.server.instead = silent;
  await phone.hello();
  network.fetch = silent;
  const { html } = await phone.ask("GET", "/", { mode: "navigate" });

  assert.match(html, /Din dag er ikke på telefonen endnu/);
});

test("the files of older builds are thrown away, but not those of a newer one that waits to take over", async () => {
  const phone = await makePhone();
  const builds = async () => (await caches.keys()).filter((name) => /^haand-build-(older|newer)$/.test(name));
  await caches.open("haand-build-newer");
  for (const stage of ["installing", "waiting"]) {
    registration[stage] = {};
    await phone.hello();
    registration[stage] = null;
    assert.deepEqual(await builds(), ["haand-build-newer"], stage);
  }

  await caches.open("haand-build-older");
  await phone.hello();

  assert.deepEqual(await builds(), []);
});

test("a new worker leaves the files of before to the pages that are open, and never throws away its own", async () => {
  await makePhone();
  const builds = async () => (await caches.keys()).filter((name) => name.startsWith("haand-build-")).sort();
  const activate = () => dispatch("activate", {}).settled();
  for (const name of ["haand-build-older", "haand-build-thisbuild"]) await caches.open(name);
  await activate();
  const whileOpen = await builds();
  closePages();
  await activate();

  assert.deepEqual(whileOpen, ["haand-build-older", "haand-build-thisbuild"]);
  assert.deepEqual(await builds(), ["haand-build-thisbuild"]);
});

test("a page of a build of before gets its files without a network, and nobody gets what is not there", async () => {
  await makePhone();
  network.fetch = silent;
  await (await caches.open("haand-build-older")).put(
    "/build/older/static/app.css",
    new Response("its style"),
  );
  const find = (name) => dispatch("fetch", { request: new Request(`/build/older/static/${name}`) }).answer;

  assert.equal(await (await find("app.css")).text(), "its style");
  assert.equal((await find("board.css")).type, "error");
});
