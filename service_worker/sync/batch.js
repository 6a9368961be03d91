/**
 * Chooses what goes into the next push: how many changes, how many bytes, and which of them only sealed. What a line
 * could not carry makes the next push smaller, also after the worker was ended. Knows nothing of storage.
 *
 * @typedef {import("../shapes.js").Sent} Sent
 * @typedef {"refused" | "blocked" | "late"} Why a push was not taken: the server said so; somebody on the way did; it
 *   took too long
 *
 * @typedef {object} Kept what one flush leaves to the next
 * @property {number} most changes in a push
 * @property {number} patience milliseconds that a change which goes alone is waited for
 * @property {string[]} blocked ids of changes that somebody on the way does not let through as they are
 *
 * @typedef {Kept & { aside: Set<string> }} BatchLimit aside: ids of those that wait for the next flush
 */

import { toBase64, utf8 } from "../bytes.js";
import { findPolicy } from "../vault/policy.js";
import { purpose, seal } from "../vault/sealing.js";
import { wire } from "../wire.js";

const MOST_CHANGES = 500;
const MOST_BYTES = 900_000;

/** So long a push is waited for, and so long at most. Milliseconds. */
const PATIENCE = 20_000;
const LONGEST_PATIENCE = 8 * PATIENCE;
/** What is answered within this may be followed by twice as much. */
const QUICK = PATIENCE / 4;

/** @param {Kept} [kept] @returns {BatchLimit} */
export function batchLimit(kept) {
  return { most: MOST_CHANGES, patience: PATIENCE, blocked: [], ...kept, aside: new Set() };
}

/** What of it the next flush begins with. @param {BatchLimit} limit @returns {Kept} */
export function keptOf({ most, patience, blocked, aside }) {
  return { most, patience: aside.size ? patience : PATIENCE, blocked };
}

/**
 * The first changes that fit, in order; one alone always fits. What is blocked goes alone.
 * @param {import("../shapes.js").WaitingChange[]} waiting
 * @param {BatchLimit} limit
 * @returns {Sent[]}
 */
export function nextBatch(waiting, { most, aside, blocked }) {
  const batch = [];
  let bytes = 0;
  for (const change of waiting) {
    if (aside.has(change.id)) continue;
    const written = wire(change);
    const isBlocked = blocked.includes(change.id);
    bytes += utf8(JSON.stringify(written)).length + 1;
    if (batch.length && (isBlocked || batch.length === most || bytes > MOST_BYTES)) break;
    batch.push(written);
    if (isBlocked) break;
  }
  return batch;
}

/**
 * Words that a firewall takes for an attack pass it sealed: only the server reads them then.
 * @param {string} person
 * @param {Sent[]} batch
 * @param {BatchLimit} limit
 * @returns {Promise<Sent[]>}
 */
export async function sealBlocked(person, batch, { blocked }) {
  return blocked.includes(batch[0]?.id) ? sealAll(person, batch.slice(0, 1)) : batch;
}

/**
 * The same of every change that can be read, for a vault that is closed: the server takes no other from it.
 * @param {string} person
 * @param {Sent[]} batch
 * @returns {Promise<Sent[]>}
 */
export async function sealAll(person, batch) {
  const to = (await findPolicy())?.seal_to;
  if (!to) return batch;
  const sealed = async (/** @type {Sent} */ change) => {
    if (!("args" in change)) return change;
    const closed = await seal(to, utf8(JSON.stringify(change)), purpose(person, change));
    return { id: change.id, n: change.n, sealed: toBase64(closed) };
  };
  return Promise.all(batch.map(sealed)).catch(() => batch);
}

/** How long this push is waited for. @param {Sent[]} batch @param {BatchLimit} limit */
export const patienceFor = (batch, limit) => (batch.length === 1 ? limit.patience : PATIENCE);

/**
 * After a push that was not taken: half as much next time. One that goes alone and is not taken goes sealed, or is put
 * aside until the next flush, so that it holds nobody else back. It has no fate, so it stays in the outbox.
 * @param {BatchLimit} limit
 * @param {Sent[]} batch
 * @param {Why} why
 */
export function shrink(limit, batch, why) {
  if (batch.length === 1) giveWay(limit, batch[0].id, why);
  halve(limit, batch);
}

/** The same when nobody knows why. @param {BatchLimit} limit @param {Sent[]} batch */
export function halve(limit, batch) {
  limit.most = Math.max(1, Math.floor(batch.length / 2));
}

/** @param {BatchLimit} limit @param {string} id @param {Why} why */
function giveWay(limit, id, why) {
  const isSlow = why === "late" && limit.patience < LONGEST_PATIENCE;
  if (isSlow) limit.patience *= 2;
  if (isSlow || why === "refused" || limit.blocked.includes(id)) limit.aside.add(id);
  else limit.blocked.push(id);
}

/**
 * After an answer: twice as much, unless the line is slow.
 * @param {BatchLimit} limit
 * @param {Sent[]} batch
 * @param {number} took milliseconds
 */
export function grow(limit, batch, took) {
  if (took <= QUICK) limit.most = Math.min(MOST_CHANGES, limit.most * 2);
  limit.blocked = limit.blocked.filter((id) => !batch.some((change) => change.id === id));
}
