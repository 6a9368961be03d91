// What is typed or tapped at a place of a checklist becomes what is stored there. Twin: tests/care/test_filled_in.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { readFilledIn } from "../../../service_worker/pages/filled_in.js";

const FORMS = JSON.parse(readFileSync(new URL("../../cases/filled_in.json", import.meta.url), "utf-8"));
const ROW = "01939f00-0000-7000-8000-00000000000a";

for (const { sentence, form, values, wrong } of FORMS)
  test(sentence, () => {
    assert.deepEqual(
      readFilledIn(new URLSearchParams(form), () => ROW),
      wrong ?? values,
    );
  });
