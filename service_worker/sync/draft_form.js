/**
 * Knows what change a draft would become, and about whom; stores nothing.
 *
 * @typedef {import("../shapes.js").DraftRow} DraftRow
 * @typedef {import("../shapes.js").Typed} Typed
 */

import { isReadableDraft } from "../wire.js";
import { withAsked } from "./asked.js";

export const VISITS = IDBKeyRange.bound("visit-", "visit-\uffff");

/** Whether it still asks for something: to be saved, or discarded. @param {DraftRow} row */
export const isOpen = (row) => isReadableDraft(row) && !row.discarded_at && row.text.trim() !== "";

/** Which field of which page it was typed in: `data-draft`. @param {DraftRow} row */
export const fieldOf = ({ field, key }) => field ?? key;

/** What change it would become, and about whom. @param {any} tx @param {Typed} typed @param {DraftRow} [before] */
export async function form(tx, { field, name, args }, before) {
  if (!name || !args)
    return before?.name
      ? {}
      : derived(field, tx.isVaultLocked ? [] : await tx.objectStore("document").getAll(VISITS));
  const visit = tx.isVaultLocked ? undefined : await tx.objectStore("document").get(`visit-${args.visit_id}`);
  const known = (visit ? aboutOf(visit.body, args) : before?.about) ?? aboutOf(null, args);
  const label = known.label || before?.about?.label || "";
  const about = name === "fill_in" ? await withAsked(tx, { ...known, label }, args) : known;
  return { name, args, visit_id: args.visit_id ?? "", about };
}

/** Whose visit it is about, so that it can be told when the document is gone. @param {any} visit its document, if it is here @param {import("../shapes.js").Args} args @returns {import("../shapes.js").About} */
export function aboutOf(visit, args) {
  const step = visit?.steps?.find((/** @type {{ id: string }} */ each) => each.id === args.step_id);
  return {
    visit_id: args.visit_id ?? "",
    citizen: visit?.citizen?.name ?? "",
    starts_at: visit?.starts_at ?? null,
    label: step?.label ?? "",
  };
}

/**
 * What an older app's draft would become, by the name of its field and the documents that are here.
 * @param {string} field
 * @param {import("../shapes.js").StoredDocument[]} documents
 */
export function derived(field, documents) {
  const [, kind = "", id] = /^(deviation-|reason-)?(.*)$/.exec(field) ?? [];
  const bodies = documents.map(({ body }) => body);
  const ofStep = (/** @type {any} */ visit) => visit.steps?.some((/** @type {any} */ each) => each.id === id);
  const ofNote = (/** @type {any} */ visit) => visit.notes?.some((/** @type {any} */ each) => each.id === id);
  const noted = kind ? undefined : bodies.find(ofNote);
  const visit =
    kind === "reason-" ? bodies.find(ofStep) : (noted ?? bodies.find((each) => each.visit_id === id));
  const visit_id = visit?.visit_id ?? (kind === "reason-" ? "" : id);
  const [name, args] = /** @type {Record<string, [string, import("../shapes.js").Args]>} */ ({
    "deviation-": ["report_deviation", { visit_id }],
    "reason-": ["answer_step", { visit_id, step_id: id, answer: "not_done" }],
    "": noted ? ["correct_note", { visit_id, corrects: id }] : ["write_note", { visit_id }],
  })[kind];
  return { name, args, visit_id, about: aboutOf(visit, args) };
}
