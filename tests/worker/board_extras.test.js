/** On a board: a citizen is found among what is shown, a note that has come is told, and cards are numbered for paper. */

import assert from "node:assert/strict";
import test from "node:test";

let loads = 0;
const load = (name) => import(`../../static/${name}?load=${loads++}`);

/** An element that keeps what is done to it. */
class Element {
  constructor(has = {}) {
    Object.assign(this, { dataset: {}, children: [], listeners: {}, textContent: "", ...has });
  }
  addEventListener(type, listener) {
    this.listeners[type] = listener;
  }
  append(...inside) {
    this.children.push(...inside);
  }
  replaceChildren(...inside) {
    this.children = inside;
  }
  setAttribute(name, value) {
    this[name] = value;
  }
  getAttribute(name) {
    return this[name];
  }
  closest() {
    return this.around ?? null;
  }
  querySelector(selector) {
    return this.parts?.[selector] ?? null;
  }
  scrollIntoView() {}
  focus() {
    this.hasFocus = true;
  }
  get words() {
    return (
      this.children.map((each) => (typeof each === "string" ? each : each.words)).join("") || this.textContent
    );
  }
}

/** A page with these elements. */
function openPage(t, elements, kept = {}) {
  const listeners = {};
  const globals = {
    Element,
    HTMLElement: Element,
    document: {
      getElementById: (id) => elements[id] ?? null,
      createElement: () => new Element(),
      addEventListener: (type, listener) => {
        listeners[type] = listener;
      },
    },
    sessionStorage: {
      getItem: (name) => kept[name] ?? null,
      setItem: (name, value) => Object.assign(kept, { [name]: value }),
    },
  };
  for (const [name, value] of Object.entries(globals)) {
    globalThis[name] = value;
    t.after(() => delete globalThis[name]);
  }
  return listeners;
}

const text = (words) => new Element({ textContent: words });

function row(visit, name, address, carer, notes = 0) {
  return new Element({
    id: `visit-${visit}`,
    dataset: { visit, notes: String(notes) },
    around: new Element({ parts: { "[id^=name-]": text(carer) } }),
    parts: {
      ".time": text("07.15"),
      ".name": text(name),
      ".address": text(address),
      ".state": text("Udført\n  07.40"),
      a: new Element(),
    },
  });
}

const ROWS = [
  row("1", "Åse Sørensen", "Møllevej 4", "Anna Lund"),
  row("2", "Bent Holm", "Bækvej 2", "Anna Lund"),
  row("3", "Karl Krog", "Møllevej 9", "Bo Dahl"),
  row("4", "Hans Dam", "Skovvej 94", "Bo Dahl"),
  row("5", "Ib Bo", "Skovvej 9, 2. th.", "Eva Friis"),
];

async function findOn(t, words) {
  const found = new Element();
  const count = new Element({
    dataset: { carer: "by #", none: "none", one: "one", many: "# found", more: "# found, more" },
  });
  const field = new Element({ value: words });
  openPage(t, {
    find: field,
    found,
    "found-count": count,
    ...Object.fromEntries(ROWS.map((each) => [each.id, each])),
  });
  const { findVisits } = await load("find_visit.js");
  findVisits(new Element({ querySelectorAll: () => ROWS }))();
  return { found, count: count.textContent };
}

test("a citizen is found by a part of the name, an address or whose visit it is, written as it may be", async (t) => {
  for (const [words, names] of [
    ["aase", ["Åse Sørensen"]],
    ["møllevej", ["Åse Sørensen", "Karl Krog"]],
    ["anna holm", ["Bent Holm"]],
    ["", []],
  ]) {
    const { found } = await findOn(t, words);
    const told = found.children.map((each) => each.words);
    assert.equal(told.length, names.length, words);
    for (const [place, name] of names.entries())
      assert.ok(told[place].startsWith(`07.15 ${name} `), told[place]);
  }
});

test("a citizen stands before an address and a carer, and what is written just so before what is like it", async (t) => {
  for (const [words, told] of [
    ["bo", ["07.15 Ib Bo Skovvej 9, 2. th. · by Eva Friis", "07.15 Karl Krog Møllevej 9 · by Bo Dahl"]],
    ["skovvej 9", ["07.15 Ib Bo ", "07.15 Hans Dam "]],
  ]) {
    const { found } = await findOn(t, words);
    for (const [place, begin] of told.entries())
      assert.ok(found.children[place].words.startsWith(begin), words);
  }
});

test("what is found says how many, and leads to the row", async (t) => {
  const { found, count } = await findOn(t, "møllevej");
  const [link] = found.children[1].children;
  link.around = link;
  found.listeners.click({ preventDefault() {}, target: link });

  assert.deepEqual([count, (await findOn(t, "x")).count], ["2 found", "none"]);
  assert.equal(ROWS[2].parts.a.hasFocus, true);
  assert.equal(ROWS[2].parts.a["data-led"], "");
});

function notesOn(t, counts, kept) {
  const words = new Element({ dataset: { words: "New:" } });
  const place = new Element({ hidden: true, parts: { "[data-words]": words } });
  const rows = counts.map((notes, n) => row(String(n), `Citizen ${n}`, "", "", notes));
  const page = openPage(t, { "new-notes": place }, kept);
  const board = new Element({ dataset: { day: "2026-11-23" }, querySelectorAll: () => rows });
  return { words, place, rows, page, board };
}

test("a note that comes is told with a way to its visit, until that is opened, also once the board is loaded anew", async (t) => {
  const kept = {};
  const { tellNewNotes } = await load("new_notes.js");
  const { words, place, rows, board } = notesOn(t, [1, 0], kept);
  const look = tellNewNotes(board);
  const before = place.hidden;
  rows[1].dataset.notes = "1";
  look();
  const told = words.words;
  const again = notesOn(t, [1, 1], kept);
  tellNewNotes(again.board);
  const link = new Element({ href: "/board/visits/1" });
  link.around = link;
  again.page.click({ target: link });
  const opened = notesOn(t, [1, 1], kept);
  tellNewNotes(opened.board);

  assert.deepEqual(
    [before, told, again.place.hidden, opened.place.hidden],
    [true, "New: Citizen 1", false, true],
  );
  assert.ok(!JSON.stringify(kept).includes("Citizen"));
});

test("on paper each card says which it is of how many", async () => {
  const { numberCards } = await load("print_numbers.js");
  const cards = [new Element(), new Element(), new Element()];
  numberCards({ querySelectorAll: () => cards });

  assert.deepEqual(
    cards.map(({ dataset }) => dataset.number),
    ["1 / 3", "2 / 3", "3 / 3"],
  );
});
