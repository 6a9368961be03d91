/** A page that says hello is answered by the worker from then on, however it came. */

import assert from "node:assert/strict";
import test from "node:test";
import { claimed } from "./browser.mjs";
import { makePhone } from "./on_phone.mjs";

test("a page that was on its way while the worker took over is taken when it says hello", async () => {
  const phone = await makePhone();
  const before = claimed.times;

  await phone.hello();

  assert.equal(claimed.times, before + 1);
});
