/** One question to the server, for every script of a leader's page: whether it answers, and who is in. */

import assert from "node:assert/strict";
import test from "node:test";

const LIS = "01939f00-0000-7000-8000-000000000001";
const MIA = "01939f00-0000-7000-8000-000000000002";
let loads = 0;

/** A page of Lis's, whose server answers so. */
async function openPage(t, fetch) {
  const globals = { document: { body: { dataset: { person: LIS } } }, fetch };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
  return (await import(`../../static/who_is_in.js?${loads++}`)).askWhoIsIn;
}

const inAs = (person) => new Response(null, { status: 204, headers: { "Haand-Person": person } });

for (const [who, answers] of Object.entries({
  me: [inAs(LIS), new Response(null, { status: 204 })],
  another: [inAs(MIA)],
  nobody: [
    new Response("{}", { status: 401 }),
    new Response("{}", { status: 403 }),
    { type: "opaqueredirect" },
  ],
  unknown: [new Response("{}", { status: 503 }), new Response("<html>", { status: 200 })],
}))
  test(`who is in: ${who}`, async (t) => {
    for (const answer of answers) {
      const askWhoIsIn = await openPage(t, async () => answer);
      assert.equal(await askWhoIsIn(), who);
    }
  });

test("a server that takes the question and never answers is not waited for", async (t) => {
  const began = performance.now();
  const { timeout } = AbortSignal;
  t.after(() => Object.assign(AbortSignal, { timeout }));
  AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds / 100);
  const waiting = setTimeout(() => {}, 1_000);
  t.after(() => clearTimeout(waiting));
  const never = (_address, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

  assert.equal(await (await openPage(t, never))(), "unknown");
  assert.ok(performance.now() - began < 900);
});

test("those who ask at the same time ask once, and whoever asks later asks anew", async (t) => {
  let asked = 0;
  const askWhoIsIn = await openPage(t, async () => {
    asked += 1;
    return inAs(LIS);
  });
  await Promise.all([askWhoIsIn(), askWhoIsIn()]);
  const atOnce = asked;
  await askWhoIsIn();

  assert.deepEqual([atOnce, asked], [1, 2]);
});
