/**
 * Knows how a checklist that has a definition is shown while a visit is under way: what is asked, what stands there, what is hidden;
 * knows no page. Twin of pwa/care/documents/filling.py, which says more; tests/checklists/test_filling.py holds
 * them together.
 *
 * @typedef {import("../checklists/shapes.js").Published} Published
 * @typedef {import("../checklists/shapes.js").Step & { help?: string, unit?: string, hidden?: boolean, read_only?: boolean }} Step
 * @typedef {import("../shapes.js").FilledIn} Entry
 * @typedef {Record<string, any>} Field
 * @typedef {{ filled: Filled, entries: Map<string, Entry>, steps: Map<string, import("../shapes.js").Step> }} Known
 */

import { findWrong } from "../checklists/checking.js";
import { readDated } from "../checklists/days.js";
import { Filled } from "../checklists/filled.js";
import { PICTURED, readPictured } from "../checklists/photo_answers.js";
import { placeOf, splitPlace } from "../checklists/places.js";
import { shownText } from "../checklists/shown_text.js";
import { mostOf } from "../checklists/values.js";
import { keyOf } from "../place_key.js";

const TYPED = ["number", "short_text", "long_text", "scanned_code", "date", "time", "date_time"];
const SEVERAL = ["choice", ...PICTURED];
const SILENT = ["information", "group", "repeating_group", "row"];
const MOST_TRIED = 64;

/** What was evaluated of the visit that was drawn last: at a tap only what depends on it is evaluated. */
/** @type {{ visit_id: string, checklist_id: string, filled: Filled, said: Map<string, string> } | null} */
let last = null;

/** Of the visit that was drawn last. */
export const evaluations = () => last?.filled.evaluations ?? 0;

/** The next is evaluated whole. */
export function forgetDrawn() {
  last = null;
}

/** @param {Published} published @param {import("../shapes.js").Visit} visit @param {string} now */
export function fill(published, visit, now) {
  const entries = new Map((visit.filled ?? []).map((entry) => [entry.place, entry]));
  const steps = new Map(visit.steps.flatMap((step) => (step.place ? [[step.place, step]] : [])));
  const { steps: asked } = published.definition;
  const groups = new Set(groupsIn(asked));
  const answers = new Map(
    [...entries].map(([place, entry]) => [place, standsAt(entry, groups.has(place.split("@")[0]))]),
  );
  for (const [place, { answer }] of steps) if (answer) answers.set(place, [answer]);
  const filled = evaluated(published, visit, answers, now);
  const known = { filled, entries, steps };
  const fields = fieldsOf(asked, [], 0, known);
  const alternatives = alternativesOf(known, groups);
  for (const settled of settlements(answers, alternatives)) {
    for (const [place, said] of settled) filled.answer(place, said);
    const others = fieldsOf(asked, [], 0, known).filter(({ is_shown }) => is_shown);
    const inSight = new Set(others.map(({ place }) => place));
    for (const field of fields) field.is_shown ||= inSight.has(field.place);
  }
  for (const place of alternatives.keys()) filled.answer(place, answers.get(place) ?? []);
  const seen = new Set(
    fields.filter(({ is_shown, kind }) => is_shown && kind !== "row").map(({ place }) => place),
  );
  const wanted = fields.filter(isAsked);
  const needed = wanted.filter(({ required }) => required);
  return {
    fields,
    beside: besideOf(
      [...entries.values()].filter(({ place, said, reason }) => !seen.has(place) && (said.length || reason)),
      outlineOf(asked, []),
      answers,
    ),
    has_pictures: fields.some(({ kind }) => PICTURED.includes(kind)),
    asked: wanted.length,
    answered: wanted.filter(({ entry }) => entry !== null).length,
    needed: needed.length,
    missing: needed.filter(({ entry }) => entry === null).map(({ label }) => label),
    hidden: [...steps].filter(([place]) => !seen.has(place)).map(([, { id }]) => id),
  };
}

/** @param {Published} published @param {import("../shapes.js").Visit} visit @param {Map<string, any[]>} answers @param {string} now */
function evaluated(published, { visit_id, checklist }, answers, now) {
  const moment = /** @type {import("../checklists/days.js").Dated} */ (readDated("date_time", now));
  const said = new Map([...answers].map(([place, list]) => [place, JSON.stringify(list)]));
  if (last?.visit_id !== visit_id || last.checklist_id !== checklist.id) {
    const filled = new Filled(published, Object.fromEntries(answers), moment);
    last = { visit_id, checklist_id: checklist.id ?? "", filled, said };
    return filled;
  }
  const { filled, said: before } = last;
  for (const place of new Set([...before.keys(), ...said.keys()]))
    if (before.get(place) !== said.get(place)) filled.answer(place, answers.get(place) ?? []);
  filled.tick(moment);
  last.said = said;
  return filled;
}

