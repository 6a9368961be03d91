/** The language of checklists on the phone: the same as on the server (tests/checklists/). */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { findWrong } from "../../../service_worker/checklists/checking.js";
import { readTyped } from "../../../service_worker/checklists/decimals.js";
import { Filled } from "../../../service_worker/checklists/filled.js";
import { matches } from "../../../service_worker/checklists/pattern.js";
import { evaluated, moment, repeatsOf } from "../../checklists/cases.mjs";

const ROOT = new URL("../../../", import.meta.url);
const PYTHON = process.env.PYTHON ?? fileURLToPath(new URL(".venv/bin/python", ROOT));
const PROGRAM = fileURLToPath(new URL("tests/checklists/make_ready.py", ROOT));
const READY = JSON.parse(execFileSync(PYTHON, [PROGRAM], { encoding: "utf8", maxBuffer: 2 ** 26 }));
const read = (name) => JSON.parse(readFileSync(new URL(`tests/cases/checklist_${name}.json`, ROOT), "utf8"));

describe("a number is read as it is typed", () => {
  for (const { typed, stored } of read("numbers")) test(typed, () => assert.equal(readTyped(typed), stored));
});

describe("a text is held against a pattern", () => {
  for (const { pattern, fits, fits_not } of read("patterns").filter((each) => each.fits))
    test(pattern, () => {
      const table = READY.patterns[pattern];

      assert.deepEqual(
        fits.filter((text) => !matches(table, text)),
        [],
      );
      assert.deepEqual(
        fits_not.filter((text) => matches(table, text)),
        [],
      );
    });

  test("no text hangs anybody", () => {
    const begun = process.cpuUsage();
    const table = READY.patterns["^(a+)+$"];

    assert.ok(matches(table, "a".repeat(10_000)));
    assert.ok(!matches(table, `${"a".repeat(10_000)}b`));
    assert.ok(process.cpuUsage(begun).user < 200_000);
  });
});

describe("a tree gives what the table says", () => {
  const { checklist, answers, now, cases } = read("trees");
  const repeats = repeatsOf(checklist.steps);
  for (const { sentence, tree, at = "", values } of cases)
    test(sentence, () => {
      const filled = new Filled(READY.trees, answers, moment(now));

      assert.deepEqual(evaluated(filled, tree, at, repeats), values);
    });
});

describe("a tap evaluates what depends on it, however long the checklist is", () => {
  for (const [count, published] of Object.entries(READY.questions))
    test(`${count} steps`, () => {
      const filled = new Filled(published, { n0: ["2"] }, moment("2026-11-23T07:00:00.000Z"));
      const before = filled.evaluations;

      filled.answer("q0", [true]);

      assert.equal(filled.evaluations - before, 2);
      assert.deepEqual(filled.values("sum"), ["2"]);
    });
});

describe("what is wrong with an answer", () => {
  for (const { sentence, step, said, wrong } of read("checking"))
    test(sentence, () => assert.deepEqual(findWrong(step, said, READY.patterns), wrong));
});

describe("a checklist while it is filled in", () => {
  for (const [place, { sentence, answers, now, taps }] of read("filled").entries())
    test(sentence, () => {
      const filled = new Filled(READY.filled[place], answers, moment(now));
      for (const tap of taps) {
        const before = filled.evaluations;
        const changed = tap.now ? filled.tick(moment(tap.now)) : filled.answer(tap.place, tap.said);

        assert.deepEqual([...changed].sort(), tap.changed);
        assert.equal(filled.evaluations - before, tap.evaluations);
        for (const [at, shown] of Object.entries(tap.shown ?? {}))
          assert.equal(filled.isShown(at), shown, at);
        for (const [at, values] of Object.entries(tap.values ?? {}))
          assert.deepEqual(filled.values(at), values, at);
        for (const [at, values] of Object.entries(tap.first ?? {}))
          assert.deepEqual(filled.first(at), values, at);
      }
    });
});
