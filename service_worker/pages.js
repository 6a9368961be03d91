/**
 * Knows which documents and which template answer an address. Twin of the carer's part of pwa/pages/; knows no
 * storage but through the shelf, and no HTML.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 * @typedef {import("./shapes.js").Sheet} Sheet
 * @typedef {import("./shelf.js").Shelf} Shelf
 * @typedef {import("./looks.js").Look} Look
 * @typedef {{ template: string, context: object, status?: number, looks?: Look }} Part looks: at whose visit
 * @typedef {(shelf: Shelf, found: string[], url: URL) => Part | Promise<Part>} Page
 * @typedef {(found: string[]) => import("./shelf.js").Wanted} Wants
 */

import { dayOf, daysWithinReach } from "./days.js";
import { readShelf } from "./shelf.js";
import { showWaiting } from "./waiting.js";

const LANGUAGES = [
  { code: "da", name: "Dansk" },
  { code: "en", name: "English" },
];

const nothing = () => ({});
const guides = () => /** @type {const} */ ({ guides: true });

/** @type {[RegExp, Wants, Page][]} */
const PAGES = [
  [/^\/$/, () => ({ day: "today" }), (shelf) => showDay(shelf, dayOf(shelf.now))],
  [/^\/days\/(\d{4}-\d\d-\d\d)$/, ([day]) => ({ day }), (shelf, [day]) => showDay(shelf, day)],
  [
    /^\/visits\/([^/]+)$/,
    ([visit]) => ({ visit }),
    (shelf, [id]) => showVisit(shelf, "carer/visit.html", id),
  ],
  [/^\/guides$/, guides, showGuides],
  [/^\/guides\/([^/]+)$/, guides, showGuide],
  [/^\/waiting$/, nothing, (shelf) => showWaiting(shelf, "carer/waiting.html")],
  [/^\/state$/, nothing, () => ({ template: "carer/_state.html", context: {} })],
  [/^\/me$/, nothing, (shelf) => showMe(shelf, "carer/me.html")],
];

/** Whether this address is one of the carer's pages. @param {string} path */
export function isPage(path) {
  return PAGES.some(([address]) => address.test(path));
}

/**
 * The page at an address that is one.
 * @param {Phone} phone
 * @param {URL} url
 * @returns {Promise<Sheet & { looks?: Look }>}
 */
export async function findPage(phone, url) {
  for (const [address, wants, show] of PAGES) {
    const match = address.exec(url.pathname);
    if (!match) continue;
    const found = match.slice(1);
    const shelf = await readShelf(phone, wants(found));
    const sheet = await show(shelf, found, url);
    return { ...sheet, context: { ...frame(phone, shelf, url.pathname), ...sheet.context } };
  }
  throw new RangeError("not a page of the carer's");
}

/**
 * The fragment that answers a change, a visit's or the carer's own.
 * @param {Phone} phone
 * @param {string} template
 * @param {import("./shapes.js").Args} args of the change
 * @returns {Promise<Sheet>}
 */
export async function findFragment(phone, template, args) {
  const shelf = await readShelf(phone, args.visit_id ? { visit: args.visit_id } : {});
  const sheet = await fragment(shelf, template, args);
  const path = args.visit_id ? `/visits/${args.visit_id}` : "/me";
  return { ...sheet, context: { ...frame(phone, shelf, path), ...sheet.context } };
}

/** @type {(shelf: Shelf, template: string, args: import("./shapes.js").Args) => ReturnType<Page>} */
function fragment(shelf, template, args) {
  if (args.visit_id) return showVisit(shelf, template, args.visit_id, args.step_id);
  return template.endsWith("_waiting.html") ? showWaiting(shelf, template) : showMe(shelf, template);
}

/**
 * What every page of the carer's is given.
 * @param {Phone} phone
 * @param {Shelf} shelf
 * @param {string} path
 */
function frame(phone, shelf, path) {
  const { person, waiting, attention, drafts, now, heard_at, is_vault } = shelf;
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

/** @type {(shelf: Shelf, day: string) => ReturnType<Page>} */
function showDay(shelf, day) {
  const days = daysWithinReach(shelf.now);
  if (!days.includes(day)) return MISSING;
  return {
    template: "carer/today.html",
    context: { day, days, visits: shelf.visits.filter((visit) => visit.day === day) },
  };
}

/** @type {(shelf: Shelf, template: string, id: string, stepId?: string | null) => ReturnType<Page>} */
function showVisit({ visits, now }, template, id, stepId) {
  const place = visits.findIndex((visit) => visit.visit_id === id);
  if (place < 0) return MISSING;
  const visit = visits[place];
  const next = visits
    .slice(place + 1)
    .find((each) => each.day === visit.day && !each.finished_at && !each.cancelled_at);
  const step = visit.steps.find((each) => each.id === stepId) ?? null;
  const looks = { visit_id: id, at: now };
  return { template, context: { visit, next: next ? beginning(next) : null, step }, looks };
}

/** @param {import("./shapes.js").Visit} visit */
const beginning = ({ visit_id, citizen, starts_at }) => ({ visit_id, citizen: citizen.name, starts_at });

/** @type {Page} */
function showGuides({ guides }, _found, url) {
  const query = url.searchParams.get("q") ?? "";
  const tokens = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = guides.filter((guide) => tokens.every((token) => guide.words.includes(token)));
  return { template: "carer/guides.html", context: { guides: fitting, query } };
}

/** @type {Page} */
function showGuide({ guides }, [id]) {
  const guide = guides.find((each) => each.guide_id === id);
  return guide ? { template: "carer/guide.html", context: { guide } } : MISSING;
}

/** @type {(shelf: Shelf, template: string) => ReturnType<Page>} */
const showMe = ({ person }, template) => ({
  template,
  context: { languages: LANGUAGES, teams: person.teams },
});

const MISSING = { template: "carer/missing.html", context: {}, status: 404 };