/** @param {Step[]} steps @returns {string[]} */
const groupsIn = (steps) =>
  steps.flatMap(({ id, kind, steps: inner = [] }) => [
    ...(kind === "repeating_group" ? [id] : []),
    ...groupsIn(inner),
  ]);

/** @param {Entry} entry @param {boolean} isRows @returns {any[]} */
export function standsAt(entry, isRows) {
  const rows = isRows ? entry.differing.flatMap(({ said }) => said) : [];
  return rows.length ? [...new Set(rows)] : entry.said;
}

/** @param {Known} known @param {Set<string>} groups @returns {Map<string, any[][]>} */
function alternativesOf({ entries, steps }, groups) {
  const found = new Map(
    [...entries]
      .filter(([place]) => !groups.has(place.split("@")[0]))
      .map(([place, { differing }]) => [place, differing.map(({ said }) => said)]),
  );
  for (const [place, { differing = [] }] of steps)
    found.set(
      place,
      differing.map(({ answer }) => [answer]),
    );
  return new Map([...found].filter(([, said]) => said.length));
}

/** @param {Map<string, any[]>} stands @param {Map<string, any[][]>} alternatives @returns {[string, any[]][][]} */
function settlements(stands, alternatives) {
  if (!alternatives.size) return [];
  const all = [...alternatives];
  if (all.reduce((ways, [, said]) => ways * said.length, 1) <= MOST_TRIED)
    return all.reduce(
      (ways, [place, said]) =>
        ways.flatMap((way) => said.map((one) => [...way, /** @type {[string, any[]]} */ ([place, one])])),
      /** @type {[string, any[]][][]} */ ([[]]),
    );
  const standing = all.map(([place]) => /** @type {[string, any[]]} */ ([place, stands.get(place) ?? []]));
  return all.flatMap(([place, said]) =>
    said.map((one) => [...standing, /** @type {[string, any[]]} */ ([place, one])]),
  );
}

/** @param {Step[]} steps @param {string[]} rows @param {number} level @param {Known} known @returns {Field[]} */
function fieldsOf(steps, rows, level, known) {
  return steps.flatMap((step) => {
    const field = fieldOf(step, rows, level, known);
    const inner = step.steps ?? [];
    if (step.kind === "group") return [field, ...fieldsOf(inner, rows, level + 1, known)];
    if (step.kind !== "repeating_group") return [field];
    return [
      field,
      ...field.rows.flatMap((/** @type {string} */ row, /** @type {number} */ place) => [
        rowOf(field, row, place + 1),
        ...fieldsOf(inner, [...rows, row], level + 1, known),
      ]),
    ];
  });
}

/** @param {Step} step @param {string[]} rows @param {number} level @param {Known} known @returns {Field} */
function fieldOf(step, rows, level, { filled, entries, steps }) {
  const place = placeOf(step.id, rows);
  const entry = entries.get(place);
  const isCalculated = step.calculated !== undefined;
  const isRows = step.kind === "repeating_group";
  const said = isCalculated ? filled.values(place) : entry ? standsAt(entry, isRows) : [];
  const groupRows = isRows ? said.map(String) : [];
  const most = mostOf(step);
  return {
    place,
    key: keyOf(place),
    kind: step.kind,
    label: step.label,
    help: step.help ?? "",
    unit: step.unit ?? "",
    level: Math.min(level, 3),
    is_shown: filled.isShown(place) && !step.hidden,
    conditional: filled.isConditional(step.id),
    required: step.required ?? false,
    read_only: step.read_only || isCalculated,
    step: steps.get(place) ?? null,
    many: SEVERAL.includes(step.kind) && most !== 1,
    options: optionsOf(step, place, said, filled),
    has_other: step.other ?? false,
    other: said.find((one) => typeof one === "object")?.other ?? "",
    texts: isRows ? [] : said.map((one) => shownText(step, one)),
    pictured: picturedOf(step, said),
    stands: JSON.stringify(said),
    typed: TYPED.includes(step.kind) ? typedOf(step, said, place, filled) : "",
    rows: groupRows,
    may_grow: most === null || groupRows.length < most,
    row: "",
    number: 0,
    entry: entry ? entryOf(step, entry) : null,
    wrong: isCalculated || !said.length ? [] : findWrong(step, said, filled.patterns),
    limits: limitsOf(step),
    messages: said.length ? brokenOf(step, place, filled) : [],
  };
}

/** @param {Field} group @param {string} row @param {number} number @returns {Field} */
function rowOf(group, row, number) {
  const place = `${group.place}:${row}`;
  const told = { place, key: keyOf(place), kind: "row", row, number, entry: null };
  return { ...group, ...told, step: null, wrong: [], messages: [] };
}

