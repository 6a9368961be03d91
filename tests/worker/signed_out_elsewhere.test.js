/** A leader's page that stands open shows nothing any more once its sign-in has ended, in whatever way. */

import assert from "node:assert/strict";
import test from "node:test";

const LIS = "01939f00-0000-7000-8000-000000000001";

let loads = 0;

class Field {
  type = "text";
  defaultValue = "Nord";
  constructor(value) {
    this.value = value;
  }
}

/** A page of Lis's with one form, in which this stands by now. */
async function openPage(t, written = "Nord") {
  const page = { reloads: 0, isSeen: true, children: ["Else Holm"], answer: () => inAs(LIS) };
  const says = { away: { dataset: { why: "away" } }, out: { dataset: { why: "signed-out" } } };
  page.notice = { hidden: true, querySelectorAll: () => Object.values(says) };
  const globals = {
    HTMLInputElement: Field,
    HTMLTextAreaElement: class {},
    document: {
      body: { dataset: { person: LIS }, replaceChildren: () => page.children.splice(0) },
      forms: [{ elements: [new Field(written)] }],
      getElementById: () => page.notice,
      get visibilityState() {
        return page.isSeen ? "visible" : "hidden";
      },
    },
    addEventListener() {},
    location: { reload: () => void page.reloads++ },
    fetch: async () => page.answer(),
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
  t.mock.timers.enable({ apis: ["setInterval"] });
  await import(`../../static/signed_in.js?${loads++}`);
  page.passMinute = async () => {
    t.mock.timers.tick(60_000);
    for (let i = 0; i < 5; i += 1) await new Promise((done) => setImmediate(done));
  };
  return page;
}

const inAs = (person) => new Response(null, { status: 204, headers: { "Haand-Person": person } });
const problem = (status) => new Response("{}", { status });

for (const [how, answer] of Object.entries({
  "nobody is signed in": () => problem(401),
  "somebody else is": () => inAs("01939f00-0000-7000-8000-000000000002"),
  "its vault is closed": () => problem(403),
}))
  test(`what it showed is gone when ${how}`, async (t) => {
    const page = await openPage(t);
    await page.passMinute();
    const before = [...page.children];
    page.answer = answer;
    await page.passMinute();

    assert.deepEqual(before, ["Else Holm"]);
    assert.deepEqual([page.children, page.reloads], [[], 1]);
  });

test("it stays while its sign-in holds, while the server does not say, and while nobody sees it", async (t) => {
  const page = await openPage(t);
  for (const answer of [
    () => inAs(LIS),
    () => new Response(null, { status: 204 }), // a proxy lets no header of ours through
    () => problem(503),
    () => Promise.reject(new TypeError("no network")),
  ]) {
    page.answer = answer;
    await page.passMinute();
  }
  page.isSeen = false;
  page.answer = () => problem(401);
  await page.passMinute();

  assert.deepEqual([page.children, page.reloads], [["Else Holm"], 0]);
});

test("words that are not sent stay, and it is said that they are not", async (t) => {
  const page = await openPage(t, "Ring til Else");
  page.answer = () => problem(401);
  await page.passMinute();

  assert.deepEqual([page.children, page.reloads, page.notice.hidden], [["Else Holm"], 0, false]);
});
