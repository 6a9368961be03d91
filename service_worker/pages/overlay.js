/**
 * Lays waiting changes over a copy of a stored document, so that a page shows what was just done. Twin of
 * pwa/care/changes/, which has the authority; both run tests/cases/*.json. Knows no storage.
 *
 * @typedef {import("../shapes.js").Visit} Visit
 * @typedef {import("../shapes.js").Change} Change
 * @typedef {import("../shapes.js").Person} Person
 * @typedef {import("../shapes.js").PersonBody} PersonBody
 * @typedef {import("../shapes.js").PlanBody} PlanBody
 * @typedef {Change & { clock?: import("../clock.js").ChangeClock }} Made
 * @typedef {{ me: Person, stored: Visit, version: number }} Known the last document the server sent
 * @typedef {(visit: Visit, change: Made, me: Person, known: Known) => void} Apply
 */

import { addEvent, addObservation, takeBackMatter, tellEvent } from "./matters.js";

/**
 * The visit as its carer left it: the last document the server sent, and on top what waits for it.
 * @param {Visit} stored is not touched
 * @param {Made[]} waiting for this visit, in order of n, their times corrected by the skew; those that are delivered
 *   and have not come back in a document yet among them
 * @param {Person} me
 * @param {number} [version] of the stored document
 * @returns {Visit}
 */
export function overlayVisit(stored, waiting, me, version = 0) {
  if (!waiting.length) return stored;
  const visit = structuredClone(stored);
  const undone = new Set(
    waiting.filter((change) => change.name === "take_back").map((change) => change.args.change_id),
  );
  const standing = waiting.filter((change) => !undone.has(change.id));
  const plans = [
    asPlannedOf(stored),
    ...standing.filter(isAsPlanned).map((change) => asPlannedBy(change, me)),
  ];
  for (const change of standing) {
    if (Object.hasOwn(APPLY, change.name)) APPLY[change.name](visit, change, me, { me, stored, version });
  }
  Object.assign(visit, plans.findLast((plan) => holdsAStep(visit, plan)) ?? NO_PLAN);
  visit.waiting = waiting.filter(({ delivered_at }) => !delivered_at).length;
  return visit;
}

/**
 * @param {PersonBody} stored is not touched
 * @param {Change[]} waiting
 * @returns {PersonBody}
 */
export function overlayPerson(stored, waiting) {
  const language = waiting.findLast((change) => change.name === "choose_language")?.args.language;
  return language ? { ...stored, language } : stored;
}

/**
 * What the plan did to the day, without what was just seen.
 * @param {PlanBody} stored is not touched
 * @param {Change[]} waiting
 * @returns {PlanBody}
 */
export function overlayPlan(stored, waiting) {
  const seen = new Set(waiting.map(({ args }) => args.plan_change_id));
  return { ...stored, plan_changes: stored.plan_changes.filter(({ id }) => !seen.has(id)) };
}

