/** What somebody searches for is found however it is written, and with a slip in it. Twin: tests/test_searching.py. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { matching } from "../../../service_worker/pages/searching.js";

const CASES = JSON.parse(readFileSync(new URL("../../cases/searching.json", import.meta.url), "utf8"));

describe("a search finds what is meant", () => {
  for (const { query, finds } of CASES.searches)
    test(query, () => {
      const fits = matching(query, CASES.texts);

      assert.deepEqual(
        [...fits.keys()].filter((place) => fits[place]),
        finds,
      );
    });
});

describe("a search of any length costs no more than a short one", () => {
  const texts = Array.from({ length: 50 }, (_, some) =>
    Array.from({ length: 40 }, (_, i) => `a${"ab".repeat((some + i) % 7)}${some + i}`).join(" "),
  );
  const cost = (/** @type {string} */ query) => {
    const begun = process.cpuUsage();
    matching(query, texts);
    return process.cpuUsage(begun).user / 1000;
  };
  for (const query of ["a".repeat(60_000), "aaaaab ".repeat(10_000)])
    test(query.slice(0, 9), () => {
      const short = cost(query.slice(0, 100));

      assert.ok(cost(query) < 5 * short + 50);
    });
});
