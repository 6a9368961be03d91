/** What a leader's page says of its contact: from when it is, since when the server is not heard, and that it stays. */

import assert from "node:assert/strict";
import test from "node:test";

const NOON = Date.parse("2026-11-24T11:00:00Z");
const A_MINUTE = 60_000;
/** The tablet's clock is slow by an hour. */
const HERE = NOON - 60 * A_MINUTE;
let loads = 0;

/** A page that was drawn at noon by the server's clock, with its scripts' listeners. */
function openPage(t) {
  const lost = {
    hidden: true,
    textContent: "",
    dataset: { since: "since #, as then.", alone: "since #.", stays: "Stays." },
  };
  const asOf = { textContent: "", dataset: { asOf: "as of #" } };
  const pace = { textContent: "", dataset: { atOnce: "at once", often: "often" } };
  const elements = { lost, "as-of": asOf, pace };
  const listeners = new Map();
  class Node {}
  class Element extends Node {}
  class HTMLAnchorElement extends Element {}
  const followed = {
    dataset: { stream: "/board/live?ticket=", drawnAt: "2026-11-24T11:00:00.000Z" },
    dispatchEvent: () => {},
    contains: () => false,
  };
  const tabs = { postMessage() {} };
  const page = { lost, asOf, pace, followed, tabs, isThere: true, went: [] };
  const globals = {
    document: {
      addEventListener: (type, listener) => listeners.set(type, listener),
      body: { dataset: {}, dispatchEvent() {} },
      documentElement: { lang: "da" },
      getElementById: (id) => elements[id] ?? null,
      querySelector: () => followed,
      visibilityState: "visible",
    },
    addEventListener() {},
    CustomEvent,
    innerWidth: 1180,
    Node,
    Element,
    HTMLAnchorElement,
    navigator: { locks: { request: () => new Promise(() => {}) } },
    BroadcastChannel: function Tabs() {
      return tabs;
    },
    location: { assign: (address) => page.went.push(address), reload() {} },
    fetch: async () => {
      if (!page.isThere) throw new TypeError("no network");
      return new Response(null, { status: 204 });
    },
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() =>
      Object.defineProperty(globalThis, name, before ?? { value: undefined, configurable: true }),
    );
  }
  t.mock.timers.enable({ apis: ["setInterval", "setTimeout", "Date"], now: HERE });
  page.press = async (href, has = {}) => {
    const link = Object.assign(new HTMLAnchorElement(), {
      ...{ href: `https://haand.test${href}`, protocol: "https:", target: "" },
      ...{ hasAttribute: () => false, getAttribute: () => href, closest: () => link },
      ...has,
    });
    let isStopped = false;
    await listeners.get("click")({ target: link, preventDefault: () => (isStopped = true) });
    return isStopped;
  };
  return page;
}

const load = (name) => import(`../../static/${name}?load=${loads++}`);
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("the clock of a page that follows goes on while the server is heard, and stands still when it was heard last", async (t) => {
  const page = openPage(t);
  // A module is one, however many ask for it: here it is loaded anew for each page.
  const { follow } = await load("following.js");
  follow(page.followed);
  page.tabs.onmessage({ data: { about: "state", isOpen: true } });
  t.mock.timers.tick(2 * A_MINUTE);
  const heard = page.asOf.textContent.slice(-5);
  page.isThere = false;
  page.tabs.onmessage({ data: { about: "state", isOpen: false, heardAt: HERE + A_MINUTE } });
  await settle();
  t.mock.timers.tick(3 * A_MINUTE);
  await settle();

  const minutes = (said) => Number(said.match(/\.(\d\d)/)[1]);
  assert.equal(minutes(heard) - minutes(page.asOf.textContent), 1);
  assert.equal(page.lost.hidden, false);
  assert.equal(minutes(page.lost.textContent), minutes(page.asOf.textContent));
  assert.equal(page.pace.textContent, "");
});

test("times are the server's, wherever the tablet's clock stands", async (t) => {
  const page = openPage(t);
  const { showAsOf } = await load("contact.js");
  showAsOf(Date.now());

  assert.equal(page.asOf.textContent, "as of 12.00");
});

test("without contact a page that follows nothing stays whatever link is pressed, and says why", async (t) => {
  const page = openPage(t);
  await load("stay_here.js");
  page.isThere = false;
  const isStopped = await page.press("/people");
  const [went, said] = [page.went.length, page.lost.textContent];
  page.isThere = true;
  await page.press("/people");

  assert.deepEqual([isStopped, went, said.includes("Stays.")], [true, 0, true]);
  assert.deepEqual(page.went, ["https://haand.test/people"]);
});

test("a number is called and a file is saved without asking the server", async (t) => {
  const page = openPage(t);
  await load("stay_here.js");
  page.isThere = false;

  assert.equal(await page.press("tel:+4500004101", { protocol: "tel:" }), false);
  assert.equal(await page.press("/x.csv", { hasAttribute: (name) => name === "download" }), false);
  assert.equal(await page.press("#carers"), false);
});

test("a page that follows nothing says when the server is not heard, stops saying so, and counts what needs a look", async (t) => {
  const page = openPage(t);
  let counted = 0;
  document.querySelector = () => null;
  document.body.dispatchEvent = ({ type }) => {
    if (type === "haand-heard") counted += 1;
  };
  await load("hearing.js");
  await load("stay_here.js");
  const pass = async () => {
    t.mock.timers.tick(10_000);
    await settle();
    await settle();
    return [page.lost.hidden, counted];
  };
  const heard = await pass();
  page.isThere = false;
  const gone = await pass();
  await page.press("/held");
  const said = page.lost.textContent;
  page.isThere = true;

  assert.deepEqual(
    [heard, gone, await pass()],
    [
      [true, 1],
      [false, 1],
      [true, 2],
    ],
  );
  assert.match(said, /^since 11\.00\. Stays\.$|^since 12\.00\. Stays\.$/);
});

test("without an answer it is said that it is not known, until the page was drawn again; words that were written stay told", async (t) => {
  openPage(t);
  const listeners = new Map();
  const problem = { shown: [], replaceChildren: (...words) => (problem.shown = words) };
  class Field {}
  Object.assign(document, {
    addEventListener: (type, hear) => listeners.set(type, hear),
    querySelector: () => problem,
    getElementById: (id) => ({ content: { cloneNode: () => id } }),
  });
  for (const name of ["HTMLTextAreaElement", "HTMLInputElement"]) globalThis[name] = Field;
  t.after(() => {
    for (const name of ["HTMLTextAreaElement", "HTMLInputElement"]) delete globalThis[name];
  });
  await load("refusals.js");
  const pressed = (...fields) => ({
    closest: () => ({ elements: fields.map((field) => Object.assign(new Field(), field)) }),
    matches: () => false,
  });
  const tell = (type, method, source, response) => {
    const ctx = { request: { method, action: method }, response, sourceElement: source, hx: {} };
    listeners.get(type)({ detail: { ctx } });
    return problem.shown[0] ?? "";
  };
  const post = (...fields) => tell("htmx:error", "POST", pressed(...fields));
  const drawn = () => tell("htmx:finally:request", "GET", pressed(), { status: 200 });

  assert.deepEqual([post({ type: "hidden", value: "id" }), drawn()], ["not-known", ""]);
  assert.deepEqual([post({ type: "textarea", value: "Faldt" }), drawn()], ["unanswered", "unanswered"]);
});