/** @type {Record<string, Apply>} */
const APPLY = {
  start_visit(visit, { id, at }, me) {
    if (visit.started_at && visit.started_at <= at) return;
    Object.assign(visit, { started_at: at, started_received_at: null, started_by: me, started_change: id });
  },

  finish_visit(visit, { id, at }, me) {
    if (visit.finished_at && visit.finished_at > at) return;
    Object.assign(visit, {
      finished_at: at,
      finished_received_at: null,
      finished_by: me,
      finished_change: id,
    });
  },

  answer_step(visit, change, me, known) {
    const { at, args } = change;
    const step = visit.steps.find((each) => each.id === args.step_id);
    if (!step) return;
    const reason = args.reason ?? "";
    if (step.answered_at && step.answered_at > at) {
      if (args.answer) addEarlier(step, { answer: args.answer, reason, at, by: me }, step.reason);
      return;
    }
    const { answer, answered_at, answered_by } = step;
    if (answer && answered_at && answered_by)
      addEarlier(step, { answer, reason: step.reason, at: answered_at, by: answered_by }, reason);
    const shown =
      args.answer === null
        ? findUnseen(step.id, change, known)
        : { ...answered(args.answer, reason, change, me), differing: [] };
    if (!shown) return empty(step, change);
    Object.assign(step, shown);
    setEarlier(
      step,
      step.earlier?.filter((said) => said.reason !== shown.reason),
    );
  },

  fill_in(visit, change, me, known) {
    const { at, args } = change;
    const { place, checklist_id, values, reason = "" } = args;
    const stands = visit.filled?.find((each) => each.place === place);
    if (stands && stands.answered_at > at) {
      if (values.length || reason) addEarlier(stands, { said: values, reason, at, by: me }, stands.reason);
      return;
    }
    const isTakenBack = !values.length && !reason;
    const unseen = isTakenBack ? findUnseenAt(place, change, known) : undefined;
    const others = visit.filled?.filter((each) => each.place !== place) ?? [];
    const told = { answered_at: at, answered_received_at: null, answered_by: me, answered_change: change.id };
    const waiting_since = waitingSince(change);
    /** @type {import("../shapes.js").FilledIn | undefined} */
    const shown = isTakenBack
      ? unseen
      : { place, checklist_id, said: values, reason, ...told, differing: [], waiting_since };
    if (stands && shown && stands.earlier) shown.earlier = stands.earlier;
    if (stands && shown) {
      const { said, answered_at, answered_by } = stands;
      addEarlier(shown, { said, reason: stands.reason, at: answered_at, by: answered_by }, shown.reason);
    }
    const filled = shown ? [...others, shown].sort((a, b) => (a.place < b.place ? -1 : 1)) : others;
    if (filled.length) visit.filled = filled;
    else delete visit.filled;
  },

  answer_as_planned(visit, change, me) {
    for (const step of visit.steps) {
      if (step.answer === null && !step.by_itself)
        Object.assign(step, answered(step.planned, "", change, me));
    }
  },

  take_back(visit, change, me) {
    takeBackMatter(visit, change, me);
    const taken = change.args.change_id;
    for (const step of visit.steps) {
      if (step.answered_change === taken) empty(step, change);
    }
    for (const what of ["started", "finished"]) {
      if (/** @type {any} */ (visit)[`${what}_change`] !== taken) continue;
      for (const part of ["at", "received_at", "by", "change"])
        Object.assign(visit, { [`${what}_${part}`]: null });
    }
    visit.deviations = visit.deviations.filter((deviation) => deviation.id !== taken);
    setMarks(visit, visit.marks?.filter((mark) => mark.id !== taken) ?? []);
  },

  write_note(visit, change, me) {
    const same = visit.notes.find(isSame(change.args.note_id));
    if (same) return saveAgain(same, change, me);
    visit.notes.push({ ...words(change, me), ...toldOf(change.args), corrections: [] });
    visit.notes.sort(byTime);
  },

  correct_note(visit, change, me) {
    const { args, over } = change;
    const note = visit.notes.find(
      (each) =>
        each.id === args.corrects || each.corrections.some((correction) => correction.id === args.corrects),
    );
    if (!note || note.corrections.some(isSame(args.note_id))) return;
    const shown = note.corrections.at(-1) ?? note;
    const mine = words(change, me);
    note.corrections.push(mine);
    note.corrections.sort(byTime);
    // Begun on a text that a colleague has corrected since, it does not take that one's place. Else she had both before her.
    if (over && over !== shown.id && shown.written_by.id !== me.id) note.differing = [shown, mine];
    else delete note.differing;
  },

  report_observation: addObservation,
  report_event: addEvent,
  class_event: tellEvent,
  tell_event: tellEvent,
  pin_note: (visit, change, me) => mark(visit, "pinned", change, me),
  read_note: (visit, change, me) => mark(visit, "read", change, me),
  unpin_note: (visit, change, me) => mark(visit, "unpinned", change, me),
  mark_wrong_citizen: (visit, change, me) => mark(visit, "wrong_citizen", change, me),

  report_deviation(visit, change, me) {
    const { id, at, args } = change;
    if (visit.deviations.some(isSame(id))) return;
    const told = { reported_at: at, received_at: null, reported_by: me, waiting_since: waitingSince(change) };
    visit.deviations.push({ id, kind: args.kind ?? "", text: args.text ?? "", ...told });
    visit.deviations.sort((a, b) => (a.reported_at < b.reported_at ? -1 : 1));
  },
};

/** What was said of a note, beside its words. @param {import("../shapes.js").Args} args */
const toldOf = ({ kind, pinned, composed, adds_to }) => ({
  ...(kind ? { [kind]: true } : {}),
  ...(pinned ? { pinned: true } : {}),
  ...(composed ? { composed: true } : {}),
  ...(adds_to ? { adds_to } : {}),
});

/** What is done with a note, once by each; twin of fold_marks. @type {(visit: Visit, kind: string, change: Change, me: Person) => void} */
function mark(visit, kind, change, me) {
  const { id, at, args } = change;
  const { note_id = "", pin_id, other_visit_id } = args;
  const marks = visit.marks ?? [];
  const isTheSame = (/** @type {import("../shapes.js").Mark} */ one) =>
    one.kind === kind && one.note_id === note_id && one.pin_id === pin_id && one.by.id === me.id;
  if (marks.some((one) => isTheSame(one) && one.at <= at)) return;
  const told = { at, by: me, waiting_since: waitingSince(change) };
  const made = {
    ...{ id, kind, note_id },
    ...(pin_id ? { pin_id } : {}),
    ...(other_visit_id ? { other_visit_id } : {}),
    ...told,
  };
  const others = marks.filter((one) => !isTheSame(one));
  setMarks(
    visit,
    [...others, made].sort((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1)),
  );
}

/** Left out where there is none. @param {Visit} visit @param {import("../shapes.js").Mark[]} marks */
function setMarks(visit, marks) {
  if (marks.length) visit.marks = marks;
  else delete visit.marks;
}

/** What was delivered does not wait, though it has not come back yet. @param {Change} change */
const waitingSince = ({ at, delivered_at }) => (delivered_at ? null : at);

