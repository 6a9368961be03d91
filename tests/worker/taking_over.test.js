/** A version that the carer has said yes to takes over when the one before rests, and asks until it has. */

import assert from "node:assert/strict";
import test from "node:test";
import { asked, registration } from "./browser.mjs";
import { module } from "./on_phone.mjs";

const HALF_A_SECOND = 500;

async function pass(clock, milliseconds) {
  clock.tick(milliseconds);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

test("it does not ask while the version before answers, and asks again until it waits no more", async (t) => {
  const { takeOver } = await module("taking_over.js");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const clock = t.mock.timers;
  const before = asked.times;
  registration.waiting = {};

  const done = takeOver();
  await pass(clock, HALF_A_SECOND - 1);
  const tooSoon = asked.times - before;
  await pass(clock, 1);
  const once = asked.times - before;
  await pass(clock, HALF_A_SECOND);
  const twice = asked.times - before;
  registration.waiting = null;
  await pass(clock, HALF_A_SECOND);
  await done;
  await pass(clock, 10 * HALF_A_SECOND);

  assert.deepEqual([tooSoon, once, twice, asked.times - before], [0, 1, 2, 3]);
});
