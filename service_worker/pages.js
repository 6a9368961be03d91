/**
 * Knows which documents and which template answer an address. Twin of the carer's part of pwa/pages/; knows no
 * storage but through the shelf, and no HTML.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 * @typedef {import("./shapes.js").Sheet} Sheet
 * @typedef {import("./shelf.js").Shelf} Shelf
 * @typedef {{ template: string, context: object, status?: number }} Part
 * @typedef {(shelf: Shelf, found: string[], url: URL) => Part | Promise<Part>} Page
 */

import { dayOf, daysWithinReach } from "./days.js";
import { readShelf } from "./shelf.js";
import { showWaiting } from "./waiting.js";

const LANGUAGES = [
  { code: "da", name: "Dansk" },
  { code: "en", name: "English" },
];

/** @type {[RegExp, "visits" | "guides" | "neither", Page][]} */
const PAGES = [
  [/^\/$/, "visits", (shelf) => showDay(shelf, dayOf(shelf.now))],
  [/^\/days\/(\d{4}-\d\d-\d\d)$/, "visits", (shelf, [day]) => showDay(shelf, day)],
  [/^\/visits\/([^/]+)$/, "visits", (shelf, [id]) => showVisit(shelf, id, "carer/visit.html")],
  [/^\/guides$/, "guides", showGuides],
  [/^\/guides\/([^/]+)$/, "guides", showGuide],
  [/^\/waiting$/, "neither", (shelf) => showWaiting(shelf, "carer/waiting.html")],
  [/^\/state$/, "neither", () => ({ template: "carer/_state.html", context: {} })],
  [/^\/me$/, "neither", (shelf) => showMe(shelf, "carer/me.html")],
];

/** Whether this address is one of the carer's pages. @param {string} path */
export function isPage(path) {
  return PAGES.some(([address]) => address.test(path));
}

/**
 * The page at an address that is one.
 * @param {Phone} phone
 * @param {URL} url
 * @returns {Promise<Sheet>}
 */
export async function findPage(phone, url) {
  for (const [address, wanted, show] of PAGES) {
    const match = address.exec(url.pathname);
    if (!match) continue;
    const shelf = await readShelf(phone, wanted);
    const sheet = await show(shelf, match.slice(1), url);
    return { ...sheet, context: { ...frame(phone, shelf, url.pathname), ...sheet.context } };
  }
  throw new RangeError("not a page of the carer's");
}

/**
 * The fragment that answers a change, a visit's or the carer's own.
 * @param {Phone} phone
 * @param {string} template
 * @param {string | null | undefined} visitId
 * @returns {Promise<Sheet>}
 */
export async function findFragment(phone, template, visitId) {
  const shelf = await readShelf(phone, visitId ? "visits" : "neither");
  const sheet = await fragment(shelf, template, visitId);
  const path = visitId ? `/visits/${visitId}` : "/me";
  return { ...sheet, context: { ...frame(phone, shelf, path), ...sheet.context } };
}

/** @type {(shelf: Shelf, template: string, visitId: string | null | undefined) => ReturnType<Page>} */
function fragment(shelf, template, visitId) {
  if (visitId) return showVisit(shelf, visitId, template);
  return template.endsWith("_waiting.html") ? showWaiting(shelf, template) : showMe(shelf, template);
}

/**
 * What every page of the carer's is given.
 * @param {Phone} phone
 * @param {Shelf} shelf
 * @param {string} path
 */
function frame(phone, shelf, path) {
  const { person, waiting, attention, drafts, now, heard_at } = shelf;
  return {
    build: phone.build,
    language: person.language,
    me: { id: person.person_id, name: person.name },
    path,
    now,
    today: dayOf(now),
    drafts,
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

/** @type {(shelf: Shelf, id: string, template: string) => ReturnType<Page>} */
function showVisit({ visits }, id, template) {
  const place = visits.findIndex((visit) => visit.visit_id === id);
  if (place < 0) return MISSING;
  const visit = visits[place];
  const next = visits
    .slice(place + 1)
    .find((each) => each.day === visit.day && !each.finished_at && !each.cancelled_at);
  return { template, context: { visit, next: next ? beginning(next) : null } };
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