/** @param {string | null | undefined} id @returns {(each: { id: string }) => boolean} */
const isSame = (id) => (each) => each.id === id;

/** @type {(answer: string, reason: string, change: Change, me: Person) => Partial<import("../shapes.js").Step>} */
function answered(answer, reason, change, me) {
  const when = {
    answered_at: change.at,
    answered_received_at: null,
    waiting_since: waitingSince(change),
  };
  return { answer, reason, answered_by: me, answered_change: change.id, ...when };
}

/** @type {(step: import("../shapes.js").Step, change: Change) => void} */
function empty(step, change) {
  const nobody = { answered_at: null, answered_received_at: null, answered_by: null, answered_change: null };
  const waiting_since = waitingSince(change);
  Object.assign(step, { answer: null, reason: "", ...nobody, differing: [], waiting_since });
}

/**
 * What a colleague answered, or its carer on another phone of hers, and the phone did not know yet when she removed an answer:
 * that stands. By the version of the document, or, where another one came in between, by when the server had it. Twin: standing in fold.py.
 * @type {(id: string, change: Made, known: Known) => Partial<import("../shapes.js").Step> | undefined}
 */
function findUnseen(id, { seen, clock }, { stored, version }) {
  const step = stored.steps.find(isSame(id));
  if (!step?.answer || seen >= version) return undefined;
  if (clock?.after && (step.answered_received_at ?? "") <= clock.after) return undefined;
  const { answer, reason, answered_at, answered_received_at, answered_by, answered_change, differing } = step;
  const told = { answered_at, answered_received_at, answered_by, answered_change };
  return { answer, reason, ...told, differing, waiting_since: null };
}

/** The same at a place of a checklist. @type {(place: string, change: Made, known: Known) => import("../shapes.js").FilledIn | undefined} */
function findUnseenAt(place, { seen, clock }, { stored, version }) {
  const found = stored.filled?.find((each) => each.place === place);
  if (!found || seen >= version) return undefined;
  if (clock?.after && (found.answered_received_at ?? "") <= clock.after) return undefined;
  return { ...structuredClone(found), waiting_since: null };
}

/** One draft that its carer saved on two phones: the second text corrects the first. @type {(note: import("../shapes.js").Note, change: Change, me: Person) => void} */
function saveAgain(note, change, me) {
  const texts = [note, ...note.corrections];
  if (note.written_by.id !== me.id || texts.some(({ text }) => text === change.args.text)) return;
  note.corrections.push({ ...words(change, me), id: change.id });
  note.corrections.sort(byTime);
}

/**
 * Reasons stay readable when another answer stands, with another one; the same one is so once.
 * @type {(step: { earlier?: any[] }, said: { reason: string, at: string, [more: string]: any }, stands: string) => void}
 */
function addEarlier(step, said, stands) {
  if (!said.reason || said.reason === stands) return;
  const earlier = [...(step.earlier ?? []), said].sort((a, b) => (a.at < b.at ? -1 : 1));
  const last = new Map(earlier.map((each) => [each.reason, each]));
  setEarlier(
    step,
    earlier.filter((each) => last.get(each.reason) === each),
  );
}

/** Left out where there is none, as in the server's documents. @type {(step: { earlier?: any[] }, earlier: any[] | undefined) => void} */
function setEarlier(step, earlier) {
  if (earlier?.length) step.earlier = earlier;
  else delete step.earlier;
}

/** @type {(change: Change, me: Person) => import("../shapes.js").Words} */
function words(change, me) {
  const { at, args } = change;
  const told = { written_at: at, received_at: null, written_by: me, waiting_since: waitingSince(change) };
  return { id: args.note_id ?? "", text: args.text ?? "", ...told };
}

/** @type {(a: { written_at: string, id: string }, b: { written_at: string, id: string }) => number} */
function byTime(a, b) {
  return `${a.written_at} ${a.id}` < `${b.written_at} ${b.id}` ? -1 : 1;
}

/** @typedef {Pick<Visit, "as_planned_at" | "as_planned_by" | "as_planned_change">} AsPlanned */
const NO_PLAN = { as_planned_at: null, as_planned_by: null, as_planned_change: null };
/** @param {Change} change */
const isAsPlanned = (change) => change.name === "answer_as_planned";
/** @type {(visit: Visit) => AsPlanned} */
const asPlannedOf = ({ as_planned_at, as_planned_by, as_planned_change }) => ({
  as_planned_at,
  as_planned_by,
  as_planned_change,
});
/** @type {(change: Change, me: Person) => AsPlanned} */
const asPlannedBy = ({ id, at }, me) => ({ as_planned_at: at, as_planned_by: me, as_planned_change: id });

/** "All as planned" stands while at least one step has its answer from it. @type {(visit: Visit, plan: AsPlanned) => boolean} */
function holdsAStep(visit, plan) {
  return (
    plan.as_planned_change !== null &&
    visit.steps.some((step) => step.answered_change === plan.as_planned_change)
  );
}
