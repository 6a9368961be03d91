/**
 * Reads the rows that a page is made of from the phone's store, in one transaction. Knows stores and days; knows no page, and
 * nothing of what waits being laid over them.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").StoredDocument} StoredDocument
 *
 * @typedef {{ day?: string, visit?: string, alone?: true, guides?: true }} Wanted what a page shows besides the state: the
 *   visits of a day ("today" is the phone's own, with the nights around it), those around one visit, that visit alone, or the guides
 */

import { unsentWords } from "../sync/unsent_words.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { Locked } from "../vault/vault.js";
import { citizenOf } from "./citizen.js";
import { dayAfter, dayBefore, dayOf } from "./days.js";

const GUIDES = IDBKeyRange.bound("guide-", "guide-\uffff");
/** Where a page is read from. */
export const STORES = ["document", "outbox", "attention", "draft", "fact", "media", "delivered", "photo"];

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
    store("photo").getAll(),
  ]);
  const facts = Object.fromEntries(
    names.map((/** @type {string} */ name, /** @type {number} */ i) => [name, values[i]]),
  );
  const left = await listLeft(store("document"), facts);
  rest.push(await listBehind(store("delivered"), facts, left));
  if (wanted.alone)
    return [
      facts,
      alone ? [alone] : [],
      false,
      ...rest,
      ...(await besides(store("document"), alone, [alone])),
    ];
  const day = await dayWanted(store("document"), wanted, nowOf(phone, facts));
  const days = day && daysRead(day, dayOf(nowOf(phone, facts)));
  const onDays = (days ? await store("document").index("on_day").getAll(days) : []).filter(isVisit);
  const read = new Set(onDays.map((/** @type {StoredDocument} */ { id }) => id));
  const visits = [...onDays, ...(day ? left.filter(({ id }) => !read.has(id)) : [])];
  const named = wanted.visit && visits.find(({ id }) => id === `visit-${wanted.visit}`);
  return [
    facts,
    visits,
    true,
    ...rest,
    ...(await besides(store("document"), named, named ? [named] : visits)),
  ];
}

/** Whatever else says a day. @param {StoredDocument} document */
const isVisit = ({ id }) => id.startsWith("visit-");

/**
 * What a visit's checklist asks for, and what is told of those who are visited.
 * @param {any} documents @param {StoredDocument | undefined} named @param {(StoredDocument | undefined)[]} visits
 */
async function besides(documents, named, visits) {
  const ids = new Set(
    visits.flatMap((visit) => {
      const body = /** @type {any} */ (visit?.body);
      return body?.citizen && body.team ? [citizenOf(body)] : [];
    }),
  );
  const [definition, ...citizens] = await Promise.all([
    definitionOf(documents, named),
    ...[...ids].map((id) => documents.get(id)),
  ]);
  return [definition, citizens.filter(Boolean)];
}

/** What a visit's checklist asks for beside who did it, where it does and that has come. @param {any} documents @param {StoredDocument | undefined} visit */
async function definitionOf(documents, visit) {
  const id = visit?.body?.checklist?.id;
  return (id && (await documents.get(`checklist-${id}`))) || null;
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

/** @type {(documents: any, wanted: Wanted, now: string) => Promise<string | undefined>} */
async function dayWanted(documents, wanted, now) {
  if (wanted.visit) return (await documents.get(`visit-${wanted.visit}`))?.body.day;
  return wanted.day === "today" ? dayOf(now) : wanted.day;
}

/** A day with the nights around it, and today with its own: after a visit of a day that is over comes one of today's. @param {string} day @param {string} today */
const daysRead = (day, today) => IDBKeyRange.bound(dayBefore(day), dayAfter(day < today ? today : day));

/** @param {Phone} phone @param {{ skew_ms?: number, heard_at?: string }} facts the last contact was not tomorrow */
export function nowOf(phone, facts) {
  const heard = Date.parse(facts.heard_at ?? "") || 0;
  return new Date(Math.max(phone.clock() + (facts.skew_ms ?? 0), heard)).toISOString();
}
