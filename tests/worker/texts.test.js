/** Which signs a text may hold and which can be seen: the same on the server (tests/test_texts.py). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { cleaned, countSeen } from "../../service_worker/texts.js";

const CASES = JSON.parse(readFileSync(new URL("../cases/texts.json", import.meta.url), "utf8"));

for (const { sentence, text, cleaned: clean, seen } of CASES) {
  test(sentence, () => {
    assert.equal(cleaned(text), clean);
    assert.equal(cleaned(clean), clean);
    assert.equal(countSeen(clean), seen);
  });
}
