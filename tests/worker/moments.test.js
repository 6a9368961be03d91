/** What a page says on its way out, and when it comes back: a tap is done once, and nobody sees another carer's page. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { openPage } from "./browser.mjs";
import { makePhone } from "./on_phone.mjs";
import { silent } from "./server.mjs";
import { openWindow } from "./window.mjs";

const news = (page) => page.heard.map(({ about }) => about);

/** A tap as its page repeats it on its way out. */
function repeated(phone, id) {
  const [{ id: step_id }] = phone.visit.steps;
  const fields = { visit_id: phone.visit.visit_id, step_id, answer: "alone", seen: "1" };
  const headers = { "HX-Person": phone.me.id, "HX-Change": id, "HX-Draft": "" };
  const body = String(new URLSearchParams(fields));
  return {
    fields,
    headers,
    said: { about: "tap", person: phone.me.id, path: "/do/answer_step", body, headers },
  };
}

test("a tap whose page has gone before it came is done", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const id = "0193a000-0000-7000-8000-000000000001";
  await phone.say(repeated(phone, id).said);

  assert.deepEqual(
    (await phone.rows("outbox")).map((row) => [row.id, row.args.answer]),
    [[id, "alone"]],
  );
});

test("a tap that came, and is repeated by its page, is done once", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const { fields, headers, said } = repeated(phone, "0193a000-0000-7000-8000-000000000001");
  await phone.say(said);
  await phone.tap("answer_step", fields, headers);
  await phone.say(said);

  assert.equal((await phone.rows("outbox")).length, 1);
});

test("a page that comes back is told how its carer's phone stands; anybody else's starts over, without a network", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const before = phone.page.heard.length;
  await phone.say({ about: "back", person: phone.me.id });
  const own = news(phone.page).slice(before);
  await phone.say({ about: "back", person: randomUUID() });

  assert.deepEqual(own, ["no vault"]);
  assert.equal(news(phone.page).at(-1), "start over");
});

test("other windows hear at once that something is half-written, and that it is not any more: not of each letter", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const other = openPage();
  const window = openWindow(phone);
  const heard = [];
  for (const text of ["K", "Karen", "Karen sov", ""]) {
    await window.type(text);
    heard.push(news(other).length);
  }

  assert.deepEqual(news(other), ["state", "state"]);
  assert.deepEqual(heard, [1, 1, 1, 2]);
});
