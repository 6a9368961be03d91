/**
 * Knows which documents and which template answer an address. Twin of the carer's part of pwa/care/pages/; knows no
 * storage but through page_data.js, and no HTML.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").Visit} Visit
 * @typedef {import("../shapes.js").PageContent} PageContent
 * @typedef {import("./page_data.js").PageData} PageData
 * @typedef {import("../sync/view_log.js").View} View
 * @typedef {{ template: string, context: object, status?: number, viewed?: View }} Part viewed: at whose visit
 * @typedef {(data: PageData, found: string[], url: URL) => Part | Promise<Part>} Page
 * @typedef {(found: string[], url: URL) => import("./page_rows.js").Wanted} Wants
 */

import { isOld, isSilent } from "../clock.js";
import { cleaned } from "../texts.js";
import { citizenOf, citizenPage, countPinned, pinnedAt } from "./citizen.js";
import { beginsSoon, dayBefore, dayOf, daysWithinReach, goesOn } from "./days.js";
import { fill } from "./filling.js";
import { readPageData } from "./page_data.js";
import { matching } from "./searching.js";
import { showWaiting } from "./waiting.js";

const LANGUAGES = [
  { code: "da", name: "Dansk" },
  { code: "en", name: "English" },
];

const nothing = () => ({});
const guides = () => /** @type {const} */ ({ guides: true });

/** @type {[RegExp, Wants, Page][]} */
const PAGES = [
  [/^\/$/, () => ({ day: "today" }), (data) => showDay(data, dayOf(data.now))],
  [/^\/days\/(\d{4}-\d\d-\d\d)$/, ([day]) => ({ day }), (data, [day]) => showDay(data, day)],
  [/^\/visits\/([^/]+)$/, ([visit]) => ({ visit }), showVisitPage],
  [/^\/visits\/([^/]+)\/citizen$/, ([visit]) => ({ visit }), showCitizen],
  [/^\/guides$/, guides, showGuides],
  [/^\/guides\/([^/]+)$/, (_found, url) => ({ guides: true, visit: leadingTo(url) }), showGuide],
  [/^\/waiting$/, nothing, (data) => showWaiting(data, "carer/waiting.html")],
  [/^\/state$/, nothing, () => ({ template: "carer/_state.html", context: {} })],
  [/^\/me$/, nothing, (data) => showMe(data, "carer/me.html")],
];

/** Whether this address is one of the carer's pages. @param {string} path */
export function isPage(path) {
  return PAGES.some(([address]) => address.test(path));
}

/**
 * The page at an address that is one.
 * @param {Phone} phone
 * @param {URL} url
 * @returns {Promise<PageContent & { viewed?: View }>}
 */
export async function findPage(phone, url) {
  for (const [address, wants, show] of PAGES) {
    const match = address.exec(url.pathname);
    if (!match) continue;
    const found = match.slice(1);
    const data = await readPageData(phone, wants(found, url));
    const content = await show(data, found, url);
    return { ...content, context: { ...frame(phone, data, url.pathname), ...content.context } };
  }
  throw new RangeError("not a page of the carer's");
}

/**
 * What answers a change with all that it is about: the whole visit, the carer's own page, or what waits.
 * @param {Phone} phone
 * @param {"visit" | "person" | "waiting"} on
 * @param {string} [visit] its id
 * @returns {Promise<PageContent>}
 */
export async function findFragment(phone, on, visit) {
  const data = await readPageData(phone, visit ? { visit } : {});
  if (visit) return visitIn(phone, data, visit);
  const content =
    on === "waiting" ? await showWaiting(data, "carer/_waiting.html") : showMe(data, "carer/_me.html");
  return { ...content, context: { ...frame(phone, data, "/me"), ...content.context } };
}

/**
 * A visit as it stands on its page. Of a visit that was read alone it is not known which comes next.
 * @type {(phone: Phone, data: PageData, visit: string) => PageContent}
 */
export function visitIn(phone, data, visit) {
  const content = showVisit(data, "carer/_visit.html", visit);
  return { ...content, context: { ...frame(phone, data, `/visits/${visit}`), ...content.context } };
}

/**
 * What every page of the carer's is given.
 * @param {Phone} phone
 * @param {PageData} data
 * @param {string} path
 */
