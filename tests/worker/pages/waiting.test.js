/** What waits is named as what it is. */

import assert from "node:assert/strict";
import test from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";

test("what was undone while it waited is named", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("finish_visit", {});
  const [{ id }] = await phone.rows("outbox");
  await phone.tap("take_back", { change_id: id });

  assert.match((await phone.open("/waiting")).html, /Fortrudt: Besøg afsluttet/);
});

for (const [left, words] of [
  [999, "999 MB"],
  [1_000, "1,0 GB"],
  [10_737, "10,7 GB"],
  [10_750, "10,8 GB"],
  [64_000, "64,0 GB"],
])
  test(`the space that is left is said as ${words}`, async (t) => {
    const phone = await makePhone();
    t.mock.method(navigator.storage, "estimate", async () => ({ quota: left * 1e6 + 5, usage: 5 }));

    assert.match((await phone.open("/waiting")).html, new RegExp(`Plads tilbage</dt><dd>${words}</dd>`));
  });
