/** The server's page for a phone that is locked leads to where it is unlocked, and never without end. */

import assert from "node:assert/strict";
import { test } from "node:test";

const PAGE = new URL("../../static/locked.js", import.meta.url).href;
let opened = 0;

class Link {
  constructor(next) {
    this.href = `https://haand.test/unlock?next=${encodeURIComponent(next)}`;
  }
}

/** Where the page leads by itself, if anywhere. */
async function ledTo({ path = "/access", next = path, byWorker = false, written = false }) {
  const led = [];
  const given = {
    window: {},
    HTMLAnchorElement: Link,
    document: {
      getElementById: (id) => (id === "to-unlock" ? new Link(next) : null),
      querySelector: (what) => (what === "textarea" && written ? {} : null),
    },
    location: { pathname: path, replace: (address) => led.push(new URL(address).searchParams.get("next")) },
    navigator: {
      serviceWorker: {
        controller: byWorker ? {} : null,
        register: async () => {},
        ready: Promise.resolve(),
      },
    },
  };
  for (const [name, value] of Object.entries(given))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  opened += 1;
  await import(`${PAGE}?opened=${opened}`);
  await new Promise((resolve) => setImmediate(resolve));
  return led;
}

test("a page that was loaded past the worker leads to where it is unlocked, and on to where one was", async () => {
  assert.deepEqual(await ledTo({}), ["/access"]);
});

test("a page that the worker itself was answered stays: it has shown its secret, and would be led back without end", async () => {
  assert.deepEqual(await ledTo({ byWorker: true }), []);
  assert.deepEqual(await ledTo({ byWorker: true, path: "/visits/1/notes" }), []);
});

test("a form that was posted while it was locked leads to where it is unlocked, unless somebody wrote in it", async () => {
  assert.deepEqual(await ledTo({ byWorker: true, path: "/access/rename", next: "/" }), ["/"]);
  assert.deepEqual(await ledTo({ byWorker: true, path: "/people/new", next: "/", written: true }), []);
  assert.deepEqual(await ledTo({ written: true }), []);
});

test("where the worker has led here because it knows of no vault the page stays", async () => {
  assert.deepEqual(await ledTo({ path: "/unlock", next: "/" }), []);
});
