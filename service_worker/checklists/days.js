/**
 * Knows days from 1900, moments from 1970, both to 2299, and times of day, and counts with them; knows no steps. Twin of
 * pwa/checklists/days.py, which says more; both run tests/cases/checklist_trees.json.
 *
 * @typedef {"date" | "time" | "date_time"} DatedKind
 * @typedef {{ kind: DatedKind, at: number }} Dated
 */

import { aheadAt } from "../jinja/dates.js";

export const DAY = 24 * 60 * 60 * 1000;
const FIRST_DAY = Date.UTC(1900, 0, 1) / DAY;
const LAST_DAY = Date.UTC(2299, 11, 31) / DAY;
/** @type {Record<DatedKind, [number, number]>} */
const LIMITS = { date: [FIRST_DAY, LAST_DAY], time: [0, DAY - 1], date_time: [0, (LAST_DAY + 1) * DAY - 1] };
/** @type {Record<string, number>} */
const LENGTHS = { weeks: 7 * DAY, days: DAY, hours: DAY / 24, minutes: 60_000, seconds: 1000 };
/** @type {Record<string, number>} */
const MONTHS = { years: 12, months: 1 };
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME = /^([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,3}))?)?$/;

/** @param {DatedKind} kind @param {string} text @returns {Dated | null} */
export function readDated(kind, text) {
  if (kind === "date") return known("date", readDay(text));
  if (kind === "time") return known("time", readTime(text));
  const [day, ...rest] = text.split("T");
  const time = rest.join("T");
  const [days, milliseconds] = [readDay(day), readTime(time.replace(/Z$/, ""))];
  if (days === null || milliseconds === null || !time.endsWith("Z")) return null;
  return known("date_time", days * DAY + milliseconds);
}

/** @param {DatedKind} kind @param {number | null} at @returns {Dated | null} */
function known(kind, at) {
  if (at === null) return null;
  const [first, last] = LIMITS[kind];
  return first <= at && at <= last ? { kind, at } : null;
}

/** @param {string} text */
function readDay(text) {
  const [year, month, day] = (DATE.exec(text) ?? []).slice(1).map(Number);
  const exists =
    1900 <= year && year <= 2299 && 1 <= month && month <= 12 && 1 <= day && day <= daysOfMonth(year, month);
  return exists ? Date.UTC(year, month - 1, day) / DAY : null;
}

/** @param {string} text */
function readTime(text) {
  const found = TIME.exec(text);
  if (!found) return null;
  const [hours, minutes, seconds = "0", parts = "0"] = found.slice(1);
  return ((+hours * 60 + +minutes) * 60 + +seconds) * 1000 + +parts.padEnd(3, "0");
}

/** @param {number} year @param {number} month from 1 */
const daysOfMonth = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** @param {Dated} dated @returns {string} */
export function datedText({ kind, at }) {
  if (kind === "date") return new Date(at * DAY).toISOString().slice(0, 10);
  if (kind === "date_time") return new Date(at).toISOString();
  const written = new Date(at).toISOString().slice(11, 23);
  return at % 60_000 === 0 ? written.slice(0, 5) : at % 1000 === 0 ? written.slice(0, 8) : written;
}

/** @param {Dated} dated @returns {Dated | null} */
export function dayOf(dated) {
  if (dated.kind === "date_time") return known("date", Math.floor((dated.at + aheadAt(dated.at)) / DAY));
  return dated.kind === "date" ? dated : null;
}

/** @param {Dated} dated @returns {[number, number, number] | null} */
export function partsOf(dated) {
  const day = dayOf(dated);
  return day && civil(day.at);
}

/** @param {number} days @returns {[number, number, number]} */
function civil(days) {
  const there = new Date(days * DAY);
  return [there.getUTCFullYear(), there.getUTCMonth() + 1, there.getUTCDate()];
}

/** @param {Dated} dated @param {number} count @param {string} unit @returns {Dated | null} */
export function shifted({ kind, at }, count, unit) {
  if (kind === "time" || Math.abs(count) > 10_000_000) return null;
  if (kind === "date_time") return unit in LENGTHS ? known(kind, at + count * LENGTHS[unit]) : null;
  if (unit === "weeks" || unit === "days") return known(kind, at + (count * LENGTHS[unit]) / DAY);
  if (!(unit in MONTHS)) return null;
  const [year, month, day] = civil(at);
  const months = year * 12 + month - 1 + count * MONTHS[unit];
  const moved = Math.floor(months / 12);
  if (moved < 1900 || moved > 2299) return null;
  const last = daysOfMonth(moved, months - moved * 12 + 1);
  return known("date", Date.UTC(moved, months - moved * 12, Math.min(day, last)) / DAY);
}

/** @param {Dated} start @param {Dated} end @param {string} unit @returns {number | null} */
export function between(start, end, unit) {
  if (start.kind !== end.kind) return null;
  if (unit in MONTHS) {
    if (start.kind !== "date") return null;
    return end.at < start.at ? -months(end, start, unit) : months(start, end, unit);
  }
  const gone = (end.at - start.at) * (start.kind === "date" ? DAY : 1);
  return Math.trunc(gone / LENGTHS[unit]);
}

/** @param {Dated} start @param {Dated} end @param {string} unit */
function months(start, end, unit) {
  const [earlier, later] = [civil(start.at), civil(end.at)];
  const whole = (later[0] - earlier[0]) * 12 + later[1] - earlier[1] - Number(later[2] < earlier[2]);
  return Math.floor(whole / MONTHS[unit]);
}
