/** What a browser gives a service worker, as far as ours uses it. Knows nothing of ours. */

import "fake-indexeddb/auto";

export const ORIGIN = "https://haand.test";

/** It is before noon in Denmark, whenever the tests run: three hours later is the same day, and none ends meanwhile. */
const MORNING = Date.parse("2026-11-24T09:00:00Z");
const { now: machine } = Date;
const behind = MORNING - machine();
Date.now = () => machine() + behind;

/** Which databases' transactions were begun while something was done: each is waited for. @param {() => Promise<unknown>} work @returns {Promise<string[]>} */
export async function transactionsOf(work) {
  const { transaction } = IDBDatabase.prototype;
  /** @type {string[]} */
  const begun = [];
  IDBDatabase.prototype.transaction = function (...given) {
    begun.push(this.name);
    return transaction.apply(this, given);
  };
  await work().finally(() => {
    IDBDatabase.prototype.transaction = transaction;
  });
  return begun;
}

/** @type {Map<string, Set<(event: any) => void>>} */
let listeners = new Map();

/** The open pages: what each has been sent, and the vault's key if it keeps one. @type {any[]} */
export let pages = [];

/** What the next fetch of the worker's answers: of an address, or of a request that is passed on. @type {{ fetch: (address: string, how: any, request: Request | null) => Promise<Response> }} */
export const network = { fetch: () => Promise.reject(new TypeError("no network")) };

export function openPage(id = `page-${pages.length}`) {
  const page = { id, heard: [], kept: null };
  page.postMessage = (news) => {
    page.heard.push(news);
    if (news.about === "key") page.kept = news;
    const answer = page.kept?.person === news.person ? page.kept : null;
    if (news.about === "key?")
      setImmediate(() =>
        dispatch("message", { data: { about: "answer", to: news.to, answer }, source: page }),
      );
  };
  pages.push(page);
  return page;
}

/** The worker is gone with all that it held in memory; what it stored and cached stays. */
export function forgetWorker() {
  listeners = new Map();
}

export function closePages() {
  pages = [];
}

/** @param {string} type @param {Record<string, any>} event */
export function dispatch(type, event) {
  const waits = [];
  const sent = { ...event, answer: undefined, waitUntil: (promise) => waits.push(promise) };
  sent.respondWith = (answer) => {
    sent.answer = answer;
  };
  for (const listener of listeners.get(type) ?? []) listener(sent);
  return { answer: sent.answer, settled: () => settle(waits) };
}

async function settle(waits) {
  for (let done = 0; done < waits.length; done += 1) await waits[done];
}

const cached = new Map();

function makeCache() {
  const kept = new Map();
  const fetchAndKeep = async (request) => {
    const response = await network.fetch(request.url);
    if (!response.ok) throw new TypeError("not there");
    return () => kept.set(new URL(request.url).pathname, response);
  };
  return {
    add: async (request) => (await fetchAndKeep(request))(),
    addAll: async (requests) => {
      for (const keep of await Promise.all(requests.map(fetchAndKeep))) keep();
    },
    match: async (path) => kept.get(new URL(path, ORIGIN).pathname)?.clone(),
    put: async (path, response) => void kept.set(new URL(path, ORIGIN).pathname, response),
    delete: async (path) => kept.delete(new URL(path, ORIGIN).pathname),
    keys: async () => [...kept.keys()].map((path) => new Request(ORIGIN + path)),
  };
}

const queues = new Map();

/** One at a time by name, in order. */
async function requestLock(name, options, work) {
  if (typeof options === "function") return requestLock(name, {}, options);
  if (options.ifAvailable && queues.get(name)) return work(null);
  const before = queues.get(name) ?? Promise.resolve();
  const mine = before.then(() => work({ name }));
  const quiet = mine.then(
    () => {},
    () => {},
  );
  queues.set(name, quiet);
  quiet.then(() => queues.get(name) === quiet && queues.delete(name));
  return mine;
}

/** Whether a newer worker is there, too. */
export const registration = { installing: null, waiting: null, unregister: async () => true };

/** How often the worker asked to take over from the one before. */
export const asked = { times: 0 };

/** How often the worker took the pages that nobody answers. */
export const claimed = { times: 0 };

const scope = {
  addEventListener: (type, listener) => listeners.set(type, (listeners.get(type) ?? new Set()).add(listener)),
  clients: { matchAll: async () => pages, claim: async () => void claimed.times++ },
  registration,
  skipWaiting: async () => void asked.times++,
};

/** A browser's request may name a path alone. */
class RequestFromHere extends Request {
  constructor(address, how) {
    super(typeof address === "string" ? new URL(address, ORIGIN) : address, how);
  }
}

Object.defineProperties(globalThis, {
  Request: { value: RequestFromHere },
  self: { value: scope },
  location: { value: new URL(ORIGIN) },
  navigator: {
    value: {
      locks: { request: requestLock },
      storage: { estimate: async () => ({ quota: 2e9, usage: 1e6 }) },
    },
  },
  fetch: {
    value: (address, how) =>
      typeof address === "string"
        ? network.fetch(address, how, null)
        : network.fetch(address.url, how, address),
  },
  caches: {
    value: {
      open: async (name) => cached.get(name) ?? cached.set(name, makeCache()).get(name),
      match: async (path) =>
        (await Promise.all([...cached.values()].map((cache) => cache.match(path)))).find(Boolean),
      keys: async () => [...cached.keys()],
      delete: async (name) => cached.delete(name),
    },
  },
});
