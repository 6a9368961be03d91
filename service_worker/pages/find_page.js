/**
 * Knows which documents and which template answer an address. Twin of the carer's part of pwa/care/pages/; knows no
 * storage but through page_data.js, and no HTML.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").PageContent} PageContent
 * @typedef {import("./page_data.js").PageData} PageData
 * @typedef {import("../sync/view_log.js").View} View
 * @typedef {{ template: string, context: object, status?: number, viewed?: View }} Part viewed: at whose visit
 * @typedef {(data: PageData, found: string[], url: URL) => Part | Promise<Part>} Page
 * @typedef {(found: string[], url: URL) => import("./page_data.js").Wanted} Wants
 */

import { cleaned } from "../texts.js";
import { dayOf, daysWithinReach } from "./days.js";
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
  [/^\/visits\/([^/]+)$/, ([visit]) => ({ visit }), (data, [id]) => showVisit(data, "carer/visit.html", id)],
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
 * The fragment that answers a change, a visit's or the carer's own.
 * @param {Phone} phone
 * @param {string} template
 * @param {import("../shapes.js").Args} args of the change
 * @returns {Promise<PageContent>}
 */
export async function findFragment(phone, template, args) {
  const data = await readPageData(phone, args.visit_id ? { visit: args.visit_id } : {});
  const content = await fragment(data, template, args);
  const path = args.visit_id ? `/visits/${args.visit_id}` : "/me";
  return { ...content, context: { ...frame(phone, data, path), ...content.context } };
}

/** @type {(data: PageData, template: string, args: import("../shapes.js").Args) => ReturnType<Page>} */
function fragment(data, template, args) {
  if (args.visit_id) return showVisit(data, template, args.visit_id, args.step_id);
  return template.endsWith("_waiting.html") ? showWaiting(data, template) : showMe(data, template);
}

/**
 * What every page of the carer's is given.
 * @param {Phone} phone
 * @param {PageData} data
 * @param {string} path
 */
function frame(phone, data, path) {
  const { person, waiting, attention, drafts, now, heard_at, is_vault } = data;
  return {
    build: phone.build,
    language: person.language,
    me: { id: person.person_id, name: person.name },
    path,
    now,
    today: dayOf(now),
    drafts,
    lockable: is_vault,
    state: {
      waiting: waiting.length,
      attention: attention.filter((row) => !row.read_at).length,
      heard_at,
      oldest_at: waiting[0]?.at ?? null,
    },
  };
}

/** @type {(data: PageData, day: string) => ReturnType<Page>} */
function showDay(data, day) {
  const days = daysWithinReach(data.now);
  if (!days.includes(day)) return MISSING;
  return {
    template: "carer/today.html",
    context: { day, days, visits: data.visits.filter((visit) => visit.day === day) },
  };
}

/** @type {(data: PageData, template: string, id: string, stepId?: string | null) => ReturnType<Page>} */
function showVisit({ visits, now }, template, id, stepId) {
  const place = visits.findIndex((visit) => visit.visit_id === id);
  if (place < 0) return MISSING;
  const visit = visits[place];
  const next = visits
    .slice(place + 1)
    .find((each) => each.day === visit.day && !each.finished_at && !each.cancelled_at);
  const step = visit.steps.find((each) => each.id === stepId) ?? null;
  const viewed = { visit_id: id, at: now };
  return { template, context: { visit, next: next ? beginning(next) : null, step }, viewed };
}

/** @param {import("../shapes.js").Visit} visit */
const beginning = ({ visit_id, citizen, starts_at }) => ({ visit_id, citizen: citizen.name, starts_at });

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

/** @type {(data: PageData, template: string) => ReturnType<Page>} */
const showMe = ({ person }, template) => ({
  template,
  context: { languages: LANGUAGES, teams: person.teams },
});

const MISSING = { template: "carer/missing.html", context: {}, status: 404 };
