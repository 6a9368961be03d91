/**
 * Makes what a page is drawn from of the rows that were read, and lays what waits on top of them. Knows no page and, but for
 * the transaction, no store.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").StoredDocument} StoredDocument
 * @typedef {import("../shapes.js").Visit & { version: number, left_at: string | null, undated?: boolean }} ShownVisit
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 *
 * @typedef {import("./page_rows.js").Wanted} Wanted
 *
 * @typedef {object} PageData
 * @property {import("../shapes.js").PersonBody} person
 * @property {import("../shapes.js").PlanChange[]} planChanges not seen yet, as they happened
 * @property {ShownVisit[]} visits by (starts_at, visit_id)
 * @property {import("../shapes.js").Guide[]} guides by title
 * @property {WaitingChange[]} waiting in order of n, with corrected times
 * @property {import("../shapes.js").AttentionRow[]} attention in order of n, with corrected times
 * @property {{ id: string, at: string, by: import("../shapes.js").Person }[]} settled what of it a leader has dealt with
 * @property {Record<string, import("../shapes.js").DraftRow>} drafts what each field has in it
 * @property {import("./unsaved.js").Unsaved[]} unsaved half-written words, the newest first
 * @property {import("../shapes.js").DraftRow[]} discarded
 * @property {import("../photos/photo_store.js").PhotoRow[]} photos that the server has not got
 * @property {number} undelivered how much only this phone has
 * @property {number} others how much other carers have left on this phone that waits
 * @property {string} now corrected by the skew
 * @property {number} skew_ms that the server's clock is ahead
 * @property {string | null} heard_at
 * @property {string | null} phone_id
 * @property {[number, number][]} missing
 * @property {string} trouble why the last push was not taken, if the phone knows
 * @property {string[]} blocked ids of changes that somebody on the way does not let through
 * @property {boolean} is_vault whether it was taken from a vault, that can be locked
 * @property {(import("../checklists/shapes.js").Published & { checklist_id: string }) | null} definition of the checklist of the visit that is shown alone
 * @property {Record<string, import("../shapes.js").CitizenBody>} citizens what is told of those who are visited, by their documents' ids
 * @property {boolean} isDay whether `visits` are all of their day
 */

import { isUndated, timeOf } from "../clock.js";
import { isUndelivered } from "../store/draft_rows.js";
import { isUnsent } from "../store/photo_rows.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { overlayPerson, overlayPlan, overlayVisit } from "./overlay.js";
import { nowOf, readRows, STORES } from "./page_rows.js";
import { inFields, listDiscarded, listUnsaved } from "./unsaved.js";

/** What is shown of a change that only the server can open any more. */
const UNREADABLE = {
  name: "",
  args: {},
  about: { visit_id: "", citizen: "", starts_at: null, label: "" },
};

/** Most carers' plans never change. @type {import("../shapes.js").PlanBody} */
const NOTHING_TOLD = { plan_changes: [] };

/**
 * Throws Locked.
 * @param {Phone} phone
 * @param {Wanted} wanted
 * @returns {Promise<PageData>}
 */
export async function readPageData(phone, wanted) {
  const read = (/** @type {any} */ tx) => readRows(tx, phone, wanted);
  return assemble(phone, await transaction(phone.person, STORES, "readonly", read));
}

/** The carer's language, or Danish when the store cannot say. @param {Phone} phone @returns {Promise<string>} */
export function languageOf(phone) {
  return readPageData(phone, {}).then(
    (data) => data.person.language,
    () => "da",
  );
}

/**
 * The steps that "all as planned" leaves alone: those that it would answer, and whose reason is half-written. As
 * templates/carer/_progress.html counts them.
 * @param {Phone} phone
 * @param {Wanted} wanted a visit alone
 */
export function leftByPlan(phone, wanted) {
  return async (/** @type {any} */ tx) => {
    if (tx.isVaultLocked) return [];
    const { visits, drafts } = assemble(phone, await readRows(tx, phone, wanted));
    const steps = visits[0]?.steps ?? [];
    const left = steps.filter(
      ({ id, answer, by_itself }) => answer === null && !by_itself && drafts[`reason-${id}`],
    );
    return left.map(({ id }) => id);
  };
}

/**
 * What a page is made of, also as it would be without one of the changes that wait.
 * @param {Phone} phone
 * @param {any[]} rows
 * @param {string} [without] a change's id
 * @returns {PageData}
 */
