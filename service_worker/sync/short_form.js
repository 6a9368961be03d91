/**
 * Knows the short form in which a visit's document comes, and how it becomes whole: only whole ones are stored, so that an
 * older app can read them. One that is whole stays as it is. Why: pwa/care/documents/short_form.py, its twin. Cases:
 * tests/cases/short_form.json.
 *
 * @typedef {import("../shapes.js").StoredDocument} StoredDocument
 * @typedef {Record<string, any>} Part
 */

/**
 * What a phone shows that makes documents whole, knows the answer "technology", checklists that ask for more than who did it, and
 * what is done with notes: citizens' own pages, and those on the wrong citizen.
 */
export const TAKES_SHORT = { "Haand-Documents": "short, technology, checklists, notes" };

const EMPTY_IN_STEP = {
  help: "",
  answer: null,
  reason: "",
  answered_at: null,
  answered_received_at: null,
  answered_by: null,
  answered_change: null,
  differing: [],
  waiting_since: null,
};
const DONE = ["started", "finished", "as_planned"];
/** So many signs of a step's id are those of its visit's. */
const OF_VISIT = 24;
const WHOLE_ID = 36;

/** @returns {Part} made anew each time: what is stored of one visit is never another's */
const emptyVisit = () => ({
  minutes: 0,
  address: "",
  door: "",
  bring: "",
  carers: [],
  guides: [],
  contacts: [],
  cancelled_at: null,
  started_at: null,
  started_received_at: null,
  started_by: null,
  started_change: null,
  finished_at: null,
  finished_received_at: null,
  finished_by: null,
  finished_change: null,
  as_planned_at: null,
  as_planned_by: null,
  as_planned_change: null,
  steps: [],
  deviations: [],
  notes: [],
  waiting: 0,
});

/**
 * One that cannot be made whole stays as it came: its page says that it cannot be shown, and all else is stored.
 * @param {StoredDocument} document @returns {StoredDocument}
 */
export function whole(document) {
  if (!document.id.startsWith("visit-")) return document;
  try {
    return { ...document, body: /** @type {any} */ (wholeVisit(document.body)) };
  } catch {
    return document;
  }
}

/** @param {Part} body @returns {Part} */
export function wholeVisit({ as_planned_received_at: filledReceivedAt = null, ...body }) {
  const visit = { ...emptyVisit(), ...body };
  const first = visit.carers[0] ?? null;
  for (const name of DONE) if (visit[`${name}_at`]) visit[`${name}_by`] ??= first;
  const filled = {
    answered_at: visit.as_planned_at,
    answered_received_at: filledReceivedAt,
    answered_by: visit.as_planned_by,
    answered_change: visit.as_planned_change,
  };
  return {
    ...visit,
    steps: visit.steps.map((/** @type {Part} */ step) => wholeStep(step, visit.visit_id, filled, first)),
    ...(visit.filled && {
      filled: visit.filled.map((/** @type {Part} */ each) => ({
        reason: "",
        differing: [],
        waiting_since: null,
        answered_by: first,
        ...each,
      })),
    }),
    notes: visit.notes.map((/** @type {Part} */ note) => wholeNote(note, first)),
    deviations: visit.deviations.map((/** @type {Part} */ each) => ({
      text: "",
      waiting_since: null,
      reported_by: first,
      ...each,
    })),
  };
}

/** @param {Part} step @param {string} visitId @param {Part} filled @param {Part | null} first */
function wholeStep(step, visitId, filled, first) {
  const said = "answered_change" in step ? { answered_by: first } : filled;
  const id = step.id.length === WHOLE_ID ? step.id : visitId.slice(0, OF_VISIT) + step.id;
  return { ...EMPTY_IN_STEP, differing: [], ...((step.answer ?? null) === null ? {} : said), ...step, id };
}

/** @param {Part} note @param {Part | null} first */
function wholeNote(note, first) {
  const texts = ["corrections", "differing"]
    .filter((name) => name in note)
    .map((name) => [name, note[name].map((/** @type {Part} */ each) => wholeText(each, first))]);
  return { corrections: [], ...wholeText(note, first), ...Object.fromEntries(texts) };
}

/** @param {Part} text @param {Part | null} first */
const wholeText = (text, first) => ({ waiting_since: null, written_by: first, ...text });
