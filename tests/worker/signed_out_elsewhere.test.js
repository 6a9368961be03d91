/** A leader's page that stands open shows nothing any more once its sign-in has ended, in whatever way. */

import assert from "node:assert/strict";
import test from "node:test";

const LIS = "01939f00-0000-7000-8000-000000000001";
const MIA = "01939f00-0000-7000-8000-000000000002";

const Channel = globalThis.BroadcastChannel;
let loads = 0;

class Field {
  type = "text";
  defaultValue = "Nord";
  constructor(value) {
    this.value = value;
  }
}

/** A page of Lis's with one form, in which this stands by now. */
async function openPage(t, written = "Nord", person = LIS) {
  const page = { reloads: 0, asked: 0, isSeen: true, children: ["Else Holm"], answer: () => inAs(LIS) };
  const says = { away: { dataset: { why: "away" } }, out: { dataset: { why: "signed-out" } } };
  page.notice = { hidden: true, querySelectorAll: () => Object.values(says) };
  const globals = {
    HTMLInputElement: Field,
    HTMLTextAreaElement: class {},
    document: {
      body: { dataset: person ? { person } : {}, replaceChildren: () => page.children.splice(0) },
      forms: [{ elements: [new Field(written)] }],
      getElementById: () => page.notice,
      get visibilityState() {
        return page.isSeen ? "visible" : "hidden";
      },
    },
    addEventListener() {},
    location: { reload: () => void page.reloads++ },
    fetch: async () => {
      page.asked += 1;
      return page.answer();
    },
    BroadcastChannel: class extends Channel {
      constructor(name) {
        super(name);
        this.unref();
        t.after(() => this.close());
      }
    },
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
  "somebody else is": () => inAs(MIA),
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

test("it stays while its sign-in holds, and while the server does not say", async (t) => {
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

  assert.deepEqual([page.children, page.reloads], [["Else Holm"], 0]);
});

test("one that nobody sees is emptied too", async (t) => {
  const page = await openPage(t);
  page.isSeen = false;
  page.answer = () => problem(401);
  await page.passMinute();

  assert.deepEqual([page.children, page.reloads], [[], 1]);
});

/** Another tab opens a page that is shown to this person, or to nobody. */
async function openAnotherTab(person) {
  const { dataset } = document.body;
  document.body.dataset = person ? { person } : {};
  await import(`../../static/signed_in.js?${loads++}`);
  document.body.dataset = dataset;
  await new Promise((done) => setTimeout(done, 40));
}

for (const [who, person, answer] of [
  ["nobody, as after signing out", "", () => problem(401)],
  ["somebody else", MIA, () => inAs(MIA)],
])
  test(`it is emptied at once when another tab shows itself to ${who}`, async (t) => {
    const page = await openPage(t);
    page.answer = answer;
    await openAnotherTab(person);

    assert.deepEqual([page.children, page.reloads], [[], 1]);
  });

test("a tab of the same person's that comes makes the others ask nothing", async (t) => {
  const page = await openPage(t);
  await openAnotherTab(LIS);

  assert.equal(page.asked, 0);
});

test("a page for those who are not in asks nothing, and is never taken away", async (t) => {
  const page = await openPage(t, "Nord", "");
  page.answer = () => problem(401);
  await page.passMinute();

  assert.deepEqual([page.asked, page.reloads], [0, 0]);
});

test("words that are not sent stay, and it is said that they are not", async (t) => {
  const page = await openPage(t, "Ring til Else");
  page.answer = () => problem(401);
  await page.passMinute();

  assert.deepEqual([page.children, page.reloads, page.notice.hidden], [["Else Holm"], 0, false]);
});