function frame(phone, data, path) {
  const { person, photos, waiting, drafts, unsaved, undelivered, others, now, heard_at, is_vault } = data;
  const refused = unseen(data);
  const typed = Object.entries(drafts);
  return {
    build: phone.build,
    language: person.language,
    me: { id: person.person_id, name: person.name },
    path,
    now,
    today: dayOf(now),
    drafts: Object.fromEntries(typed.map(([field, { text }]) => [field, text])),
    draft_over: Object.fromEntries(typed.map(([field, { basis }]) => [field, basis?.over ?? ""])),
    draft_seen: Object.fromEntries(typed.map(([field, { basis }]) => [field, basis?.version ?? ""])),
    draft_ids: Object.fromEntries(typed.map(([field, { id }]) => [field, id ?? ""])),
    unsent_photos: photos.map(({ sha256 }) => sha256),
    half_written: countAtVisits(unsaved),
    refused: countRefused(refused),
    keeps: true,
    lockable: is_vault,
    awaits_worker: false,
    state: {
      waiting: waiting.length + photos.length,
      drafts: unsaved.length,
      undelivered,
      others,
      attention: refused.length,
      heard_at,
      plan_from: isOld(heard_at, now) ? heard_at : null,
      silent_from: isSilent(heard_at, now) ? heard_at : null,
      oldest_at: waiting[0]?.at ?? photos[0]?.at ?? null,
    },
  };
}

/** How many half-written texts there are at each visit. @param {import("./unsaved.js").Unsaved[]} unsaved */
function countAtVisits(unsaved) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { visit_id, about } of unsaved) {
    const id = visit_id ?? about?.visit_id ?? "";
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

/** What was turned down, and neither its carer has seen nor a leader dealt with. @param {PageData} data */
function unseen({ attention, settled }) {
  const over = new Set(settled.map(({ id }) => id));
  return attention.filter(({ id, read_at }) => !read_at && !over.has(id));
}

/** How much of it is about each visit and each step. @param {PageData["attention"]} refused */
function countRefused(refused) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { about, args } of refused)
    for (const id of new Set([args.visit_id ?? about.visit_id, args.step_id]))
      if (id) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

/** @type {(data: PageData, day: string) => ReturnType<Page>} */
function showDay(data, day) {
  const days = daysWithinReach(data.now);
  if (!days.includes(day)) return MISSING;
  const plan_changes = planChanges(data);
  const visits = visitsOn(data, day);
  const important = visits.map((visit) => [visit.visit_id, numberPinned(data, visit)]);
  return {
    template: "carer/today.html",
    context: { day, days, visits, plan_changes, important: Object.fromEntries(important) },
  };
}

/**
 * A day's list: today's has also what is near of the nights around it, and where she has begun what is not on her list
 * any more.
 * @param {PageData} data @param {string} day
 */
function visitsOn({ visits, now, person }, day) {
  const [isToday, before] = [day === dayOf(now), dayBefore(day)];
  const isNear = (/** @type {Visit} */ visit) =>
    visit.day < day ? visit.day === before && goesOn(visit, now) : beginsSoon(visit, now);
  const isBegun = (/** @type {Visit} */ { started_at, finished_at, started_by, waiting }) =>
    waiting || (started_at && !finished_at && started_by?.id === person.person_id);
  return visits.filter((visit) =>
    visit.left_at ? isToday && isBegun(visit) : visit.day === day || (isToday && isNear(visit)),
  );
}

/**
 * Where the carer goes after a visit: the first of the day that is left, also one that was passed over, then what begins
 * soon after it. After a visit of a day that is over it is today's. Twin of _next_visit in pwa/care/pages/visits.py.
 * @param {PageData} data @param {Visit} after
 */
function nextVisit(data, { visit_id, day, ends_at }) {
  const today = dayOf(data.now);
  const listed = visitsOn(data, day < today ? today : day);
  const soon = data.visits.filter((each) => each.day > day && !each.left_at && beginsSoon(each, ends_at));
  return [...listed, ...soon].find(
    (each) =>
      each.visit_id !== visit_id &&
      !each.left_at &&
      !each.started_at &&
      !each.finished_at &&
      !each.cancelled_at &&
      !each.deviations?.some(({ kind }) => kind === "not_home") &&
      each.carers?.some((carer) => carer.id === data.person.person_id),
  );
}

/** @type {Page} */
function showVisitPage(data, [id], url) {
  const answers = url.searchParams.get("answers");
  return showVisit(
    data,
    answers ? "carer/_answers.html" : "carer/visit.html",
    id,
    answers ?? url.searchParams.get("step"),
  );
}

