/**
 * Knows how far the phone's own clock can be believed. It is read often: one that went back was set, and what was done
 * before belongs to an earlier run of it, whose skew is known if there was a contact in that run. Knows no storage.
 *
 * @typedef {object} ClockNotes what a carer's phone remembers of its clock
 * @property {number} wall what it said last
 * @property {number} highest the highest that it said since the last contact
 * @property {number} used how long the phone was seen in use: no jump counts for more than a moment
 * @property {number} run how often it was set back
 * @property {Record<number, number>} skews of each run, as it was measured at the last contact in it
 * @property {Record<number, { wall: number, by: number | null }>} [ends] of each run that ended: what the clock said when that
 *   was seen, and how far it had gone back by one that cannot be set. That one stands still while the phone sleeps, and begins
 *   with each life of the worker: null where another life saw it
 * @property {{ wall: number, used: number } | null} overdue when it first said that the last contact is too long ago
 *
 * @typedef {{ run: number, after: string | null }} ChangeClock in which run a change was made, and after which contact by
 *   the server's clock
 */

/** What the network explains, and a clock that is put right by a little. */
const SAME = 30_000;
/** Between two readings the phone may have slept; more than this is not use. */
const LONGEST_USE = 10 * 60_000;
const RUNS_KEPT = 20;
/** A plan that came longer ago may have changed. */
const FRESH = 4 * 60 * 60_000;
/** Without a network an open page tries again after at most half of this. */
const QUIET = 10 * 60_000;

/** The last reading in this worker's life, beside a clock that cannot be set. */
let life = { wall: 0, steady: 0 };

/**
 * @param {ClockNotes | undefined} notes
 * @param {number} wall what the clock says now
 * @returns {ClockNotes}
 */
export function readClock(notes, wall) {
  const steady = performance.now();
  const back = life.wall > 0 ? Math.round(steady - life.steady - (wall - life.wall)) : null;
  const isSetBack = back !== null && back > SAME;
  life = { wall, steady };
  if (!notes) return { wall, highest: wall, used: 0, run: 0, skews: {}, overdue: null };
  const gone = wall - notes.wall;
  const hasEnded = isSetBack || gone < -SAME;
  const ends = { ...notes.ends, [notes.run]: { wall, by: isSetBack ? back : null } };
  return {
    ...notes,
    ...(hasEnded ? { ends: Object.fromEntries(Object.entries(ends).slice(-RUNS_KEPT)) } : {}),
    wall,
    highest: Math.max(notes.highest, wall),
    used: notes.used + Math.min(Math.max(gone, 0), LONGEST_USE),
    run: notes.run + (hasEnded ? 1 : 0),
  };
}

/**
 * How far off the clock is taken to be: as it was known, while the network explains the difference, or a minute would
 * change to and fro. Twin of measure in pwa/care/sync/clock_skew.py.
 * @param {number | undefined} known milliseconds @param {number} measured
 */
export function settledSkew(known = 0, measured) {
  return Math.abs(measured - known) <= SAME ? known : measured;
}

/** The server has said what time it is. @param {ClockNotes} notes @param {number} skew @returns {ClockNotes} */
export function afterContact(notes, skew) {
  const skews = Object.entries({ ...notes.skews, [notes.run]: skew }).slice(-RUNS_KEPT);
  return { ...notes, highest: notes.wall, skews: Object.fromEntries(skews), overdue: null };
}

/** Whether it must be asked how far the clock is off before what was done by an earlier one can be sent. @type {(notes: ClockNotes, waiting: { clock?: ChangeClock }[]) => boolean} */
export function isUnmeasured(notes, waiting) {
  return notes.skews[notes.run] === undefined && waiting.some((change) => isOfEarlierRun(notes, change));
}

/** @type {(notes: ClockNotes, change: { clock?: ChangeClock }) => boolean} */
const isOfEarlierRun = ({ run }, { clock }) => clock !== undefined && clock.run !== run;

/**
 * What the server is told of changes that were made by an earlier run of the clock: the first and the last number, the
 * skew, and the contact before. The skew is told where one setting explains what there was and what there is: if the
 * clock is as it was, it was set to and fro, and nobody knows when; see describeEnds.
 * @param {ClockNotes} notes
 * @param {{ n: number, clock?: ChangeClock }[]} changes
 * @returns {string} "" when there are none
 */
export function describeRuns(notes, changes) {
  /** @type {[number, number, number | null, string | null][]} */
  const runs = [];
  for (const { n, clock } of changes.filter((change) => isOfEarlierRun(notes, change))) {
    const { run, after } = /** @type {ChangeClock} */ (clock);
    const skew = notes.skews[run];
    const end = endOf(notes, run);
    const isOtherwise = end?.skew !== undefined && Math.abs(skew - end.skew) > SAME;
    const isKnown = skew !== undefined && Math.abs(skew - notes.skews[notes.run]) > SAME && !isOtherwise;
    const [told, last] = [isKnown ? Math.round(skew) : null, runs.at(-1)];
    if (last && last[1] === n - 1 && last[2] === told && last[3] === after) last[1] = n;
    else runs.push([n, n, told, after]);
  }
  return runs.length ? JSON.stringify(runs) : "";
}

