/** What is shown above the page comes and goes when no hand is there, and is then as it was wanted last. */

import assert from "node:assert/strict";
import test from "node:test";

const REST = 2_500;
let loads = 0;

/** A page with a banner, and a hand that touches it. */
async function touchedPage(t, { hidden }) {
  const listeners = new Map();
  let now = 0;
  Object.assign(globalThis, {
    addEventListener: (type, listener) => listeners.set(type, listener),
    innerWidth: 400,
    scrollY: 0,
  });
  t.mock.method(performance, "now", () => now);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { showWhenStill } = await import(`../../static/stillness.js?load=${loads++}`);
  const banner = { hidden };
  const touch = () => {
    listeners.get("pointerdown")();
    listeners.get("pointerup")();
  };
  const pass = (milliseconds) => {
    for (let each = 0; each < milliseconds; each += 100) {
      now += 100;
      t.mock.timers.tick(100);
    }
  };
  return { banner, touch, pass, want: (isShown) => showWhenStill(banner, isShown) };
}

for (const [story, hidden, wants, shown] of [
  ["what is wanted and then not is not shown", true, [true, false], false],
  ["what is not wanted and then is stays", false, [false, true], true],
  ["what is wanted at last is shown", true, [true, false, true], true],
  ["what is not wanted at last goes", false, [false, true, false], false],
])
  test(`under a hand nothing comes or goes, and ${story}`, async (t) => {
    const { banner, touch, pass, want } = await touchedPage(t, { hidden });
    touch();
    const seen = wants.map((isShown) => {
      want(isShown);
      return banner.hidden;
    });
    pass(2 * REST);

    assert.ok(seen.every((each) => each === hidden));
    assert.equal(banner.hidden, !shown);
  });

test("where no hand is it comes and goes at once, again and again", async (t) => {
  const { banner, want } = await touchedPage(t, { hidden: true });
  const seen = [true, true, false, true].map((isShown) => {
    want(isShown);
    return !banner.hidden;
  });

  assert.deepEqual(seen, [true, true, false, true]);
});
