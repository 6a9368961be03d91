/**
 * Knows what a citizen's own page and what is pinned at her visits are made of: her document, and visits that are newer than it.
 * Knows no storage. Twin of pwa/care/documents/citizen_page.py, which says how. Cases: tests/cases/citizen_page.json.
 *
 * @typedef {import("../shapes.js").Visit} Visit
 * @typedef {import("../shapes.js").CitizenBody} CitizenBody
 * @typedef {import("../shapes.js").Told} Told
 * @typedef {import("../shapes.js").ToldNote} ToldNote
 * @typedef {import("../shapes.js").LastVisit} LastVisit
 */

import { noted } from "./note_marks.js";

const A_DAY = 86_400_000;
const MOST_STEPS = 60;
/** What is known where no document has come. @type {Pick<CitizenBody, "days" | "notes" | "marks" | "last" | "older_notes">} */
const NOTHING = { days: 14, notes: [], marks: [], last: null };

/** The id of the document that a visit's citizen has on this phone. @param {Visit} visit */
export const citizenOf = ({ team, citizen }) => `citizen-${team.id}.${citizen.id}`;

/**
 * What is told of a citizen: her notes, what is pinned first and then the newest, and what was done at her last visit.
 * @param {CitizenBody | undefined} body
 * @param {Visit[]} visits hers, as they stand on this phone
 * @param {string} today
 * @returns {Told}
 */
export function citizenPage(body, visits, today) {
  const known = body ?? NOTHING;
  const since = new Date(Date.parse(today) - known.days * A_DAY).toISOString().slice(0, 10);
  const ids = new Set(visits.map(({ visit_id }) => visit_id));
  const isElsewhere = (/** @type {{ visit_id: string }} */ { visit_id }) => !ids.has(visit_id);
  const notes = [
    ...known.notes.filter(isElsewhere),
    ...visits.flatMap(({ visit_id, day, notes }) => notes.map((note) => ({ ...note, visit_id, day }))),
  ];
  const marks = [
    ...known.marks.filter(isElsewhere),
    ...visits.flatMap(({ visit_id, marks }) => (marks ?? []).map((mark) => ({ ...mark, visit_id }))),
  ];
  const shown = /** @type {ToldNote[]} */ (noted(notes, marks))
    .filter(({ pin, day }) => pin || day >= since)
    .sort((a, b) => (`${a.written_at} ${a.id}` < `${b.written_at} ${b.id}` ? 1 : -1));
  return {
    notes: [...shown.filter(({ pin }) => pin), ...shown.filter(({ pin }) => !pin)],
    last: lastOf(known.last, visits),
    days: known.days,
    older_notes: known.older_notes ?? 0,
  };
}

/** @param {LastVisit | null} known @param {Visit[]} visits @returns {LastVisit | null} */
function lastOf(known, visits) {
  const found = visits.filter(({ finished_at }) => finished_at).map(lastBody);
  if (known && !visits.some(({ visit_id }) => visit_id === known.visit_id)) found.push(known);
  const key = (/** @type {LastVisit} */ { finished_at, visit_id }) => `${finished_at} ${visit_id}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1)).at(-1) ?? null;
}

/** What was done at a visit, and by whom. Twin: last_body in pwa/care/documents/citizen.py. @param {Visit} visit @returns {LastVisit} */
function lastBody({
  visit_id,
  day,
  starts_at,
  finished_at,
  finished_by,
  checklist,
  steps,
  deviations,
  filled = [],
}) {
  const done = steps.filter(({ answer }) => answer);
  return {
    ...{ visit_id, day, starts_at, finished_at, finished_by, checklist: checklist.name },
    steps: done
      .slice(0, MOST_STEPS)
      .map(({ label, answer, reason, answered_by }) => ({ label, answer, reason, answered_by })),
    more: done.slice(MOST_STEPS).length + filled.length,
    deviations: (deviations ?? []).map(({ id, kind, text }) => ({ id, kind, text })),
  };
}

/** What somebody is to read at a visit, and what she has read there. @param {Told} told @param {string} visit @param {string} person */
export function pinnedAt({ notes }, visit, person) {
  const isReadHere = (/** @type {ToldNote} */ { read }) =>
    read.some(({ by, visit_id }) => by.id === person && visit_id === visit);
  return notes.filter((note) => isToRead(note, visit, person) || isReadHere(note));
}

/** How much of that nobody has read yet. @param {Told} told @param {string} visit @param {string} person */
export const countPinned = ({ notes }, visit, person) =>
  notes.filter((note) => isToRead(note, visit, person)).length;

/** @param {ToldNote} note @param {string} visit @param {string} person */
const isToRead = ({ pin, wrong, visit_id }, visit, person) =>
  pin !== null && !wrong && (pin.by.id !== person || visit_id !== visit);
