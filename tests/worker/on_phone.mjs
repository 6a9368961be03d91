/**
 * A phone without a browser: the real service worker in node, over a real IndexedDB in memory. What belongs to a build
 * (templates, catalogues) is made by the same Python that makes it for the server.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deleteDB, openDB } from "idb";
import { closePages, dispatch, forgetWorker, network, ORIGIN, openPage } from "./browser.mjs";
import { makeServer } from "./server.mjs";

const ROOT = new URL("../../", import.meta.url);
const PYTHON = fileURLToPath(new URL(".venv/bin/python", ROOT));

process.setSourceMapsEnabled(true);
const bearWorker = createRequire(import.meta.url)(join(process.env.PHONE_BUILD ?? makeBuild(), "worker.cjs"));

/** Where the worker is made. A run of many files makes it once, and says where (tools/test_run.py). */
function makeBuild() {
  const made = mkdtempSync(join(tmpdir(), "haand-build-"));
  process.on("exit", () => rmSync(made, { recursive: true }));
  const program = fileURLToPath(new URL("make_build.py", import.meta.url));
  execFileSync(process.env.PYTHON ?? PYTHON, [program, made]);
  return made;
}

let modules = bearWorker();

/** A module of the worker that lives now. @param {string} name */
export const module = async (name) => modules[name];

/** The browser ends the worker and starts another: nothing but what was stored is left. */
export async function killWorker() {
  forgetWorker();
  modules = bearWorker();
}

/** A carer with her phone, her day and a server that knows both. The phone is fresh and has synced once. */
export async function makePhone({ visits = 1, synced = true, vault } = {}) {
  closePages();
  await forgetOwn();
  await killWorker();
  const server = makeServer({ visits, vault });
  network.fetch = server.fetch;
  const page = openPage();
  const [visit] = server.visits;
  const phone = {
    server,
    page,
    me: server.me,
    visit,
    /** The page says what it says to the worker. */
    say: (message) => dispatch("message", { data: message, source: page }).settled(),
    /** The same, and what is answered. */
    tell: (message) => tell(page, { person: server.me.id, ...message }),
    hello: () => phone.say({ about: "hello", person: server.me.id, build: "thisbuild" }),
    /** What is shown at an address. */
    open: (path, headers = {}) => ask("GET", path, { headers: { "HX-Person": server.me.id, ...headers } }),
    /** A tap on a form's button, and everything that follows from it. */
    tap: (name, fields, headers = {}) =>
      ask("POST", `/do/${name}`, {
        body: new URLSearchParams({ visit_id: visit.visit_id, seen: "1", ...fields }),
        headers: { "HX-Person": server.me.id, ...headers },
      }),
    ask,
    rows: (store) => readRows(server.me.id, store),
    phone: async () => (await module("sync/triggers.js")).phoneOf(server.me.id),
  };
  if (synced) await phone.hello();
  return phone;
}

/**
 * A request of a page's, answered by the worker, with what it goes on doing afterwards.
 * @returns {Promise<{ status: number, html: string, headers: Headers } | null>} null when the browser must do it itself
 */
export async function ask(
  method,
  path,
  { body, headers = {}, mode = "same-origin", referrer = `${ORIGIN}/` } = {},
) {
  const made = new Request(ORIGIN + path, { method, body, headers });
  const request = new Proxy(made, {
    get: (target, name) => {
      if (name === "mode") return mode;
      if (name === "referrer") return referrer;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { answer, settled } = dispatch("fetch", { request, clientId: "page-0" });
  if (!answer) return null;
  const response = await answer;
  const answered = { status: response.status, headers: response.headers, html: await response.text() };
  await settled();
  return answered;
}

async function tell(page, message) {
  await dispatch("message", { data: { ...message, to: "the test" }, source: page }).settled();
  return page.heard.findLast((news) => news.about === "answer").answer;
}

/** The phone remembers nothing of itself, and nobody has left anything on it: it is another phone. */
async function forgetOwn() {
  for (const { name } of await indexedDB.databases()) await deleteDB(name);
}

export async function readRows(person, store) {
  const database = await openDB(`haand-${person}`);
  try {
    return await database.getAll(store);
  } finally {
    database.close();
  }
}

/** A promise that a test keeps or breaks when it wants to. */
export function makePromise() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
