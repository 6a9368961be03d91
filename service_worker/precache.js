/**
 * Keeps the files that pages need, one cache per build, so that a page and what it loads are of one build. Knows
 * addresses; knows no pages.
 */

import build from "../build.js";
import { scope } from "./scope.js";

const PREFIX = "haand-build-";
const MINE = `${PREFIX}${build}`;
const TIMEOUT = 20_000;

/** Without these a page is not a page: the worker is not installed before they are all here. */
export const NEEDED = [
  ...[
    ...["app.css", "app.js", "drafts.js", "install.js", "limits.js", "one_gesture.js", "passkeys.js"],
    ...["refreshing.js", "key_stretching.js", "trusted_types.js", "unlock.js", "vault.js", "worker.js"],
  ].map((name) => `/build/${build}/static/${name}`),
  `/build/${build}/service_worker/new_id.js`,
  ...["argon2.js", "htmx.js"].map((name) => `/build/${build}/vendor/${name}`),
  "/static/icons/sprite.svg",
  "/manifest.webmanifest",
];

/** Nice to have at hand. */
const WELCOME = ["icon.svg", "apple-touch-icon.png", "icon-192.png", "icon-512.png", "maskable-512.png"].map(
  (name) => `/static/icons/${name}`,
);

/** Fetch all; fails in words when one that is needed does not come, and is then tried again by the browser. */
export async function precache() {
  const cache = await caches.open(MINE);
  const fresh = (/** @type {string} */ path) => new Request(path, { cache: "reload" });
  await cache.addAll(NEEDED.map(fresh)).catch((cause) => {
    throw new Error("the server was not reached", { cause });
  });
  await Promise.allSettled(WELCOME.map((path) => cache.add(fresh(path))));
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
