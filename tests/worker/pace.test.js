/** How often what is typed is kept: after a pause, and now and then while there is none. */

import assert from "node:assert/strict";
import test from "node:test";
import { makePace, makeStray } from "../../static/pace.js";

const [PAUSE, LONGEST] = [250, 750];

/** Types a letter each so many milliseconds, for so long. */
function typed(t, { each, for: long }) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let [now, letters, kept, most] = [0, 0, 0, 0];
  const stores = [];
  const { soon, stop } = makePace(
    () => {
      kept = letters;
      stores.push(now);
    },
    LONGEST,
    () => now,
  );
  const pass = (until) => {
    for (; now < until; now += 1) t.mock.timers.tick(1);
  };
  while (now < long) {
    letters += 1;
    soon(PAUSE);
    pass(now + each);
    most = Math.max(most, letters - kept);
  }
  return { stores, soon, stop, pass, rest: () => letters - kept, lost: most * each, at: () => now };
}

for (const each of [20, 60, 100, 120, 240])
  test(`of letters that come each ${each} ms less than a second is not kept, and no store comes with each`, (t) => {
    const { stores, lost } = typed(t, { each, for: 20_000 });

    assert.ok(lost < 1_000, `${lost} ms`);
    assert.ok(stores.length <= 20_000 / LONGEST + 1, `${stores.length} stores`);
  });

test("the last letter is kept after a pause, and then nothing more", (t) => {
  const { stores, pass, rest, at } = typed(t, { each: 60, for: 300 });
  pass(at() + PAUSE);
  const [left, before] = [rest(), stores.length];
  pass(at() + 10 * LONGEST);

  assert.deepEqual([left, before, stores.length], [0, 1, 1]);
});

test("what could not be kept is tried again in its own time, and a letter brings it forward", (t) => {
  const { stores, pass, soon, stop, at } = typed(t, { each: 1, for: 1 });
  stop();
  soon(2_000);
  pass(at() + 1_000);
  const early = stores.length;
  soon(PAUSE);
  pass(at() + PAUSE + 1);

  assert.deepEqual([early, stores.length], [0, 1]);
});

test("keys of what was typed before are told apart until there is a pause, and not for ever", () => {
  let now = 100;
  const [paused, endless] = [makeStray(1_000, 5_000, () => now), makeStray(1_000, 5_000, () => now)];
  const at = (moment, isStray) => {
    now = 100 + moment;
    return isStray();
  };

  assert.deepEqual(
    [900, 1_899, 2_899, 2_900].map((moment) => at(moment, paused)),
    [true, true, false, false],
  );
  assert.deepEqual(
    [900, 1_800, 2_700, 3_600, 4_500, 4_999, 5_000].map((moment) => at(moment, endless)),
    [true, true, true, true, true, true, false],
  );
});
