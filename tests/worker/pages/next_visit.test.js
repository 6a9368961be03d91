/** Where the carer is and where she goes next, also when the visits are taken in another order than was planned. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { makePhone } from "../on_phone.mjs";
import { silent } from "../server.mjs";

/** A phone without a network, with three visits of today. */
async function onItsWay(change = (_visits) => {}) {
  const phone = await makePhone({ visits: 3, synced: false });
  change(phone.server.visits);
  await phone.hello();
  phone.server.instead = silent;
  const ids = phone.server.visits.map(({ visit_id }) => visit_id);
  return { ...phone, ids, act: (name, visit_id, more) => phone.tap(name, { visit_id, ...more }) };
}

/** @param {string} html */
const wayOn = (html) => /class="button primary" href="([^"]+)"/.exec(html)?.[1];

/** Which visit's row says these words. @param {string} html @param {string} words */
const rowWith = (html, words) =>
  html
    .split('id="visit-')
    .filter((row) => row.includes(words))
    .map((row) => row.split('"')[0]);

test("you are where you started last, and the way on leads to the first visit that is left", async () => {
  const { open, act, ids } = await onItsWay();
  const [first, second, third] = ids;
  await act("start_visit", second);
  await act("start_visit", third);
  assert.deepEqual(rowWith((await open("/")).html, "Du er her"), [third]);

  await act("finish_visit", third);
  assert.deepEqual(rowWith((await open("/")).html, "Du er her"), [second]);
  assert.equal(wayOn((await open(`/visits/${third}`)).html), `/visits/${first}`);

  await act("report_deviation", first, { kind: "not_home" });
  assert.equal(wayOn((await open(`/visits/${third}`)).html), "/");
});

test("the way on says when, to whom and where", async () => {
  const { open, act, ids } = await onItsWay(([, second]) => {
    second.address = "Kastanievej 12, 2. th.";
  });
  await act("start_visit", ids[0]);
  await act("finish_visit", ids[0]);
  const { html } = await open(`/visits/${ids[0]}`);
  const [link] = /<a class="button primary" href="[^"]+">.*?<\/a>/s.exec(html);

  assert.match(link, /Næste besøg (kl\. )?\d\d\.\d\d/);
  assert.match(link, /Karen Jensen 1/);
  assert.match(link, /Kastanievej 12, 2\. th\./);
});

test("after a visit of the day before comes today's first", async () => {
  const { open, act, ids } = await onItsWay(([first]) => {
    const earlier = (/** @type {string} */ at) => new Date(Date.parse(at) - 86_400_000).toISOString();
    first.day = earlier(`${first.day}T00:00:00Z`).slice(0, 10);
    first.starts_at = earlier(first.starts_at);
    first.ends_at = earlier(first.ends_at);
  });
  await act("start_visit", ids[0]);
  await act("finish_visit", ids[0]);

  assert.equal(wayOn((await open(`/visits/${ids[0]}`)).html), `/visits/${ids[1]}`);
});

test("only today's page says which visit is next, and how many are left", async () => {
  const { open } = await onItsWay((visits) => {
    const tomorrow = new Date(Date.parse(visits[0].day) + 24 * 60 * 60_000).toISOString().slice(0, 10);
    for (const visit of visits.slice(1))
      Object.assign(visit, {
        day: tomorrow,
        starts_at: `${tomorrow}${visit.starts_at.slice(10)}`,
        ends_at: `${tomorrow}${visit.ends_at.slice(10)}`,
      });
  });
  const today = (await open("/")).html;
  const [, tomorrow] = [...today.matchAll(/href="(\/days\/[-\d]+)"/g)].map(([, path]) => path);
  const { html } = await open(tomorrow);

  assert.match(today, /1 besøg tilbage/);
  assert.match(today, />Næste</);
  assert.match(html, /<p class="tally">2 besøg<\/p>/);
  assert.doesNotMatch(html, />Næste<|visit-row next/);
});

test("after minutes without a contact the sign says when the last one was, though all is delivered", async (t) => {
  const { open } = await onItsWay();
  const { html: before } = await open("/state");
  const now = Date.now();
  t.mock.method(Date, "now", () => now + 11 * 60_000);
  const { html: after } = await open("/state");

  assert.doesNotMatch(before, /Kontakt/);
  assert.match(after, /Alt er kommet frem\. .*<span aria-hidden="true">Kontakt \d\d\.\d\d<\/span>/);
});