/** @param {Step} step @param {string} place @param {any[]} said @param {Filled} filled */
function optionsOf({ options = [] }, place, said, filled) {
  const offered = [...filled.result("options", place)];
  return options
    .map((option) => ({ option, isOffered: option.shown_when === undefined || offered.shift() === true }))
    .filter(({ option, isOffered }) => isOffered || said.includes(option.value))
    .map(({ option: { value, label } }) => ({ value, label, is_chosen: said.includes(value) }));
}

/** @param {Step} step @param {any[]} said @param {string} place @param {Filled} filled */
function typedOf(step, said, place, filled) {
  const stands = said.length ? said : filled.first(place);
  const text = stands.length ? String(stands[0]) : "";
  return step.kind === "number" ? text.replace(".", ",") : text;
}

/** @param {Step} step @param {Entry} entry */
function entryOf(step, entry) {
  const beside = step.kind === "repeating_group" ? [] : entry.differing;
  return {
    reason: entry.reason,
    at: entry.answered_at,
    received_at: entry.answered_received_at,
    by: entry.answered_by,
    waiting_since: entry.waiting_since,
    differing: beside.map((one) => saidOf(step, one)),
    earlier: (entry.earlier ?? []).map((one) => saidOf(step, one)),
  };
}

/** @param {Step} step @param {Entry["differing"][0]} one */
const saidOf = (step, { said, reason, at, by }) => ({
  texts: said.map((value) => shownText(step, value)),
  pictured: picturedOf(step, said),
  reason,
  at,
  by,
});

/** @param {Step} step @param {any[]} said */
const picturedOf = (step, said) =>
  PICTURED.includes(step.kind)
    ? said.flatMap((one) => {
        const found = readPictured(one);
        return found ? [{ said: one, ...found }] : [];
      })
    : [];

/** @param {Step[]} steps @param {Step[]} repeats @returns {Map<string, { step: Step, repeats: Step[] }>} */
const outlineOf = (steps, repeats) =>
  new Map(
    steps.flatMap((step) => {
      const inner = step.kind === "repeating_group" ? [...repeats, step] : repeats;
      return [[step.id, { step, repeats }], ...outlineOf(step.steps ?? [], inner)];
    }),
  );

/** @param {Entry[]} entries @param {ReturnType<typeof outlineOf>} outline @param {Map<string, any[]>} answers */
function besideOf(entries, outline, answers) {
  /** @type {Map<string, string[]>} */
  const gone = new Map();
  return entries.flatMap(({ place, said, reason, answered_at, answered_by }) => {
    const [stepId, rows] = splitPlace(place);
    const { step, repeats } = outline.get(stepId) ?? { step: null, repeats: [] };
    if (step?.kind === "repeating_group") return [];
    const texts = said.map((one) =>
      step ? shownText(step, one) : String(typeof one === "object" ? one.other : one),
    );
    const about = { label: step?.label ?? stepId, kind: step?.kind ?? "short_text", unit: step?.unit ?? "" };
    const row = rowAround(repeats.at(-1), rows, answers, gone);
    const pictured = step ? picturedOf(step, said) : [];
    return [{ ...about, ...row, texts, pictured, reason, at: answered_at, by: answered_by }];
  });
}

/** @param {Step | undefined} group @param {string[]} rows @param {Map<string, any[]>} answers @param {Map<string, string[]>} gone */
function rowAround(group, rows, answers, gone) {
  const row = rows.at(-1);
  if (!group || !row) return { group: "", number: 0, is_gone: false };
  const around = placeOf(group.id, rows.slice(0, -1));
  const standing = answers.get(around) ?? [];
  if (standing.includes(row))
    return { group: group.label, number: standing.indexOf(row) + 1, is_gone: false };
  const among = gone.get(around) ?? [];
  gone.set(around, among.includes(row) ? among : [...among, row]);
  return { group: group.label, number: (gone.get(around) ?? []).indexOf(row) + 1, is_gone: true };
}

/** @param {Step} step */
function limitsOf(step) {
  const limits = (["number", "date", "time"].includes(step.kind) && step.limits) || {};
  return {
    least: shownText(step, limits.least ?? ""),
    most: shownText(step, limits.most ?? ""),
    decimals: limits.decimals ?? 0,
  };
}

/** @param {Field} field */
const isAsked = ({ is_shown, read_only, step, kind }) =>
  is_shown && !read_only && step === null && !SILENT.includes(kind);

/** @param {Step} step @param {string} place @param {Filled} filled */
function brokenOf({ valid_when = [] }, place, filled) {
  const holds = filled.result("valid", place);
  return valid_when.flatMap(({ message }, at) => (holds[at] === false && message ? [message] : []));
}
