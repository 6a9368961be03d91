/**
 * Keeps the files that pages need, one cache per build, so that a page and what it loads are of one build. Knows
 * addresses; knows no pages.
 */

import build, { files } from "../build.js";
import { scope } from "./scope.js";

const PREFIX = "haand-build-";
const MINE = `${PREFIX}${build}`;
const TIMEOUT = 20_000;

/** Without these a page is not a page: the worker is not installed before they are all here. */
export const NEEDED = [
  ...files.map((path) => `/build/${build}/${path}`),
  "/static/icons/sprite.svg",
  "/manifest.webmanifest",
];

/** Nice to have at hand. */
const WELCOME = ["icon.svg", "apple-touch-icon.png", "icon-192.png", "icon-512.png", "maskable-512.png"].map(
  (name) => `/static/icons/${name}`,
);

/**
 * Fetch all that is not here yet; fails in words when one that is needed does not come, and is then tried again by the
 * browser. What has come stays: on a slow line it does not begin anew.
 */
export async function precache() {
  const cache = await caches.open(MINE);
  await Promise.all(NEEDED.map((path) => keep(cache, path))).catch((cause) => {
    throw new Error("the server was not reached", { cause });
  });
  await Promise.allSettled(WELCOME.map((path) => keep(cache, path)));
}

/** Fetch what the browser has thrown away meanwhile, as far as it comes. */
export async function refill() {
  const cache = await caches.open(MINE);
  const kept = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await Promise.allSettled(NEEDED.filter((path) => !kept.has(path)).map((path) => keep(cache, path)));
}

/** @param {Cache} cache @param {string} path */
async function keep(cache, path) {
  const isOfBuild = path.startsWith(`/build/${build}/`);
  if (isOfBuild && (await cache.match(path))) return;
  // What stands under a build's address never changes, so what a page has just fetched need not come again; the others
  // are asked about.
  let answer = await fetch(new Request(path, { cache: isOfBuild ? "default" : "no-cache" }));
  if (!isOurs(answer, path)) answer = await fetch(new Request(path, { cache: "reload" }));
  if (!isOurs(answer, path)) throw new TypeError(`${path} did not come`);
  await cache.put(path, answer);
}

/** What each kind of file is sent as. */
const FORMS = /** @type {Record<string, RegExp>} */ ({
  css: /css/,
  js: /javascript/,
  svg: /svg/,
  png: /png/,
  webmanifest: /manifest/,
});

/** A network that wants somebody to sign in to it answers everything with a page of its own. @param {Response} answer @param {string} path */
function isOurs({ status, redirected, headers }, path) {
  const form = FORMS[path.slice(path.lastIndexOf(".") + 1)];
  return status === 200 && !redirected && form.test(headers.get("Content-Type") ?? "");
}

/**
 * Throw away the files of older builds, once no page can want them. While another worker is being installed or waits,
 * a newer build's are among them, and its pages will have no others where there is no network.
 * @param {number} pages how many are open
 */
export async function dropOlderBuilds(pages) {
  if (pages) return;
  // Listed before it is looked who is there: what is installed from here on is not in the list.
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== MINE);
  const { installing, waiting } = scope.registration;
  if (installing || waiting) return;
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** Whether this is a file, not a page. @param {string} path */
export function isFile(path) {
  return /^\/(build|static\/icons|media)\//.test(path) || path === "/manifest.webmanifest";
}

/**
 * From the cache first: of this build, else of any. Else from the network, in time.
 * @param {Request} request
 * @returns {Promise<Response>}
 */
export async function findFile(request) {
  const path = new URL(request.url).pathname;
  const cache = await caches.open(MINE);
  const kept =
    (await cache.match(path, { ignoreVary: true })) ?? (await caches.match(path, { ignoreVary: true }));
  if (kept) return kept;
  try {
    return await fetch(request, { signal: AbortSignal.timeout(TIMEOUT) });
  } catch {
    return Response.error();
  }
}
