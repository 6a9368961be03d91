/** Knows which day it is in Denmark, and which days a carer's phone carries. Twin of list_days in pwa/care/documents/visit.py. */

const DAY = 24 * 60 * 60 * 1000;

/** Swedish writes its days as we store them: 2026-11-23. */
const copenhagen = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Copenhagen" });

/** The day in Denmark. @param {string} now */
export const dayOf = (now) => copenhagen.format(new Date(now));

/** Yesterday, today and two days ahead, sorted. @param {string} now */
export function daysWithinReach(now) {
  const midnight = Date.parse(`${dayOf(now)}T00:00:00Z`);
  return [-1, 0, 1, 2].map((days) => new Date(midnight + days * DAY).toISOString().slice(0, 10));
}
