/**
 * Knows which words a change takes out of the record, and makes them half-written again: whoever undoes has not thrown
 * away what she wrote. Knows nothing about pages.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("./outbox.js").NewChange} NewChange
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 */

import { keepAgain } from "./drafts.js";

/** Reasons that are given with one tap: nobody has written them. As in templates/carer/_answers.html. */
export const TAPPED_REASONS = ["Ville ikke", "For træt eller syg", "Ikke tid", "Noget manglede"];

/**
 * In the transaction that stores the change.
 * @param {any} tx over `outbox`, `delivered` and DRAFT_STORES
 * @param {Phone} phone
 * @param {NewChange} change
 */
export async function keepUndoneWords(tx, phone, change) {
  if (tx.isVaultLocked) return;
  const { visit_id } = change.args;
  const isRemoved = change.name === "answer_step" && change.args.answer === null;
  if (!visit_id || !(isRemoved || change.name === "take_back")) return;
  const document = await tx.objectStore("document").get(`visit-${visit_id}`);
  const words = await (isRemoved ? findReason : findAdded)(tx, phone, change, document?.body);
  if (!words?.text) return;
  await keepAgain(tx, phone, { ...words, version: document?.version ?? 0, undone_by: change.id });
}

/**
 * What was added to a visit with words in it: where it stands in the visit's document, since when and by whom, and what its
 * button said. @typedef {{ list: string, at: string, by: string, field: string, button: string }} Added
 * @type {Record<string, Added>}
 */
const ADDED = {
  report_deviation: {
    list: "deviations",
    at: "reported_at",
    by: "reported_by",
    field: "deviation",
    button: "kind",
  },
  report_observation: {
    list: "observations",
    at: "observed_at",
    by: "observed_by",
    field: "observation",
    button: "area",
  },
};

/** @param {any} tx @param {Phone} phone @param {NewChange} change @param {any} visit its document, if it is here */
async function findAdded(tx, { person }, { args: { visit_id, change_id } }, visit) {
  const isIt = (/** @type {{ id: string }} */ { id }) => id === change_id;
  const row = (await listMade(tx)).find(isIt);
  for (const [name, { list, at, by, field, button }] of Object.entries(ADDED)) {
    const known = visit?.[list]?.find(isIt);
    const made = known?.[by].id === person ? { at: known[at], args: known } : row?.name === name ? row : null;
    // What somebody has taken up stays, and its words with it.
    if (!made || known?.taken_at || known?.done_at || known?.colour) continue;
    const args = { visit_id, [button]: made.args[button] };
    return { field: `${field}-${visit_id}`, text: made.args.text ?? "", at: made.at, name, args };
  }
  return null;
}

/** @param {any} tx @param {Phone} phone @param {NewChange} change @param {any} visit */
async function findReason(tx, { person }, { id: undoing, args: { visit_id, step_id } }, visit) {
  const heard = (await tx.objectStore("fact").get("heard_at")) ?? "";
  const row = (await listMade(tx)).findLast(
    ({ id, name, args, delivered_at = "9" }) =>
      id !== undoing && name === "answer_step" && args.step_id === step_id && delivered_at > heard,
  );
  const step = visit?.steps?.find((/** @type {{ id: string }} */ { id }) => id === step_id);
  const known =
    step?.answered_by?.id === person ? { at: step.answered_at, args: { reason: step.reason } } : null;
  const made = row ?? known;
  if (!made || TAPPED_REASONS.includes(made.args.reason ?? "")) return null;
  return {
    field: `reason-${step_id}`,
    text: made.args.reason ?? "",
    at: made.at,
    name: "answer_step",
    args: { visit_id, step_id, answer: "not_done" },
  };
}

/** What was done on this phone and can be read, in order of n. @param {any} tx @returns {Promise<WaitingChange[]>} */
async function listMade(tx) {
  const rows = await Promise.all(["delivered", "outbox"].map((name) => tx.objectStore(name).getAll()));
  return rows
    .flat()
    .filter((/** @type {WaitingChange} */ { args }) => args)
    .sort((a, b) => a.n - b.n);
}
