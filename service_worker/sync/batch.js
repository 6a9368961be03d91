/** Chooses what goes into the next push: at most so many changes and so many bytes. Knows nothing of answers. */

import { wire } from "../wire.js";

const MOST_CHANGES = 500;
const MOST_BYTES = 900_000;

/**
 * How much this flush sends at once, and what it has put aside until the next.
 * @typedef {{ most: number, aside: Set<string> }} BatchLimit
 */

/** @returns {BatchLimit} */
export function batchLimit() {
  return { most: MOST_CHANGES, aside: new Set() };
}

/**
 * The first changes that fit, in order; one alone always fits.
 * @param {import("../shapes.js").WaitingChange[]} waiting
 * @param {BatchLimit} limit
 * @returns {import("../shapes.js").Sent[]}
 */
export function nextBatch(waiting, { most, aside }) {
  const batch = [];
  let bytes = 0;
  for (const change of waiting) {
    if (aside.has(change.id)) continue;
    const written = wire(change);
    bytes += new TextEncoder().encode(JSON.stringify(written)).length + 1;
    if (batch.length === most || (batch.length && bytes > MOST_BYTES)) break;
    batch.push(written);
  }
  return batch;
}

/**
 * After a no to a whole push: half as much next time. One that is turned away alone is put aside until the next
 * flush, so that it holds nobody else back. It has no fate, so it stays in the outbox.
 * @param {BatchLimit} limit
 * @param {import("../shapes.js").Sent[]} batch
 */
export function shrink(limit, batch) {
  if (batch.length === 1) limit.aside.add(batch[0].id);
  limit.most = Math.max(1, Math.floor(batch.length / 2));
}

/** After an answer: twice as much. @param {BatchLimit} limit */
export function grow(limit) {
  limit.most = Math.min(MOST_CHANGES, limit.most * 2);
}
