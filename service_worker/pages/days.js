/** Knows which day it is in Denmark, and which days a carer's phone carries. Twin of list_days in pwa/care/documents/visit.py. */

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
/** A shift goes on over midnight: what is so near stands on one page. */
const NEAR = 6 * HOUR;

/** Swedish writes its days as we store them: 2026-11-23. */
const copenhagen = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Copenhagen" });

/** @param {string} [timeZone] the phone's own without @returns {(at: Date) => string} */
function wallClock(timeZone) {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return (at) => clock.format(at);
}

/** Whether the phone's clock stands at another hour than Denmark's. @param {string} now */
export function isElsewhere(now) {
  const at = new Date(now);
  return wallClock()(at) !== wallClock("Europe/Copenhagen")(at);
}

/** The day in Denmark. @param {string} now */
export const dayOf = (now) => copenhagen.format(new Date(now));

/** @param {string} day */
export const dayBefore = (day) => new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10);

/** @param {string} day */
export const dayAfter = (day) => new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10);

/**
 * Whether a visit of the day before is not over yet: somebody is there, or it was to end a few hours ago and nobody has
 * come. Twin of goes_on in pwa/care/documents/visit.py.
 * @param {import("../shapes.js").Visit} visit @param {string} now
 */
export const goesOn = ({ started_at, finished_at, cancelled_at, ends_at }, now) =>
  !finished_at && !cancelled_at && (Boolean(started_at) || Date.parse(ends_at) > Date.parse(now) - NEAR);

/** Whether a visit of the day after is of the same shift. Twin of begins_soon. @param {{ starts_at: string }} visit @param {string} now */
export const beginsSoon = ({ starts_at }, now) => Date.parse(starts_at) <= Date.parse(now) + NEAR;

/** Yesterday, today and two days ahead, sorted. @param {string} now */
export function daysWithinReach(now) {
  const midnight = Date.parse(`${dayOf(now)}T00:00:00Z`);
  return [-1, 0, 1, 2].map((days) => new Date(midnight + days * DAY).toISOString().slice(0, 10));
}
