/** The worker as it knows itself: its registration, its pages, and how it takes over. */

export const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
