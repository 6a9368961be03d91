/**
 * Keeps what the server has answered for a while longer, for the day on which a server that was restored from a backup
 * does not know it any more. Knows nothing about sending.
 *
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 * @typedef {WaitingChange & { delivered_at: string, skew_ms: number }} Delivered when the server answered it, by the
 *   server's clock, and how far that was ahead of the phone's
 */

import { isReadable } from "../wire.js";
import { corrected } from "./outbox.js";

/** No backup that a server is restored from should be older. */
const KEPT_FOR = 14 * 24 * 60 * 60_000;
const MOST_KEPT = 5_000;
const A_DAY = 24 * 60 * 60_000;

/** The server keeps to the skew that it knows while a new one is this near. */
const SAME_CLOCK = 30_000;

/** A change that was held because of its time: sent again later, the wrong time would pass for right. */
const OF_ITS_TIME = "ClockWrong";

/**
 * What the server has just answered, taken from the outbox in this same transaction.
 * @param {any} tx over `delivered`
 * @param {WaitingChange} change
 * @param {import("./exchange.js").Fate} fate
 * @param {{ answer: { now: string }, skew: number }} heard
 */
export async function keepForResend(tx, change, fate, { answer, skew }) {
  if (fate.problem === OF_ITS_TIME) return;
  await tx.objectStore("delivered").put({ ...change, delivered_at: answer.now, skew_ms: skew });
}

/**
 * What the server should have, and says that it has not, waits again. One transaction: it waits, or it is kept.
 * @param {any} tx over `delivered`, `outbox` and `attention`
 * @param {import("./exchange.js").Answer} answer
 * @param {number} skew
 * @returns {Promise<number>} how many wait again
 */
export async function requeue(tx, answer, skew) {
  const kept = tx.objectStore("delivered");
  /** @type {Delivered[]} */
  const found = (await Promise.all(stretches(answer).map((stretch) => kept.getAll(stretch)))).flat();
  // What is closed just now cannot be corrected: it comes back when its carer has unlocked the phone.
  const lacking = found.filter((row) => isSameClock(row, skew) || isReadable(row) || !row.box);
  await Promise.all(
    lacking.flatMap((row) => [
      tx.objectStore("outbox").put(waiting(row, skew)),
      kept.delete(row.n),
      forgetFate(tx.objectStore("attention"), row.id),
    ]),
  );
  return lacking.length;
}

/**
 * What is judged anew needs no attention until then, or it could be sent again as another change meanwhile.
 * @param {any} attention
 * @param {string} id
 */
async function forgetFate(attention, id) {
  const row = await attention.get(id);
  if (row && !row.read_at) await attention.delete(id);
}

/**
 * Forget what is older than any backup, by the server's clock and by the phone's, and the oldest of what is too much. What waits is in
 * another store.
 * @param {any} tx over `delivered`
 * @param {string} now
 * @param {number} wall what the phone's own clock says
 */
export async function dropExpired(tx, now, wall) {
  const kept = tx.objectStore("delivered");
  const oldest = kept.index("delivered_at");
  const limit = new Date(Date.parse(now) - KEPT_FOR).toISOString();
  const old = (await oldest.getAll(IDBKeyRange.upperBound(limit)))
    .filter((/** @type {Delivered} */ row) => wall - Date.parse(row.at) > KEPT_FOR - A_DAY)
    .map((/** @type {Delivered} */ { n }) => n);
  const tooMany = (await kept.count()) - MOST_KEPT;
  const surplus = tooMany > 0 ? await oldest.getAllKeys(null, tooMany) : [];
  await Promise.all([...old, ...surplus].map((/** @type {number} */ n) => kept.delete(n)));
}

/**
 * The numbers that never reached the database that now answers: the gaps, and all above the highest that it knows.
 * An older server does not say which that is.
 * @param {import("./exchange.js").Answer} answer
 */
function stretches({ missing = [], heard_n }) {
  const gaps = missing.map(([first, last]) => IDBKeyRange.bound(first, last));
  return heard_n === undefined ? gaps : [...gaps, IDBKeyRange.lowerBound(heard_n, true)];
}

/**
 * Exactly as it was sent before, so that it is the same change to whoever has it after all. Only when the phone's clock
 * has been set since does its time move with it, or the server would take it for another.
 * @param {Delivered} row
 * @param {number} skew
 * @returns {WaitingChange}
 */
function waiting({ delivered_at, skew_ms, clock, ...change }, skew) {
  const isAsSent = isSameClock({ skew_ms }, skew) || !isReadable(change);
  return isAsSent ? change : corrected(change, skew_ms - skew);
}

/** @param {{ skew_ms: number }} row @param {number} skew */
function isSameClock({ skew_ms }, skew) {
  return Math.abs(skew_ms - skew) <= SAME_CLOCK;
}
