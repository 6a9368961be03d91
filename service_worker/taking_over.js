/** Knows how this version takes over from the one before it; knows no page and nothing of why it may. */

import { scope } from "./scope.js";

/** So long the version before is given to come to rest, milliseconds. */
const REST = 500;
const MOST_TRIES = 40;

/**
 * The carer has said yes. The version before may be at work just then: it draws the page that said so, or says so itself
 * in the middle of its answer. In Chromium a version that asks meanwhile may wait for ever, so it asks when the other has
 * had time to rest, and again until it is no longer the one that waits.
 */
export async function takeOver() {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await new Promise((rested) => setTimeout(rested, REST));
    // Resolved when it has taken over: nothing may wait for that here.
    scope.skipWaiting().catch(() => {});
    if (!scope.registration.waiting) return;
  }
}
