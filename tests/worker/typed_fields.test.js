/** What is typed in a field of a page, and saved: it is half-written no more, wherever the answer has moved its field. */

import assert from "node:assert/strict";
import test from "node:test";

const NAME = "fill-visit-clock";
const DRAWN = "0193a000-0000-7000-8000-0000000000d1";
let loads = 0;
/** What the worker was told; it is the same one for every page. */
const told = [];
const controller = { postMessage: (message) => told.push(message) };

class Element {
  constructor(has) {
    Object.assign(this, has);
  }
  closest(selector) {
    return this.around?.[selector] ?? null;
  }
  getAttribute() {
    return "/do/fill_in";
  }
}

/** A page with a form and its field, in which half-written words were drawn. */
async function openPage(t, around = {}) {
  told.splice(0);
  const page = { told };
  const listeners = new Map();
  const addEventListener = (type, heed) => listeners.set(type, [...(listeners.get(type) ?? []), heed]);
  page.happen = (type, event = {}) => {
    for (const heed of listeners.get(type) ?? []) heed(event);
  };
  const globals = {
    Element,
    HTMLFormElement: Element,
    addEventListener,
    document: {
      addEventListener,
      body: { dataset: { person: "mette" }, toggleAttribute() {}, append() {} },
      documentElement: {},
      getElementById: () => null,
      querySelector: () => null,
      visibilityState: "visible",
    },
    innerWidth: 390,
    window: { htmx: { ajax: async () => {} } },
    navigator: { serviceWorker: { controller, ready: Promise.resolve({ active: controller }) } },
    fetch: async () => Response.json({ id: DRAWN }),
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => before && Object.defineProperty(globalThis, name, before));
  }
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const fields = [];
  page.form = new Element({
    around,
    querySelectorAll: (selector) => (selector === "[data-draft]" ? fields : []),
  });
  page.field = new Element({
    dataset: { draft: NAME, draftId: DRAWN, saved: "" },
    value: "07:45",
    defaultValue: "07:4",
    form: page.form,
  });
  page.field.around = { "[data-draft]": page.field };
  fields.push(page.field);
  page.moveField = () => fields.splice(0);
  return { page, drafts: await import(`../../static/drafts.js?load=${loads++}`) };
}

test("what was saved is not told as half-written when the page goes, though the answer moved its field", async (t) => {
  const { page, drafts } = await openPage(t);
  page.happen("input", { target: page.field });
  await drafts.releaseDrafts(page.form);
  page.happen("pagehide");
  const onItsWay = page.told.splice(0).map(({ text, draft }) => [text, draft.id]);

  page.moveField();
  Object.assign(page.field.dataset, { draftId: "", saved: "07:45" });
  drafts.settleDrafts(page.form, true);
  page.happen("pagehide");

  assert.deepEqual(onItsWay, [["07:45", DRAWN]], "not answered yet, it is told all the same");
  assert.deepEqual(page.told, []);
});

test("what is told of words that are being saved is told as the same words, whatever was drawn meanwhile", async (t) => {
  const { page, drafts } = await openPage(t);
  page.happen("input", { target: page.field });
  await drafts.releaseDrafts(page.form);
  Object.assign(page.field.dataset, { draftId: "", saved: "07:45" });
  page.happen("pagehide");

  assert.deepEqual(
    page.told.map(({ draft }) => draft.id),
    [DRAWN],
  );
});

test("what came in is drawn beside the field that is open, and what is typed in it stays", async (t) => {
  const { page } = await openPage(t);
  const asked = [];
  const stands = { id: "stands-weight", dataset: { stands: "3" } };
  const seen = { name: "seen", value: "3" };
  const around = { querySelector: () => stands, querySelectorAll: () => [seen] };
  Object.assign(page.field, { around: { ".field": around }, matches: () => true });
  window.htmx = {
    registerExtension() {},
    ajax: async (method, path, { target, select }) => {
      asked.push([method, path, target, select]);
      stands.dataset.stands = "4";
    },
  };
  Object.assign(document, {
    activeElement: page.field,
    body: { dataset: {}, dispatchEvent: () => assert.fail("the whole page is not drawn under a hand") },
    getElementById: () => ({ contains: () => true, getAttribute: () => "/visits/v" }),
    querySelectorAll: () => [],
  });
  const { refresh } = await import(`../../static/refreshing.js?load=${loads++}`);
  refresh();
  t.mock.timers.tick(60_000);
  await null;
  await null;

  assert.deepEqual(asked, [["GET", "/visits/v", stands, "#stands-weight"]]);
  assert.deepEqual([seen.value, page.field.value], ["4", "07:45"]);
});

for (const [sentence, differs, isSent] of [
  ["the same once more closes what was opened", false, false],
  ["the same once more is sent where others have answered differently", true, true],
])
  test(sentence, async (t) => {
    const opened = { isOpen: true, removeAttribute: () => Object.assign(opened, { isOpen: false }) };
    const around = {
      ".field": { querySelector: () => null },
      "details.other, details.correct, details.change": opened,
      ...(differs ? { ".differs": {} } : {}),
    };
    const { page } = await openPage(t, around);
    page.field.dataset.saved = "07:45";
    const submit = {
      target: page.form,
      preventDefault: () => Object.assign(submit, { defaultPrevented: true }),
      stopImmediatePropagation() {},
    };
    page.happen("submit", submit);

    assert.deepEqual([!submit.defaultPrevented, opened.isOpen], [isSent, isSent]);
  });