/**
 * How a run ended: when, by the server's clock, and its skew by then, by how far it went back. Undefined where the next
 * one was not measured yet. A clock that was put ahead is not seen to be: it looks as if the phone had slept. Only when it
 * is put back is it known how far ahead it was, if the worker saw both; not since when. So it is never certain.
 * @param {ClockNotes} notes @param {number} run
 */
function endOf({ ends, skews }, run) {
  const [end, next] = [ends?.[run], skews[run + 1]];
  if (!end || next === undefined) return undefined;
  return { at: end.wall + next, ...(end.by === null ? {} : { skew: next - end.by }) };
}

/**
 * What the server is told beside that: the first and the last number, when their run was over, and the skew that it had by
 * then, or null.
 * @param {ClockNotes} notes
 * @param {{ n: number, clock?: ChangeClock }[]} changes
 * @returns {string} "" when nothing is known
 */
export function describeEnds(notes, changes) {
  /** @type {[number, number, string, number | null][]} */
  const told = [];
  for (const { n, clock } of changes.filter((change) => isOfEarlierRun(notes, change))) {
    const end = endOf(notes, /** @type {ChangeClock} */ (clock).run);
    if (!end) continue;
    const [at, skew, last] = [new Date(end.at).toISOString(), end.skew ?? null, told.at(-1)];
    if (last && last[1] === n - 1 && last[2] === at) last[1] = n;
    else told.push([n, n, at, skew === null ? null : Math.round(skew)]);
  }
  return told.length ? JSON.stringify(told) : "";
}

/**
 * The time of a change as a page shows it, by the server's clock: after the contact before it, and not to come.
 * @param {ClockNotes | undefined} notes
 * @param {number} skew of now
 * @param {number} now by the server's clock
 * @param {{ at: string, clock?: ChangeClock }} change
 */
export function timeOf(notes, skew, now, { at, clock }) {
  const known = (clock && notes?.skews[clock.run]) ?? skew;
  const after = clock?.after ? Date.parse(clock.after) : Number.NEGATIVE_INFINITY;
  const end = clock && notes && endOf(notes, clock.run);
  const isAfterEnd = end !== undefined && Date.parse(at) + known > end.at;
  const moment = isAfterEnd ? Math.min(Date.parse(at) + (end.skew ?? known), end.at) : Date.parse(at) + known;
  return new Date(clock ? Math.max(Math.min(moment, now), Math.min(after, now)) : moment).toISOString();
}

/**
 * Whether nobody knows when a change was made, before the server has said how far the clock is off now: it was set back
 * since the last contact, or it said a time that is to come.
 * @param {ClockNotes | undefined} notes
 * @param {number} now by the server's clock
 * @param {{ at: string, clock?: ChangeClock }} change
 */
export function isUndated(notes, now, { at, clock }) {
  if (!notes || !clock || clock.run < 0 || !Object.keys(notes.skews).length) return false;
  const skew = notes.skews[clock.run];
  const over = Math.min(now, endOf(notes, clock.run)?.at ?? now);
  return skew === undefined || Date.parse(at) + skew > over + SAME;
}

/** Whether what came at the last contact may have changed by now. @param {string | null | undefined} heard_at @param {string} now */
export const isOld = (heard_at, now) => Date.parse(now) - Date.parse(heard_at ?? now) > FRESH;

/** Whether nothing was heard for longer than an open page waits between two tries. @param {string | null | undefined} heard_at @param {string} now */
export const isSilent = (heard_at, now) => Date.parse(now) - Date.parse(heard_at ?? now) > QUIET;

/** Half a day at work, or a whole one by the clock, which says so still. */
const CONFIRMED_BY = { used: 12 * 60 * 60_000, wall: 24 * 60 * 60_000 };

/**
 * Whether the last contact is longer ago than it may be: not by one reading of the clock, which may be days ahead after
 * an empty battery, nor by the lowest, for it can be set back.
 * @param {ClockNotes} notes just read
 * @param {number} contactAt by the phone's clock
 * @param {number} limit milliseconds
 * @returns {"no" | "so it says" | "confirmed"}
 */
export function isOverdue({ highest, wall, used, overdue }, contactAt, limit) {
  if (highest - contactAt < limit) return "no";
  if (!overdue) return "so it says";
  const isConfirmed = used - overdue.used >= CONFIRMED_BY.used || wall - overdue.wall >= CONFIRMED_BY.wall;
  return isConfirmed ? "confirmed" : "so it says";
}
