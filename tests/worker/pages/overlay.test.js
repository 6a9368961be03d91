/** The phone shows a waiting change as the server will judge it: the shared cases, as the overlay has them. */

import assert from "node:assert/strict";
import test from "node:test";
import { module } from "../on_phone.mjs";
import { changesWithCases, readCases } from "../shared_cases.mjs";

const { overlayPerson, overlayPlan, overlayVisit } = await module("pages/overlay.js");

/** Only the server knows when it received something, and only the phone that something waits. */
const ONE_SIDED = /(^|_)received_at$|^waiting_since$/;

/** Of what is given: who says to have seen 0 has not seen it, as on the server. */
const VERSION = 1;

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
  return "person_id" in given ? overlayPerson(given, [change]) : overlayVisit(given, [change], me, VERSION);
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

test("who removes her own answer gets to see what a colleague had said meanwhile", () => {
  const [{ given, change, me }] = readCases("answer_step").filter(({ sentence }) =>
    sentence.startsWith("Who removes"),
  );
  const [{ id: step_id }] = given.steps;
  const args = { ...change.args, step_id, answer: "carer", reason: "Ikke tid" };
  const mine = { ...change, id: "mine", n: 0, args };
  const [step] = overlayVisit(given, [mine, change], me, VERSION).steps;

  assert.deepEqual([step.answer, step.answered_by.name], ["together", "Lars Holm"]);
  assert.deepEqual(
    step.earlier.map(({ reason }) => reason),
    ["Ikke tid"],
  );
});

test("a colleague's answer that was there at the last contact before it is removed, whatever came since", () => {
  const [{ given, change, me }] = readCases("answer_step").filter(({ sentence }) =>
    sentence.startsWith("Who removes"),
  );
  const shown = (after) =>
    overlayVisit(given, [{ ...change, clock: { run: 0, after } }], me, VERSION).steps[0].answer;

  assert.equal(shown("2026-11-23T06:34:00.000Z"), null);
  assert.equal(shown("2026-11-23T06:32:00.000Z"), "together");
});

test("a correction over two that stand against each other settles it on the phone at once", () => {
  const words = (id, text) => ({
    id,
    text,
    written_at: "2026-11-23T06:40:00.000Z",
    written_by: { id: "a", name: "A" },
  });
  const both = [words("c1", "To boller."), words("c2", "Ingen.")];
  const visit = {
    steps: [],
    deviations: [],
    notes: [{ ...words("n", "En bolle."), corrections: both, differing: both }],
  };
  const args = { visit_id: "v", note_id: "c3", corrects: "n", text: "To boller, ikke flere." };
  const change = { id: "x", n: 1, name: "correct_note", v: 1, at: "2026-11-23T07:00:00.000Z", seen: 3, args };
  const [note] = overlayVisit(visit, [change], { id: "b", name: "B" }).notes;

  assert.equal(note.corrections.length, 3);
  assert.equal("differing" in note, false);
  assert.equal(visit.notes[0].differing.length, 2);
});

test("a draft that was saved on two phones is one note, and what was written otherwise corrects it", () => {
  const me = { id: "a", name: "A" };
  const note = { id: "d", text: "Karen sov", written_at: "2026-11-23T06:40:00.000Z", written_by: me };
  const visit = { steps: [], deviations: [], notes: [{ ...note, corrections: [] }] };
  const saved = (text) => {
    const args = { visit_id: "v", note_id: "d", text };
    const change = { id: "x", n: 1, name: "write_note", v: 1, at: "2026-11-23T07:00:00.000Z", seen: 3, args };
    return overlayVisit(visit, [change], me).notes.map(({ corrections }) =>
      corrections.map((each) => each.text),
    );
  };

  assert.deepEqual(saved("Karen sov"), [[]]);
  assert.deepEqual(saved("Karen sov godt"), [["Karen sov godt"]]);
});

test("an answer that is taken back while it waits leaves the one that the server has", () => {
  const { given, change, me } = readCases("answer_step").find((each) =>
    each.sentence.startsWith("A carer who changes her mind"),
  );
  const takenBack = { ...change, id: "another", n: 2, name: "take_back", args: { change_id: change.id } };
  const answers = (waiting) => overlayVisit(given, waiting, me).steps.map((step) => step.answer);

  assert.notDeepEqual(answers([change]), answers([]));
  assert.deepEqual(answers([change, takenBack]), answers([]));
});
