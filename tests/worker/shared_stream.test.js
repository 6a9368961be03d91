/** Boards that are open in a browser hear by one stream, and each still hears when the tab that reads it is closed or asleep. */

import assert from "node:assert/strict";
import test from "node:test";

const DRAWN_AT = "2026-11-23T07:40:00.000Z";
let loads = 0;
const Channel = globalThis.BroadcastChannel;
const wait = globalThis.setTimeout;
/** What a tab waits for keeps no test from ending. */
const setTimeout = (...how) => wait(...how).unref();

/** A browser: its lock, its channel and the streams that were asked for, each to be told and ended by the test. */
function openBrowser(t) {
  const streams = [];
  const queue = [];
  let holder = null;

  function next() {
    if (holder || queue.length === 0) return;
    const [act, resolve, reject] = queue.shift();
    const own = { reject };
    holder = own;
    act().then((value) => {
      if (holder !== own) return;
      holder = null;
      resolve(value);
      next();
    });
  }
  const locks = {
    request: (_name, { steal = false, signal }, act) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => {
          const place = queue.findIndex(([waits]) => waits === act);
          if (place < 0) return;
          queue.splice(place, 1);
          reject(signal.reason);
        });
        if (steal && holder) {
          holder.reject(new DOMException("stolen", "AbortError"));
          holder = null;
        }
        queue[steal ? "unshift" : "push"]([act, resolve, reject]);
        next();
      }),
  };
  const fetch = async (address, { signal }) => {
    const stream = { address, isOpen: true };
    const body = new ReadableStream({
      start(controller) {
        const end = (how) => {
          if (stream.isOpen) how();
          stream.isOpen = false;
        };
        stream.tell = (event) =>
          controller.enqueue(new TextEncoder().encode(`event: ${event}\r\ndata: {}\r\n\r\n`));
        stream.end = () => end(() => controller.close());
        signal.addEventListener("abort", () => end(() => controller.error(signal.reason)));
      },
    });
    streams.push(stream);
    const isRefused = browser.refuses && address.includes(`ticket=${browser.refuses}&`);
    return new Response(body, { status: isRefused ? 401 : 200 });
  };
  const channels = [];
  class BroadcastChannel extends Channel {
    constructor(name) {
      super(name);
      this.unref();
      channels.push(this);
      t.after(() => {
        this.postMessage = () => {}; // a tab that is closed says nothing more
        this.close();
      });
    }
  }
  const document = { visibilityState: "visible", addEventListener() {} };
  const browser = {
    refuses: "",
    streams,
    /** Requests for the lock that wait. */
    queue,
    /** Let whoever is looked at take the stream, as when a tab out of sight has lost it. */
    loseOutOfSight: async () => {
      const tab = new BroadcastChannel("haand-board-2");
      tab.postMessage({ about: "state", isOpen: false, isSeen: false });
      await settle();
    },
    /** A tab that a browser has put to sleep: it holds what it had, and does nothing. */
    putToSleep: (tab) => Object.assign(channels[tab], { onmessage: null, postMessage() {} }),
  };
  for (const [name, value] of Object.entries({
    navigator: { locks },
    fetch,
    document,
    BroadcastChannel,
    setTimeout,
  })) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => before && Object.defineProperty(globalThis, name, before));
  }
  // What a tab looks at every ten seconds is looked at when the test says so.
  t.mock.timers.enable({ apis: ["setInterval"] });
  return browser;
}

/** A tab with a board, and all that it hears. */
async function openTab(ticket = "mine", askedAgo = 0) {
  Object.defineProperty(performance, "timeOrigin", { value: Date.now() - askedAgo, configurable: true });
  const { hearTogether } = await import(`../../static/shared_stream.js?load=${loads++}`);
  const heard = [];
  hearTogether(`/board/live?ticket=${ticket}`, DRAWN_AT, (news) => heard.push(news.carer ?? news.about));
  await settle();
  return heard;
}

const settle = () => new Promise((resolve) => wait(resolve, 40));
test("eight tabs have one stream, and each hears what it tells", async (t) => {
  const browser = openBrowser(t);
  const tabs = [];
  for (let tab = 0; tab < 8; tab += 1) tabs.push(await openTab());

  browser.streams[0].tell("hello");
  browser.streams[0].tell("carer-anna");
  await settle();

  assert.equal(browser.streams.length, 1);
  assert.deepEqual(
    tabs.map((heard) => heard.at(-1)),
    Array(8).fill("anna"),
  );
});

test("a tab that comes later is told at once that the stream is open", async (t) => {
  const browser = openBrowser(t);
  await openTab();
  browser.streams[0].tell("hello");
  await settle();

  assert.deepEqual(await openTab(), ["state"]);
});

