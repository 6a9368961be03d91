/** What a phone sends and shows stands in /openapi.json, field by field; so does what it reads of an answer. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { makePhone } from "../on_phone.mjs";
import { openWindow } from "../window.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const described = JSON.parse(
  execFileSync(
    process.env.PYTHON ?? `${ROOT}.venv/bin/python`,
    ["-c", "from pwa.openapi import describe; print(describe().decode())"],
    { cwd: ROOT, encoding: "utf-8" },
  ),
);
const { schemas } = described.components;
const fields = (/** @type {string} */ name) => Object.keys(schemas[name].properties);
/** Of what may come in any form: as its description has it, `{id, n, …}`. */
const inWords = (/** @type {{ description: string }} */ { description }) =>
  new Set([...description.matchAll(/\{([a-z_, ]+)\}/g)].flatMap(([, names]) => names.split(", ")));
const changes = inWords(schemas.SyncRequest.properties.changes);
const rows = inWords(schemas.SentDrafts.properties.rows);
const gone = inWords(schemas.SentDrafts.properties.gone);
const shown = described.paths["/sync"].post.parameters.map(
  (/** @type {{ name: string }} */ { name }) => name,
);

/** @param {object[]} sent */
const keys = (sent) => new Set(sent.flatMap(Object.keys));

/** @param {Iterable<string>} some @param {Iterable<string>} all */
const notAmong = (some, all) => [...some].filter((name) => !new Set(all).has(name));

/** A day on which everything is sent that there is. */
async function everythingSent() {
  const phone = await makePhone();
  const headers = { "HX-Person": phone.me.id };
  await phone.open(`/visits/${phone.visit.visit_id}`);
  phone.server.refuses = { write_note: "NotYourTeam" };
  await phone.tap("write_note", { text: "Karen sov godt." });
  const [refused] = await phone.rows("attention");
  await phone.ask("POST", `/attention/${refused.id}/retry`, { body: "", headers });
  const window = openWindow(phone);
  await window.type("Karen");
  await phone.say({ about: "tick" });
  phone.server.refuses = {};
  await window.save({ text: "Karen" });
  return phone.server;
}

test("every field that a phone sends is described", async () => {
  const { pushes } = await everythingSent();
  const drafts = pushes.flatMap((push) => push.drafts ?? []);

  assert.deepEqual(notAmong(keys(pushes), fields("SyncRequest")), []);
  assert.deepEqual(notAmong(keys(pushes.flatMap((push) => push.changes)), changes), []);
  assert.deepEqual(notAmong(keys(pushes.flatMap((push) => push.looked ?? [])), fields("LookedAt")), []);
  assert.deepEqual(notAmong(keys(pushes.flatMap((push) => push.unsent ?? [])), fields("KnownUnsent")), []);
  assert.deepEqual(notAmong(keys(drafts), fields("SentDrafts")), []);
  assert.deepEqual(notAmong(keys(drafts.flatMap((each) => each.rows)), rows), []);
  assert.deepEqual(notAmong(keys(drafts.flatMap((each) => each.gone)), gone), []);
  assert.ok(drafts.some((each) => each.rows.length) && drafts.some((each) => each.gone.length));
  for (const name of ["changes", "looked", "unsent", "drafts"])
    assert.ok(
      pushes.some((push) => push[name] !== undefined),
      `${name} was sent`,
    );
});

test("every header of ours that a phone shows at a sync is described, and no other", () => {
  const folder = `${ROOT}service_worker/sync/`;
  const said = readdirSync(folder).flatMap((name) => [
    ...readFileSync(folder + name, "utf-8").matchAll(/"(Haand-[A-Za-z-]+)"/g),
  ]);

  assert.deepEqual([...new Set(said.map(([, name]) => name))].sort(), shown.toSorted());
});

test("every part of an answer that a phone reads is described", () => {
  const source = readFileSync(`${ROOT}service_worker/sync/exchange.js`, "utf-8");
  const [, typed] = /@typedef \{object\} Answer([\s\S]*?)(?:@typedef|\*\/)/.exec(source) ?? [];
  const read = [...(typed ?? "").matchAll(/@property \{.*\} \[?([a-z_]+)\]?/g)].map(([, name]) => name);

  assert.ok(read.length > 10);
  assert.deepEqual(notAmong(read, fields("SyncAnswer")), []);
  assert.deepEqual(notAmong(fields("SyncAnswer"), read), []);
});