/** @type {(data: PageData, template: string, id: string, stepId?: string | null) => Part} */
function showVisit(data, template, id, stepId) {
  const { visits, now, isDay } = data;
  const visit = visits.find((each) => each.visit_id === id);
  if (!visit) return MISSING;
  const next = nextVisit(data, visit);
  const filling = fillingOf(data, visit);
  const hidden = new Set(filling?.hidden);
  const shown = hidden.size ? { ...visit, steps: visit.steps.filter((each) => !hidden.has(each.id)) } : visit;
  const step = shown.steps.find((each) => each.id === stepId) ?? null;
  if (!step && template === "carer/_answers.html") return MISSING;
  const following = isDay ? { next: next ? beginning(next) : null } : {};
  const plan_changes = planChanges(data).filter((change) => change.visit_id === id);
  const told = toldOf(data, visit);
  const notes = told.notes.filter(({ visit_id }) => visit_id === id);
  const noted = { ...shown, notes: notes.sort(byTime) };
  const pinned = pinnedAt(told, id, data.person.person_id);
  const context = { visit: noted, filling, step, opened: step?.id ?? "", plan_changes, pinned, ...following };
  return { template, context, viewed: { visit_id: id, at: now } };
}

/** @type {(a: { written_at: string, id: string }, b: { written_at: string, id: string }) => number} */
const byTime = (a, b) => (`${a.written_at} ${a.id}` < `${b.written_at} ${b.id}` ? -1 : 1);

/** What is told of a visit's citizen, with what is newer on this phone. @param {PageData} data @param {Visit} visit */
function toldOf({ citizens, visits, now }, visit) {
  const id = citizenOf(visit);
  const isWhole = (/** @type {Visit} */ { citizen, team, notes, steps, deviations }) =>
    citizen && team && notes && steps && deviations;
  const hers = visits.filter((each) => each === visit || (isWhole(each) && citizenOf(each) === id));
  return citizenPage(citizens[id], hers, dayOf(now));
}

/** One that cannot be drawn is told of by its own row. @param {PageData} data @param {Visit} visit */
function numberPinned(data, visit) {
  try {
    return countPinned(toldOf(data, visit), visit.visit_id, data.person.person_id);
  } catch {
    return 0;
  }
}

/** @type {Page} */
function showCitizen(data, [id], url) {
  const visit = data.visits.find((each) => each.visit_id === id);
  if (!visit) return MISSING;
  const told = toldOf(data, visit);
  const named = url.searchParams.get("wrong");
  const wrong = told.notes.find((note) => note.id === named && note.visit_id === id) ?? null;
  const others = data.visits.filter(
    ({ day, citizen }) => day === visit.day && citizen?.id !== visit.citizen.id,
  );
  const context = { visit, told, wrong, of_others: wrong ? others.map(beginning) : [] };
  return { template: "carer/citizen.html", context, viewed: { visit_id: id, at: data.now } };
}

/** What its checklist asks for beside who did it. One that cannot be drawn leaves the rest of the visit in sight. @param {PageData} data @param {Visit} visit */
function fillingOf({ definition, now }, visit) {
  if (!definition || definition.checklist_id !== visit.checklist?.id) return null;
  try {
    return fill(definition, visit, now);
  } catch (error) {
    console.error(error);
    return null;
  }
}

/** Twin of list_plan_changes in pwa/care/documents/plan.py. @param {PageData} data */
const planChanges = ({ planChanges, now }) => planChanges.filter((change) => change.day >= dayOf(now));

/** @param {import("../shapes.js").Visit} visit */
const beginning = ({ visit_id, citizen, address, starts_at }) => ({
  visit_id,
  citizen: citizen.name,
  address,
  starts_at,
});

/** @type {Page} */
function showGuides({ guides }, _found, url) {
  const query = cleaned(url.searchParams.get("q") ?? "");
  const fits = matching(
    query,
    guides.map(({ words }) => words),
  );
  return { template: "carer/guides.html", context: { guides: guides.filter((_, i) => fits[i]), query } };
}

/** Whose visit led to a guide. @param {URL} url */
const leadingTo = (url) => url.searchParams.get("visit") ?? "";

/** @type {Page} */
function showGuide({ guides, visits, now }, [id], url) {
  const guide = guides.find((each) => each.guide_id === id);
  if (!guide) return MISSING;
  const visit = visits.find((each) => each.visit_id === leadingTo(url));
  const viewed = visit && { visit_id: visit.visit_id, at: now };
  return {
    template: "carer/guide.html",
    context: { guide, opened_from: visit ? beginning(visit) : null },
    viewed,
  };
}

/** @type {(data: PageData, template: string) => Part} */
const showMe = ({ person }, template) => ({
  template,
  context: { languages: LANGUAGES, teams: person.teams },
});

const MISSING = { template: "carer/missing.html", context: {}, status: 404 };
