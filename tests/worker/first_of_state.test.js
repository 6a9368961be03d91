/** A number on the board leads to the first visit that it counts, unfolded and in focus. */

import assert from "node:assert/strict";
import test from "node:test";

class Element {
  /** @param {Record<string, any>} has */
  constructor(has = {}) {
    Object.assign(this, has);
  }
  closest(selector) {
    return selector === "details" ? (this.fold ?? null) : this.link;
  }
  scrollIntoView() {
    this.isInSight = true;
  }
  focus() {
    this.hasFocus = true;
  }
}

/** A board with this visit of the state `not_done`, and a press on the number. */
async function press(t, state, visit) {
  for (const name of ["Element", "HTMLElement"]) {
    globalThis[name] = Element;
    t.after(() => delete globalThis[name]);
  }
  const { leadToTheFirst } = await import("../../static/first_of_state.js");
  let pressed;
  const board = {
    addEventListener: (_type, listener) => {
      pressed = listener;
    },
    querySelector: (selector) => (selector === '[data-state="not_done"] a' ? visit : null),
  };
  leadToTheFirst(board);
  let isStopped = false;
  const target = new Element({ link: state && new Element({ dataset: { first: state } }) });
  pressed({ target, preventDefault: () => (isStopped = true) });
  return isStopped;
}

test("a press on a number opens every fold around the first visit, and gives it the focus", async (t) => {
  const outer = { open: false, parentElement: new Element() };
  const inner = { open: false, parentElement: new Element({ fold: outer }) };
  const visit = new Element({ fold: inner });

  assert.equal(await press(t, "not_done", visit), true);
  assert.deepEqual([outer.open, inner.open, visit.isInSight, visit.hasFocus], [true, true, true, true]);
});

test("a number of which the page has no visit is a plain link, and so is all else", async (t) => {
  const visit = new Element();

  assert.equal(await press(t, "planned", visit), false);
  assert.equal(await press(t, null, visit), false);
  assert.equal(visit.hasFocus, undefined);
});
