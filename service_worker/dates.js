/**
 * Knows how a day and a time are written in Copenhagen. Twin of pwa/dates.py; both run tests/cases/filters.json.
 *
 * @typedef {import("./runtime.js").Scope} Scope
 * @typedef {Record<"year" | "month" | "day" | "hour" | "minute", number>} Local
 */

import { translate } from "./translation.js";
import { text } from "./values.js";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAY = 24 * 60 * 60 * 1000;

const copenhagen = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Copenhagen",
  hourCycle: "h23",
  ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
});

/** @param {unknown} moment @returns {Local} */
const local = (moment) => {
  const parts = copenhagen.formatToParts(new Date(text(moment)));
  return /** @type {Local} */ (Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)])));
};

/** The day's midnight, as UTC has it, so that days can be counted. @param {unknown} dayOrMoment */
const dayOf = (dayOrMoment) => {
  if (text(dayOrMoment).length === 10) return new Date(`${dayOrMoment}T00:00:00Z`);
  const { year, month, day } = local(dayOrMoment);
  return new Date(Date.UTC(year, month - 1, day));
};

/** @param {Scope} scope @param {string} message @param {Record<string, string | number>} [values] */
const say = (scope, message, values) => translate(message, text(scope.language), values);

/** 07.42 or 07:42. @param {Scope} scope @param {unknown} moment */
export const writeTime = (scope, moment) => {
  const { hour, minute } = local(moment);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return say(scope, "%(hour)s:%(minute)s", { hour: two(hour), minute: two(minute) });
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