test("a page that has just come asks for nothing twice: its stream is told when it was drawn, and tells what it lacks", async (t) => {
  const browser = openBrowser(t);
  const heard = await openTab();
  browser.streams[0].tell("hello");
  await settle();
  const atFirst = [...heard];
  browser.streams[0].tell("all");
  await settle();

  assert.match(browser.streams[0].address, /&drawn_at=2026-11-23T07%3A40%3A00.000Z$/);
  assert.deepEqual([atFirst, heard.at(-1)], [["state"], "all"]);
});

test("a tab that comes later is told what was heard since it was asked for, and the others are not", async (t) => {
  const browser = openBrowser(t);
  const first = await openTab();
  browser.streams[0].tell("hello");
  browser.streams[0].tell("carer-anna");
  await new Promise((resolve) => wait(resolve, 500));
  browser.streams[0].tell("carer-bo");
  await settle();

  const second = await openTab("mine", 250);

  assert.deepEqual(first, ["state", "anna", "bo"]);
  assert.deepEqual(second, ["state", "bo"]);
});

test("a tab that was asked for before the stream was open reads all", async (t) => {
  const browser = openBrowser(t);
  await openTab();
  browser.streams[0].tell("hello");
  await settle();

  assert.deepEqual(await openTab("mine", 10_000), ["state", "all"]);
});

test("after a stream that ended every tab reads all, once the next is open", async (t) => {
  const browser = openBrowser(t);
  const tabs = [await openTab(), await openTab()];
  browser.streams[0].tell("hello");
  await settle();
  browser.streams[0].end();
  await new Promise((resolve) => wait(resolve, 2_100));
  for (const heard of tabs) heard.length = 0;
  browser.streams[1].tell("hello");
  await settle();

  assert.deepEqual(tabs, [
    ["state", "all"],
    ["state", "all"],
  ]);
  assert.doesNotMatch(browser.streams[1].address, /drawn_at/);
});

test("a tab that is asleep is not waited for: who is looked at reads the stream herself", async (t) => {
  const browser = openBrowser(t);
  await openTab();
  const second = await openTab();
  browser.putToSleep(0);
  t.mock.timers.tick(10_000);
  await new Promise((resolve) => wait(resolve, 2_100));

  browser.streams[1].tell("carer-bo");
  await settle();
  assert.equal(second.at(-1), "bo");
  assert.deepEqual(
    browser.streams.map((stream) => stream.isOpen),
    [false, true],
  );
});

test("a tab whose ticket is refused lets the next one try with its own", async (t) => {
  const browser = openBrowser(t);
  browser.refuses = "of-yesterday";
  const first = await openTab("of-yesterday");
  await openTab("of-today");
  browser.streams[1].tell("carer-anna");
  await settle();

  assert.equal(first.at(-1), "anna");
});

test("a tab has one request for the lock, however often it has taken it from another", async (t) => {
  const browser = openBrowser(t);
  await openTab();
  await openTab();
  for (let time = 0; time < 4; time += 1) await browser.loseOutOfSight();

  assert.equal(browser.streams.length > 2, true);
  assert.equal(browser.queue.length, 1);
});

test("a tab that takes the stream and is refused stands back for the one from which it was taken", async (t) => {
  const browser = openBrowser(t);
  browser.refuses = "of-yesterday";
  await openTab("of-today");
  await openTab("of-yesterday");
  await browser.loseOutOfSight();

  assert.deepEqual(
    browser.streams.map(({ address }) => new URLSearchParams(address.split("?")[1]).get("ticket")),
    ["of-today", "of-yesterday", "of-today"],
  );
});

test("a stream that ends is told of, and opened again", async (t) => {
  const browser = openBrowser(t);
  const heard = await openTab();
  browser.streams[0].tell("hello");
  await settle();
  browser.streams[0].end();
  await settle();
  const lost = heard.at(-1);
  await new Promise((resolve) => wait(resolve, 2_000));

  assert.deepEqual([lost, browser.streams.length], ["state", 2]);
});

test("a stream that says nothing for ten seconds is lost, and one that says anything is not", async (t) => {
  const browser = openBrowser(t);
  globalThis.setTimeout = (act, milliseconds) => setTimeout(act, milliseconds / 50);
  const heard = await openTab();
  browser.streams[0].tell("hello");
  for (let second = 0; second < 15; second += 5) {
    browser.streams[0].tell("ping");
    await new Promise((resolve) => wait(resolve, 5_000 / 50));
  }
  const whileItSpeaks = [browser.streams[0].isOpen, ...heard];
  await new Promise((resolve) => wait(resolve, 7_000 / 50));

  assert.deepEqual(whileItSpeaks, [true, "state"]);
  assert.deepEqual([browser.streams[0].isOpen, heard[1]], [false, "state"]);
});

test("a browser without locks is told that it hears nothing", async (t) => {
  openBrowser(t);
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true, writable: true });
  const { hearTogether } = await import(`../../static/shared_stream.js?load=${loads++}`);

  assert.equal(hearTogether("/board/live", DRAWN_AT, assert.fail), false);
});
