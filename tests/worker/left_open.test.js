/** A page that is left open over midnight changes its day by itself: a leader's board, and a carer's phone. */

import assert from "node:assert/strict";
import test from "node:test";

const A_MINUTE = 60_000;
/** Five minutes before midnight in Denmark; the phone and the tablet may be anywhere. */
const LATE = Date.parse("2026-11-24T22:55:00Z");

const Channel = globalThis.BroadcastChannel;
let loads = 0;

/** A page with what the script looks for. */
function openPage(t, pathname) {
  const page = { reloads: 0, asked: 0, isThere: true, isSeen: true, drawn: 0, totals: { people: "1" } };
  const lost = { hidden: true, textContent: "", dataset: { since: "since #" } };
  const listeners = new Map();
  const hearing = {
    addEventListener: (type, listener) => listeners.set(type, [...(listeners.get(type) ?? []), listener]),
  };
  const tell = (type, event) => {
    for (const listener of listeners.get(type) ?? []) listener(event);
  };
  page.becomeVisible = () => tell("visibilitychange");
  page.isLost = () => !lost.hidden;
  page.saysOfContact = () => lost.textContent;
  page.saysOfPace = () => elements.pace.textContent;
  page.countAgain = async (people) => {
    page.totals = { people };
    tell("htmx:after:swap", { target: null });
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  const board = {
    addEventListener() {},
    dataset: {},
    querySelectorAll: () => [],
    dispatchEvent: ({ type }) => {
      if (type === "haand-refresh") page.drawn += 1;
    },
  };
  const elements = { lost, board, pace: { textContent: "", dataset: { atOnce: "At once" } } };
  const globals = {
    document: {
      ...hearing,
      body: { dataset: {}, dispatchEvent() {} },
      documentElement: { lang: "da" },
      querySelector: () => board,
      getElementById: (id) =>
        elements[id] ??
        (id === "totals" ? { dataset: page.totals, getAttribute: () => "/board/totals" } : null),
      get visibilityState() {
        return page.isSeen ? "visible" : "hidden";
      },
    },
    addEventListener() {},
    innerWidth: 1180,
    Node: class {},
    HTMLElement: class {},
    HTMLDetailsElement: class {},
    navigator: {},
    sessionStorage: { getItem: () => null, setItem() {}, removeItem() {} },
    location: {
      pathname,
      hash: "",
      href: `https://haand.test${pathname}`,
      reload: () => void page.reloads++,
    },
    fetch: async () => {
      page.asked += 1;
      if (!page.isThere) throw new TypeError("no network");
      return page.answer?.() ?? new Response(null, { status: 204 });
    },
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => before && Object.defineProperty(globalThis, name, before));
  }
  t.mock.timers.enable({ apis: ["setInterval", "Date"], now: LATE });
  return page;
}

const load = (name) => import(`../../static/${name}?load=${loads++}`);

/** Minutes go by, and what is asked meanwhile is answered. */
async function wait(t, minutes) {
  for (let seconds = 0; seconds < minutes * 60; seconds += 10) {
    t.mock.timers.tick(10_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("today's board becomes the next day's after midnight in Denmark, and not before", async (t) => {
  const page = openPage(t, "/board");
  await load("board.js");
  await wait(t, 4);
  const before = page.reloads;
  await wait(t, 1);

  assert.deepEqual([before, page.reloads], [0, 1]);
});

test("it is the next day's within seconds of midnight, and of a clock that was set", async (t) => {
  const page = openPage(t, "/board");
  await load("board.js");
  const seen = [];
  for (const seconds of [299, 6]) {
    t.mock.timers.tick(seconds * 1000);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(page.reloads);
  }

  assert.deepEqual(seen, [0, 1]);
});

test("without the server the board stays and says that it does not hear", async (t) => {
  const page = openPage(t, "/board");
  page.isThere = false;
  await load("board.js");
  await wait(t, 6);

  assert.equal(page.reloads, 0);
  assert.ok(page.isLost());
  assert.match(page.saysOfContact(), /^since 23.55$/, "the clock in Denmark, wherever the tablet is");
});

test("while a server that has fallen silent is asked, the board does not say that it follows along", async (t) => {
  const page = openPage(t, "/board");
  const tabs = {};
  const locks = { request: () => new Promise(() => {}) };
  Object.assign(globalThis, {
    navigator: { locks },
    BroadcastChannel: function Tabs() {
      return Object.assign(tabs, { postMessage() {} });
    },
  });
  t.after(() => Object.assign(globalThis, { BroadcastChannel: Channel }));
  await load("board.js");
  tabs.onmessage({ data: { about: "state", isOpen: true } });
  const before = page.saysOfPace();
  page.answer = () => new Promise((resolve) => Object.assign(page, { answerNow: resolve }));
  tabs.onmessage({ data: { about: "state", isOpen: false } });

  assert.deepEqual([before, page.saysOfPace(), page.isLost()], ["At once", "", false]);
  page.answerNow(new Response(null, { status: 503 }));
});

test("another day's board stays that day's", async (t) => {
  const page = openPage(t, "/board/2026-11-24");
  await load("board.js");
  await wait(t, 10);

  assert.equal(page.reloads, 0);
});

test("a board that was out of sight changes its day when it is looked at", async (t) => {
  const page = openPage(t, "/board");
  await load("board.js");
  t.mock.timers.setTime(LATE + 60 * A_MINUTE);
  page.becomeVisible();
  await new Promise((resolve) => setImmediate(resolve));

  assert.equal(page.reloads, 1);
});

test("what stands in front of a server that is away is not the server", async (t) => {
  const page = openPage(t, "/board");
  page.answer = () => new Response("", { status: 502 });
  await load("board.js");
  await wait(t, 6);

  assert.equal(page.reloads, 0);
  assert.ok(page.isLost());
});

test("a phone's page is drawn anew at each quarter, midnight in Denmark among them", async (t) => {
  openPage(t, "/");
  const { keepCurrent } = await load("pace.js");
  let drawn = 0;
  const tick = () => keepCurrent(() => void drawn++);
  tick();
  const seen = [];
  for (const minutes of [4, 5, 6, 19, 20]) {
    t.mock.timers.setTime(LATE + minutes * A_MINUTE);
    tick();
    seen.push(drawn);
  }

  assert.deepEqual(seen, [0, 1, 1, 1, 2]);
});

test("all rows are drawn anew when somebody more has a visit on the day, and by new numbers alone they are not", async (t) => {
  const board = openPage(t, "/board/2026-11-24");
  board.isSeen = false; // and is not asked about
  await load("board.js");

  await board.countAgain("1");
  assert.equal(board.drawn, 0);
  await board.countAgain("2");

  assert.deepEqual([board.drawn, board.reloads], [1, 0]);
});
