/** A number on the board leads to the first visit that it counts, unfolded, marked and in focus, and then to the next. */

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
  setAttribute(name) {
    this[name] = true;
  }
  removeAttribute(name) {
    this[name] = false;
  }
}

/** A board with these visits, by what finds them, and how its numbers are pressed: gives whether the link's own way was stopped. */
async function open(t, visits) {
  for (const name of ["Element", "HTMLElement"]) {
    globalThis[name] = Element;
    t.after(() => delete globalThis[name]);
  }
  const { leadToTheFirst } = await import("../../static/first_of_state.js");
  let pressed;
  leadToTheFirst({
    addEventListener: (_type, listener) => {
      pressed = listener;
    },
    querySelectorAll: (selector) => visits[selector] ?? [],
  });
  return (counted) => {
    let isStopped = false;
    const target = new Element({ link: counted && new Element({ dataset: { first: counted } }) });
    pressed({ target, preventDefault: () => (isStopped = true) });
    return isStopped;
  };
}

test("a press on a number opens every fold around the first visit, marks it, and gives it the focus", async (t) => {
  const outer = { open: false, parentElement: new Element() };
  const inner = { open: false, parentElement: new Element({ fold: outer }) };
  const visit = new Element({ fold: inner });
  const press = await open(t, { '[data-state="not_done"] a': [visit] });

  assert.equal(press("not_done"), true);
  assert.deepEqual([outer.open, inner.open, visit.isInSight, visit.hasFocus], [true, true, true, true]);
  assert.equal(visit["data-led"], true);
});

test("each further press leads to the next, after the last to the first, and only that one is marked", async (t) => {
  const visits = [new Element(), new Element()];
  const press = await open(t, { '[data-state="done"] a': visits });
  const marked = () => visits.map((visit) => Boolean(visit["data-led"]));

  press("done");
  const first = marked();
  press("done");
  const second = marked();
  press("done");

  assert.deepEqual(
    [first, second, marked()],
    [
      [true, false],
      [false, true],
      [true, false],
    ],
  );
  press(null);
  assert.deepEqual(marked(), [false, false]);
});

test("the number of deviations leads to a visit whatever its state", async (t) => {
  const visit = new Element();
  const press = await open(t, { "[data-deviating] a": [visit] });

  assert.equal(press("deviating"), true);
  assert.equal(visit.hasFocus, true);
});

test("a number of which the page has no visit is a plain link, and so is all else", async (t) => {
  const visit = new Element();
  const press = await open(t, { '[data-state="not_done"] a': [visit] });

  assert.equal(press("planned"), false);
  assert.equal(press(null), false);
  assert.equal(visit.hasFocus, undefined);
});
