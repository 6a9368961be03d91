/**
 * Knows how a day and a time are written in Copenhagen. What is no moment of ours is said to be unknown. Twin of pwa/templating/dates.py; both run tests/cases/filters.json.
 *
 * @typedef {import("./runtime.js").Scope} Scope
 */

import { translate } from "./translation.js";
import { text } from "./values.js";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

const copenhagen = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Copenhagen",
  hourCycle: "h23",
  ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric" },
});

/** How far ahead of UTC Copenhagen is, by the hour: asking the browser is slow. @type {Map<number, number>} */
const ahead = new Map();

/** @param {number} hour that began at this moment */
const askAhead = (hour) => {
  const parts = copenhagen.formatToParts(hour).map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour: there } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, there) - hour;
};

/** @param {number} utc @returns {number} */
export const aheadAt = (utc) => {
  const hour = utc - (utc % HOUR);
  if (!ahead.has(hour)) ahead.set(hour, askAhead(hour));
  return Number(ahead.get(hour));
};

/** @param {unknown} moment */
const utcOf = (moment) => new Date(text(moment)).getTime();

/** A moment as Copenhagen's clocks have it, in the UTC fields of a date. @param {unknown} moment */
const local = (moment) => new Date(utcOf(moment) + aheadAt(utcOf(moment)));

/** The day's midnight, so that days can be counted. @param {unknown} dayOrMoment */
const dayOf = (dayOrMoment) => {
  if (text(dayOrMoment).length === 10) return new Date(`${dayOrMoment}T00:00:00Z`);
  const moment = local(dayOrMoment).getTime();
  return new Date(moment - (moment % DAY));
};

/** @param {Scope} scope @param {string} message @param {Record<string, string | number>} [values] */
const say = (scope, message, values) => translate(message, text(scope.language), values);

const MOMENT = /^20[2-9]\d-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z)?$/;

/** Whether this is a day or a moment that can be written: one that exists, from 2020 to 2099. @param {unknown} said */
const isKnown = (said) => {
  const [written, day] = [text(said), text(said).slice(0, 10)];
  if (!MOMENT.test(written)) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
};

/**
 * The same, for any text.
 * @param {(scope: Scope, ...moments: any[]) => string} write
 * @returns {(scope: Scope, ...moments: unknown[]) => string}
 */
const total =
  (write) =>
  (scope, ...moments) =>
    moments.every(isKnown) ? write(scope, ...moments) : say(scope, "time unknown");

/** 07.42 or 07:42; in the hour that comes twice also whether it is summer time. */
export const writeTime = total((scope, moment) => {
  const [hour, minute] = local(moment).toISOString().slice(11, 16).split(":");
  const time = say(scope, "%(hour)s:%(minute)s", { hour, minute });
  // Twice it can only be where summer time ends, between two and three.
  if (hour !== "02") return time;
  const utc = utcOf(moment);
  if (aheadAt(utc + HOUR) < aheadAt(utc)) return say(scope, "%(time)s summer time", { time });
  return aheadAt(utc - HOUR) > aheadAt(utc) ? say(scope, "%(time)s winter time", { time }) : time;
});

/** A moment beside a day: its time, and its date too if it is not that day. */
export const writeTimeOn = total((scope, moment, day) => {
  const time = writeTime(scope, moment);
  if (dayOf(moment).getTime() === dayOf(day).getTime()) return time;
  return say(scope, "%(date)s %(time)s", { date: writeShortDate(scope, moment, day), time });
});

/** mandag or Monday. */
export const writeWeekday = total((scope, dayOrMoment) =>
  say(scope, WEEKDAYS[dayOf(dayOrMoment).getUTCDay()]),
);

/** mandag 23. november or Monday 23 November; with its year if that is not the year of now. */
export const writeDate = total((scope, dayOrMoment, now) => {
  const day = dayOf(dayOrMoment);
  const weekday = writeWeekday(scope, dayOrMoment);
  const month = say(scope, MONTHS[day.getUTCMonth()]);
  const values = { weekday, day: day.getUTCDate(), month };
  return withYear(say(scope, "%(weekday)s %(day)s %(month)s", values), day, now);
});

/** The same with its year always. */
export const writeFullDate = total(
  (scope, dayOrMoment) => `${writeDate(scope, dayOrMoment)} ${dayOf(dayOrMoment).getUTCFullYear()}`,
);

/** 23. nov. or 23 Nov; with its year if that is not the year of now. */
export const writeShortDate = total((scope, dayOrMoment, now) => {
  const day = dayOf(dayOrMoment);
  const month = say(scope, MONTHS[day.getUTCMonth()].slice(0, 3));
  return withYear(say(scope, "%(day)s %(month)s", { day: day.getUTCDate(), month }), day, now);
});

/** @param {string} written @param {Date} day @param {unknown} now */
const withYear = (written, day, now) => {
  const year = day.getUTCFullYear();
  return now === undefined || dayOf(now).getUTCFullYear() === year ? written : `${written} ${year}`;
};

/** A moment seen from now: its time, or its day too. */
export const writeSince = total((scope, moment, now) => {
  const time = writeTime(scope, moment);
  const days = (dayOf(now).getTime() - dayOf(moment).getTime()) / DAY;
  if (days === 0) return time;
  if (days === 1) return say(scope, "yesterday %(time)s", { time });
  return say(scope, "%(date)s %(time)s", { date: writeShortDate(scope, moment, now), time });
});
