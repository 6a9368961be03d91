/**
 * Reads what a page needs from the phone's store, in one transaction, and lays what waits on top of it. Knows stores;
 * knows no page.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").StoredDocument} StoredDocument
 * @typedef {import("../shapes.js").Visit & { version: number, left_at: string | null, undated?: boolean }} ShownVisit
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 *
 * @typedef {{ day?: string, visit?: string, alone?: true, guides?: true }} Wanted what a page shows besides the state: the
 *   visits of a day ("today" is the phone's own, with the nights around it), those around one visit, that visit alone, or the guides
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
 * @property {number} undelivered how much only this phone has
 * @property {number} others how much other carers have left on this phone that waits
 * @property {string} now corrected by the skew
 * @property {string | null} heard_at
 * @property {string | null} phone_id
 * @property {[number, number][]} missing
 * @property {string} trouble why the last push was not taken, if the phone knows
 * @property {string[]} blocked ids of changes that somebody on the way does not let through
 * @property {boolean} is_vault whether it was taken from a vault, that can be locked
 * @property {boolean} isDay whether `visits` are all of their day
 */

import { isUndated, timeOf } from "../clock.js";
import { isUndelivered } from "../store/draft_rows.js";
import { unsentWords } from "../sync/drafts.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { Locked } from "../vault/vault.js";
import { dayAfter, dayBefore, dayOf } from "./days.js";
import { overlayPerson, overlayPlan, overlayVisit } from "./overlay.js";
import { inFields, listDiscarded, listUnsaved } from "./unsaved.js";

const GUIDES = IDBKeyRange.bound("guide-", "guide-\uffff");
/** Where a page is read from. */
export const STORES = ["document", "outbox", "attention", "draft", "fact", "media", "delivered"];

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

/**
 * A visit as the server last sent it, without what waits, and which day it is now: a question about a day needs no more.
 * @param {Phone} phone
 * @param {string} visit
 * @returns {Promise<(StoredDocument & { today: string }) | null>} null where it is not here, or cannot be read
 */
export function readStored(phone, visit) {
  return transaction(phone.person, ["document", "fact"], "readonly", async (tx) => {
    if (tx.isVaultLocked) return null;
    const facts = tx.objectStore("fact");
    const [stored, skew_ms, heard_at] = await Promise.all([
      tx.objectStore("document").get(`visit-${visit}`),
      facts.get("skew_ms"),
      facts.get("heard_at"),
    ]);
    return stored ? { ...stored, today: dayOf(nowOf(phone, { skew_ms, heard_at })) } : null;
  });
}

/**
 * The rows that a page is made of, for `assemble`, read in a transaction over STORES. Throws Locked.
 * @param {any} tx
 * @param {Phone} phone
 * @param {Wanted} wanted
 */
export async function readRows(tx, phone, wanted) {
  if (tx.isVaultLocked) throw new Locked();
  const store = (/** @type {string} */ name) => tx.objectStore(name);
  const [names, values, alone, ...rest] = await Promise.all([
    store("fact").getAllKeys(),
    store("fact").getAll(),
    wanted.alone ? store("document").get(`visit-${wanted.visit}`) : undefined,
    store("outbox").getAll(),
    store("attention").getAll(),
    store("draft").getAll(),
    store("document").get(`person-${phone.person}`),
    store("document").get(`plan-${phone.person}`),
    store("document").get(unsentWords(phone.person)),
    store("document").get(`settled-${phone.person}`),
    wanted.guides ? store("document").getAll(GUIDES) : [],
    wanted.guides ? store("media").getAllKeys() : [],
  ]);
  const facts = Object.fromEntries(
    names.map((/** @type {string} */ name, /** @type {number} */ i) => [name, values[i]]),
  );
  const left = await listLeft(store("document"), facts);
  rest.push(await listBehind(store("delivered"), facts, left));
  if (wanted.alone) return [facts, alone ? [alone] : [], false, ...rest];
  const day = await dayWanted(store("document"), wanted, nowOf(phone, facts));
  const days = day && daysRead(day, dayOf(nowOf(phone, facts)));
  const onDays = days ? await store("document").index("on_day").getAll(days) : [];
  const read = new Set(onDays.map((/** @type {StoredDocument} */ { id }) => id));
  return [facts, [...onDays, ...(day ? left.filter(({ id }) => !read.has(id)) : [])], true, ...rest];
}

/**
 * The visits that have left the list and are here all the same.
 * @param {any} documents @param {{ left_visits?: string[] }} facts @returns {Promise<StoredDocument[]>}
 */
async function listLeft(documents, { left_visits = [] }) {
  const found = await Promise.all(left_visits.map((id) => documents.get(id)));
  return found.filter(Boolean);
}

/**
 * What was delivered since the documents came: while the phone was locked, or with more parts to follow. Until they come
 * a page is made of it, or what was done would look as if it were not. For a visit that has left the list none come any
 * more.
 * @param {any} delivered @param {{ heard_at?: string }} facts @param {StoredDocument[]} left
 */
async function listBehind(delivered, { heard_at }, left) {
  if (!heard_at) return [];
  const leftAt = new Map(left.map(({ id, left_at = heard_at }) => [id, left_at]));
  const since = [heard_at, ...leftAt.values()].reduce((a, b) => (a < b ? a : b));
  const found = await delivered.index("delivered_at").getAll(IDBKeyRange.lowerBound(since));
  return found.filter(
    (/** @type {any} */ { delivered_at, args }) =>
      delivered_at > heard_at || delivered_at >= (leftAt.get(`visit-${args?.visit_id}`) ?? "9"),
  );
}

/** The carer's language, or Danish when the store cannot say. @param {Phone} phone @returns {Promise<string>} */
export function languageOf(phone) {
  return readPageData(phone, {}).then(
    (data) => data.person.language,
    () => "da",
  );
}

/** @type {(documents: any, wanted: Wanted, now: string) => Promise<string | undefined>} */
async function dayWanted(documents, wanted, now) {
  if (wanted.visit) return (await documents.get(`visit-${wanted.visit}`))?.body.day;
  return wanted.day === "today" ? dayOf(now) : wanted.day;
}

/** A day with the nights around it, and today with its own: after a visit of a day that is over comes one of today's. @param {string} day @param {string} today */
const daysRead = (day, today) => IDBKeyRange.bound(dayBefore(day), dayAfter(day < today ? today : day));

/** @param {Phone} phone @param {{ skew_ms?: number, heard_at?: string }} facts the last contact was not tomorrow */
function nowOf(phone, facts) {
  const heard = Date.parse(facts.heard_at ?? "") || 0;
  return new Date(Math.max(phone.clock() + (facts.skew_ms ?? 0), heard)).toISOString();
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
    behind,
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
    undelivered: waiting.length + drafts.filter(isUndelivered(facts.draft_heard)).length,
    others: facts.others_wait ?? 0,
    now,
    heard_at: facts.heard_at ?? null,
    phone_id: facts.phone_id ?? null,
    missing: facts.missing ?? [],
    trouble: facts.trouble ?? "",
    blocked: facts.push_limit?.blocked ?? [],
    is_vault: Boolean(facts.vault),
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
