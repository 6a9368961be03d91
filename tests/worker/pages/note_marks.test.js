/** What was done with notes, as the phone sees it: the cases that the server runs too. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { module } from "../on_phone.mjs";

const { noted } = await module("pages/note_marks.js");
const CASES = JSON.parse(readFileSync(new URL("../../cases/noted.json", import.meta.url), "utf8"));

for (const { sentence, note, marks, pin, read, wrong } of CASES) {
  test(sentence, () => {
    const [shown] = noted([note], marks);

    assert.deepEqual(shown.pin, pin);
    assert.deepEqual(
      shown.read.map(({ id }) => id),
      read,
    );
    assert.equal(shown.wrong?.id ?? null, wrong);
  });
}
