/** What is sent again, and delivered while nobody can read it here, is one matter with what was turned away. */

import assert from "node:assert/strict";
import test from "node:test";
import { silent } from "../server.mjs";
import { makeVaultedPhone } from "../vaulted.mjs";

test("a change that is sent again and goes while the vault is locked says which it repeats, and stands for it", async () => {
  const phone = await makeVaultedPhone();
  phone.server.refuses = { write_note: "NotYourTeam" };
  await phone.tap("write_note", { text: "Karen sov godt." });
  const [refused] = await phone.rows("attention");
  phone.server.instead = silent;
  await phone.ask("POST", `/attention/${refused.id}/retry`, {
    body: "",
    headers: { "HX-Person": phone.me.id },
  });
  await phone.lock();
  const [waiting] = await phone.rows("outbox");
  phone.server.instead = undefined;
  phone.server.refuses = { [undefined]: "NotYourTeam" };
  await phone.say({ about: "online" });
  const sent = phone.server.judged.at(-1);
  const left = await phone.rows("attention");

  assert.equal(waiting.name, undefined);
  assert.deepEqual(Object.keys(sent), ["id", "n", "sealed"]);
  assert.deepEqual([...new Map(phone.server.retries.flat())], [[sent.id, refused.id]]);
  assert.deepEqual(
    left.map(({ id, fate }) => [id, fate]),
    [[sent.id, "refused"]],
  );
});