export function assemble(
  phone,
  [
    facts,
    visits,
    isDay,
    allWaiting,
    attention,
    allDrafts,
    person,
    plan,
    unsent,
    settled,
    guides,
    verified,
    photos,
    behind,
    definition,
    citizens = [],
  ],
  without,
) {
  const drafts = allDrafts.filter(
    (/** @type {import("../shapes.js").DraftRow} */ { undone_by }) => !undone_by || undone_by !== without,
  );
  const now = nowOf(phone, facts);
  const shownAt = (/** @type {any} */ row) => ({
    ...UNREADABLE,
    ...row,
    at: timeOf(facts.clock, facts.skew_ms ?? 0, Date.parse(now), row),
    undated: !row.delivered_at && isUndated(facts.clock, Date.parse(now), row),
  });
  const outbox = allWaiting.filter((/** @type {WaitingChange} */ { id }) => id !== without);
  const refused = new Set(attention.map((/** @type {WaitingChange} */ { id }) => id));
  const applied = behind.filter((/** @type {WaitingChange} */ { id }) => !refused.has(id));
  /** @type {WaitingChange[]} */
  const made = inOrder([...applied, ...outbox].sort(byNumber).map(shownAt));
  const waiting = made.filter(({ delivered_at }) => !delivered_at);
  const stored = person?.body ?? { person_id: phone.person, name: "", language: "da", teams: [] };
  const me = { id: stored.person_id, name: stored.name };
  const present = new Set(verified);
  return {
    person: overlayPerson(stored, made),
    planChanges: overlayPlan(plan?.body ?? NOTHING_TOLD, made).plan_changes,
    visits: visits.map((/** @type {StoredDocument} */ document) => shown(document, made, me)).sort(byStart),
    guides: guides
      .map((/** @type {StoredDocument} */ document) => ready(document, present, facts.heard_at))
      .sort(byTitle),
    waiting,
    attention: attention.map(shownAt).sort(byNumber),
    settled: settled?.body.settled ?? [],
    drafts: inFields(drafts),
    unsaved: listUnsaved({
      rows: drafts,
      gone: facts.draft_gone ?? [],
      listed: unsent?.body.drafts ?? [],
      phone_id: facts.phone_id,
    }),
    discarded: listDiscarded(drafts),
    photos: photos.filter(isUnsent),
    undelivered:
      photos.filter(isUnsent).length +
      waiting.length +
      drafts.filter(isUndelivered(facts.draft_heard)).length,
    others: facts.others_wait ?? 0,
    now,
    skew_ms: facts.skew_ms ?? 0,
    heard_at: facts.heard_at ?? null,
    phone_id: facts.phone_id ?? null,
    missing: facts.missing ?? [],
    trouble: facts.trouble ?? "",
    blocked: facts.push_limit?.blocked ?? [],
    is_vault: Boolean(facts.vault),
    definition: definition?.body ?? null,
    citizens: Object.fromEntries(citizens.map((/** @type {StoredDocument} */ { id, body }) => [id, body])),
    isDay,
  };
}

/**
 * What was done later is not shown as earlier, though the clock was set back in between: it would lie under what it was
 * to change.
 * @param {WaitingChange[]} changes by n
 */
function inOrder(changes) {
  let latest = "";
  return changes.map((change) => {
    if (!change.clock || change.clock.run < 0) return change;
    latest = change.at > latest ? change.at : latest;
    return { ...change, at: latest };
  });
}

/**
 * A broken document is left as it is: its own page says so, and the rest of the day goes on.
 * @type {(document: StoredDocument, waiting: WaitingChange[], me: import("../shapes.js").Person) => ShownVisit}
 */
function shown({ version, body, left_at = null }, waiting, me) {
  const visit = /** @type {import("../shapes.js").Visit} */ (body);
  const mine = waiting.filter((change) => change.args.visit_id === visit.visit_id);
  try {
    return { ...overlayVisit(visit, mine, me, version), version, left_at, undated: mine.some(isOfNoDate) };
  } catch (error) {
    console.error(error);
    return { ...visit, version, left_at, waiting: mine.length };
  }
}

/** @param {any} change */
const isOfNoDate = ({ undated }) => undated;

/** A guide is ready when every byte of every picture has been checked. @type {(document: StoredDocument, present: Set<string>, heard_at: string) => import("../shapes.js").Guide} */
function ready({ body }, present, heard_at) {
  const guide = /** @type {import("../shapes.js").Guide} */ (body);
  return { ...guide, ready_at: guide.media?.every((file) => present.has(file.sha256)) ? heard_at : null };
}

/** @type {(a: ShownVisit, b: ShownVisit) => number} */
const byStart = (a, b) => (`${a.starts_at} ${a.visit_id}` < `${b.starts_at} ${b.visit_id}` ? -1 : 1);
/** @type {(a: { title: string }, b: { title: string }) => number} */
const byTitle = (a, b) => (a.title < b.title ? -1 : 1);
/** @type {(a: { n: number }, b: { n: number }) => number} */
const byNumber = (a, b) => a.n - b.n;
