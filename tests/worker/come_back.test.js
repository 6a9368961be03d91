/** The way back from a visit leads to its row on the board, at the height where it stood, and marks it; any other way does not. */

import assert from "node:assert/strict";
import test from "node:test";

class Element {
  constructor(has = {}) {
    Object.assign(this, { dataset: {} }, has);
  }
  closest(selector) {
    return selector === "details" ? (this.fold ?? null) : (this.around?.[selector] ?? null);
  }
  getAttribute() {
    return this.href;
  }
  getBoundingClientRect() {
    return { top: this.top };
  }
  scrollIntoView() {}
  focus() {
    this.hasFocus = true;
  }
}

/** A tab in which pages follow each other: each has its listeners, and what the tab keeps stays. */
function openTab(t) {
  const kept = new Map();
  const page = { scrolled: 0, listeners: [] };
  const link = new Element({ href: "/board/visits/v1", fold: { open: false, parentElement: new Element() } });
  const row = new Element({ id: "row-1", top: 700, querySelector: () => link });
  const globals = {
    Element,
    CSS: { escape: (words) => words },
    sessionStorage: {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, words) => kept.set(name, words),
      removeItem: (name) => kept.delete(name),
    },
    document: {
      addEventListener: (_type, heed) => page.listeners.push(heed),
      getElementById: (id) => (id === row.id ? row : null),
    },
    location: { pathname: "/board", hash: "" },
    scrollBy: (_across, down) => (page.scrolled = down),
    innerHeight: 800,
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() =>
      Object.defineProperty(globalThis, name, before ?? { value: undefined, configurable: true }),
    );
  }
  page.press = (pressed, around) => {
    for (const heed of page.listeners)
      heed({ target: new Element({ around: Object.fromEntries(around.map((links) => [links, pressed])) }) });
  };
  return { page, row, link };
}

const TO_VISIT = "a[href^='/board/visits/']";
const TO_BOARD = "a[href^='/board']:not([href^='/board/visits/'])";

for (const isByBack of [true, false])
  test(`a board that is opened ${isByBack ? "by the visit's way back" : "another way"}`, async (t) => {
    const { page, row, link } = openTab(t);
    const { comeBack, leadBack } = await import("../../static/come_back.js");
    const board = { querySelector: () => row, querySelectorAll: () => [] };
    comeBack(board);
    link.around = { ".board-visit": row };
    row.top = 300;
    page.press(link, [TO_VISIT]);
    page.listeners = [];
    leadBack();
    page.press(link, isByBack ? [TO_BOARD] : []);
    page.listeners = [];
    row.top = 700;

    const mark = comeBack(board);
    const marked = "opened" in row.dataset;
    row.dataset = {};
    mark();

    assert.deepEqual(
      [page.scrolled, marked, "opened" in row.dataset, link.hasFocus === true, link.fold.open],
      isByBack ? [400, true, true, true, true] : [0, false, false, false, false],
    );
    comeBack(board);
    assert.equal(page.scrolled, isByBack ? 400 : 0, "once");
  });
