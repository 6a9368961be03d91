/**
 * Says things to the pages that are open, and nothing of what they show.
 *
 * What a page may hear: `changed` (what it shows may be old), `state` (only the sign at the top may be), `later`
 * (ask again in so many milliseconds), `start over` (somebody else is signed in), `sign in again`, `signed in`.
 * @typedef {{ about: "changed" | "state" | "start over" | "sign in again" | "signed in" } | { about: "later", wait: number }} News
 */

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** @returns {Promise<readonly Client[]>} */
export function openPages() {
  return scope.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/**
 * @param {News} news
 * @param {string} [except] the id of a page that knows already
 */
export async function tell(news, except) {
  for (const page of await openPages()) {
    if (page.id !== except) page.postMessage(news);
  }
}
