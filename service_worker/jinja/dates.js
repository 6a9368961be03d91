/**
 * Knows how a day and a time are written in Copenhagen. Twin of pwa/templating/dates.py; both run tests/cases/filters.json.
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

/** A moment as Copenhagen's clocks have it, in the UTC fields of a date. @param {unknown} moment */
const local = (moment) => {
  const utc = new Date(text(moment)).getTime();
  const hour = utc - (utc % HOUR);
  if (!ahead.has(hour)) ahead.set(hour, askAhead(hour));
  return new Date(utc + Number(ahead.get(hour)));
};

/** The day's midnight, so that days can be counted. @param {unknown} dayOrMoment */
const dayOf = (dayOrMoment) => {
  if (text(dayOrMoment).length === 10) return new Date(`${dayOrMoment}T00:00:00Z`);
  const moment = local(dayOrMoment).getTime();
  return new Date(moment - (moment % DAY));
};

/** @param {Scope} scope @param {string} message @param {Record<string, string | number>} [values] */
const say = (scope, message, values) => translate(message, text(scope.language), values);

/** 07.42 or 07:42. @param {Scope} scope @param {unknown} moment */
export const writeTime = (scope, moment) => {
  const [hour, minute] = local(moment).toISOString().slice(11, 16).split(":");
  return say(scope, "%(hour)s:%(minute)s", { hour, minute });
};

/** mandag or Monday. @param {Scope} scope @param {unknown} dayOrMoment */
export const writeWeekday = (scope, dayOrMoment) => say(scope, WEEKDAYS[dayOf(dayOrMoment).getUTCDay()]);

/** mandag 23. november or Monday 23 November. @param {Scope} scope @param {unknown} dayOrMoment */
export const writeDate = (scope, dayOrMoment) => {
  const day = dayOf(dayOrMoment);
  return say(scope, "%(weekday)s %(day)s %(month)s", {
    weekday: writeWeekday(scope, dayOrMoment),
    day: day.getUTCDate(),
    month: say(scope, MONTHS[day.getUTCMonth()]),
  });
};

/** 23. nov. or 23 Nov. @param {Scope} scope @param {unknown} dayOrMoment */
export const writeShortDate = (scope, dayOrMoment) => {
  const day = dayOf(dayOrMoment);
  const month = say(scope, MONTHS[day.getUTCMonth()].slice(0, 3));
  return say(scope, "%(day)s %(month)s", { day: day.getUTCDate(), month });
};

/** A moment seen from now: its time, or its day too. @param {Scope} scope @param {unknown} moment @param {unknown} now */
export const writeSince = (scope, moment, now) => {
  const time = writeTime(scope, moment);
  const days = (dayOf(now).getTime() - dayOf(moment).getTime()) / DAY;
  if (days === 0) return time;
  if (days === 1) return say(scope, "yesterday %(time)s", { time });
  return say(scope, "%(date)s %(time)s", { date: writeShortDate(scope, moment), time });
};
