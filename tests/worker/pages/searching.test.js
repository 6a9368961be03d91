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
