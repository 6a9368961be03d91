/** The phone shows a waiting change as the server will judge it: the shared cases, as the overlay has them. */

import assert from "node:assert/strict";
import test from "node:test";
import { module } from "../on_phone.mjs";
import { changesWithCases, readCases } from "../shared_cases.mjs";

const { overlayPerson, overlayPlan, overlayVisit } = await module("pages/overlay.js");

/** Only the server knows when it received something, and only the phone that something waits. */
const ONE_SIDED = /(^|_)received_at$|^waiting_since$/;

function shared(value) {
  if (Array.isArray(value)) return value.map(shared);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ONE_SIDED.test(key))
      .map(([key, part]) => [key, shared(part)]),
  );
}

function overlay({ given, change, me }) {
  if ("plan_changes" in given) return overlayPlan(given, [change]);
  return "person_id" in given ? overlayPerson(given, [change]) : overlayVisit(given, [change], me);
}

for (const name of changesWithCases()) {
  for (const one of readCases(name)) {
    test(one.sentence, () => {
      const before = structuredClone(one.given);
      const shown = overlay(one);
      const told = (document) =>
        shared(Object.fromEntries(Object.keys(one.then).map((key) => [key, document[key]])));

      assert.deepEqual(told(shown), told(one.expected));
      assert.deepEqual(one.given, before);
    });
  }
}

test("an answer that is taken back while it waits leaves the one that the server has", () => {
  const { given, change, me } = readCases("answer_step").find((each) =>
    each.sentence.startsWith("A carer who changes her mind"),
  );
  const takenBack = { ...change, id: "another", n: 2, name: "take_back", args: { change_id: change.id } };
  const answers = (waiting) => overlayVisit(given, waiting, me).steps.map((step) => step.answer);

  assert.notDeepEqual(answers([change]), answers([]));
  assert.deepEqual(answers([change, takenBack]), answers([]));
});
