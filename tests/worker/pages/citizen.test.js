/** What is told of a citizen, as the phone puts it together: the cases that the server runs too; and her page without a network. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { makePhone, module } from "../on_phone.mjs";
import { silent } from "../server.mjs";

const { citizenPage } = await module("pages/citizen.js");
const CASES = JSON.parse(readFileSync(new URL("../../cases/citizen_page.json", import.meta.url), "utf8"));

for (const { sentence, document, visits, today, notes, pinned, last } of CASES) {
  test(sentence, () => {
    const page = citizenPage(document ?? undefined, visits, today);

    assert.deepEqual(
      page.notes.map(({ id }) => id),
      notes,
    );
    assert.deepEqual(
      page.notes.filter(({ pin }) => pin).map(({ id }) => id),
      pinned,
    );
    assert.deepEqual(page.last, last);
  });
}

test("a citizen's page opens without a network, with what waits, and the look is kept for the access log", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  await phone.tap("write_note", { text: "Spiste godt", pinned: "yes" });

  const { html, status } = await phone.open(`/visits/${phone.visit.visit_id}/citizen`);

  assert.equal(status, 200);
  assert.match(html, /Spiste godt/);
  assert.match(html, /Vigtigt til næste besøg/);
  const looks = (await phone.rows("fact")).filter((row) => row?.visit_id === phone.visit.visit_id);
  assert.equal(looks.length, 1);
});

test("a citizen's document, whatever it says, is no visit of the day", async () => {
  const phone = await makePhone();
  phone.server.instead = silent;
  const rowsOf = async () => ((await phone.open("/")).html.match(/class="[^"]*visit-row/g) ?? []).length;
  const before = await rowsOf();
  const [visit] = (await phone.rows("document")).filter(({ id }) => id === `visit-${phone.visit.visit_id}`);
  const { citizen, day } = visit.body;

  const { transaction } = await module("vault/encrypted_transaction.js");
  const document = { id: "citizen-t.c", version: 9, day, keep_until: null, body: { citizen, day } };
  await transaction(phone.server.me.id, ["document"], "readwrite", (tx) =>
    tx.objectStore("document").put(document),
  );

  assert.ok(before > 0);
  assert.equal(await rowsOf(), before);
});
