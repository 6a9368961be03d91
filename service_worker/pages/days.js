/** Knows which day it is in Denmark, and which days a carer's phone carries. Twin of list_days in pwa/care/documents/visit.py. */

const DAY = 24 * 60 * 60 * 1000;

/** Swedish writes its days as we store them: 2026-11-23. */
const copenhagen = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Copenhagen" });

/** The day in Denmark. @param {string} now */
export const dayOf = (now) => copenhagen.format(new Date(now));

/** @param {string} day */
export const dayBefore = (day) => new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10);

/**
 * Whether a visit of the day before is not over yet: somebody is there, or it is planned to end after midnight. Twin of
 * goes_on in pwa/care/documents/visit.py.
 * @param {import("../shapes.js").Visit} visit @param {string} now
 */
export const goesOn = ({ started_at, finished_at, cancelled_at, ends_at }, now) =>
  !finished_at && !cancelled_at && (Boolean(started_at) || ends_at > now);

/** Yesterday, today and two days ahead, sorted. @param {string} now */
export function daysWithinReach(now) {
  const midnight = Date.parse(`${dayOf(now)}T00:00:00Z`);
  return [-1, 0, 1, 2].map((days) => new Date(midnight + days * DAY).toISOString().slice(0, 10));
}
