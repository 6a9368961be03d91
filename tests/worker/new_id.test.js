/** Ids are UUIDv7 and rise, also when the clock does not. */

import assert from "node:assert/strict";
import test from "node:test";
import { isId, newId } from "../../service_worker/new_id.js";

test("ten thousand ids of one millisecond rise and differ", () => {
  const ids = Array.from({ length: 10_000 }, () => newId(() => 1_800_000_000_000));

  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(
    ids.every((id) => isId(id) && /^[0-9a-f-]{14}7[0-9a-f]{3}-[89ab]/.test(id)),
    true,
  );
});

test("an id tells its time, and a clock set back does not make ids fall", () => {
  const later = newId(() => 1_900_000_000_000);
  const earlier = newId(() => 1_800_000_000_000);

  assert.equal(Number.parseInt(later.replace("-", "").slice(0, 12), 16), 1_900_000_000_000);
  assert.equal(earlier > later, true);
});
