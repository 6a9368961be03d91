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
