/**
 * Takes down from the phone's store what a page needs, in one transaction, and lays what waits on top of it. Knows
 * stores; knows no page.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 * @typedef {import("./shapes.js").StoredDocument} StoredDocument
 * @typedef {import("./shapes.js").Visit & { version: number }} ShownVisit
 * @typedef {import("./shapes.js").WaitingChange} WaitingChange
 *
 * @typedef {object} Shelf
 * @property {import("./shapes.js").PersonBody} person
 * @property {ShownVisit[]} visits by (starts_at, visit_id)
 * @property {import("./shapes.js").Guide[]} guides by title
 * @property {WaitingChange[]} waiting in order of n, with corrected times
 * @property {import("./shapes.js").AttentionRow[]} attention in order of n, with corrected times
 * @property {Record<string, string>} drafts
 * @property {string} now corrected by the skew
 * @property {string | null} heard_at
 * @property {string | null} phone_id
 * @property {[number, number][]} missing
 */

import { overlayPerson, overlayVisit } from "./changes.js";
import { corrected } from "./outbox.js";
import { carerDatabase, transaction } from "./store.js";

const STORES = ["document", "outbox", "attention", "draft", "fact", "media"];

/**
 * @param {Phone} phone
 * @param {"visits" | "guides" | "neither"} wanted what the page shows besides the state
 * @returns {Promise<Shelf>}
 */
export async function readShelf(phone, wanted) {
  const rows = await transaction(carerDatabase(phone.person), STORES, "readonly", async (tx) => {
    const store = (/** @type {string} */ name) => tx.objectStore(name);
    const [facts, names, ...rest] = await Promise.all([
      store("fact").getAll(),
      store("fact").getAllKeys(),
      store("outbox").getAll(),
      store("attention").getAll(),
      store("draft").getAll(),
      store("document").get(`person-${phone.person}`),
      wanted === "visits" ? store("document").getAll(kind("visit")) : [],
      wanted === "guides" ? store("document").getAll(kind("guide")) : [],
      wanted === "guides" ? store("media").getAllKeys() : [],
    ]);
    return [
      Object.fromEntries(
        names.map((/** @type {string} */ name, /** @type {number} */ i) => [name, facts[i]]),
      ),
      ...rest,
    ];
  });
  return lay(phone, rows);
}

/** The carer's language, or Danish when the store cannot say. @param {Phone} phone @returns {Promise<string>} */
export function languageOf(phone) {
  return readShelf(phone, "neither").then(
    (shelf) => shelf.person.language,
    () => "da",
  );
}

/**
 * @param {Phone} phone
 * @param {any[]} rows
 * @returns {Shelf}
 */
function lay(phone, [facts, outbox, attention, drafts, person, visits, guides, verified]) {
  const skew = facts.skew_ms ?? 0;
  /** @type {WaitingChange[]} */
  const waiting = outbox.map((/** @type {WaitingChange} */ change) => corrected(change, skew));
  const stored = person?.body ?? { person_id: phone.person, name: "", language: "da", teams: [] };
  const me = { id: stored.person_id, name: stored.name };
  const present = new Set(verified);
  return {
    person: overlayPerson(stored, waiting),
    visits: visits
      .map((/** @type {StoredDocument} */ document) => shown(document, waiting, me))
      .sort(byStart),
    guides: guides
      .map((/** @type {StoredDocument} */ document) => ready(document, present, facts.heard_at))
      .sort(byTitle),
    waiting,
    attention: attention.map((/** @type {WaitingChange} */ row) => corrected(row, skew)).sort(byNumber),
    drafts: Object.fromEntries(
      drafts.map((/** @type {{ key: string, text: string }} */ draft) => [draft.key, draft.text]),
    ),
    now: new Date(phone.clock() + skew).toISOString(),
    heard_at: facts.heard_at ?? null,
    phone_id: facts.phone_id ?? null,
    missing: facts.missing ?? [],
  };
}

/** @type {(document: StoredDocument, waiting: WaitingChange[], me: import("./shapes.js").Person) => ShownVisit} */
function shown({ version, body }, waiting, me) {
  const visit = /** @type {import("./shapes.js").Visit} */ (body);
  const mine = waiting.filter((change) => change.args.visit_id === visit.visit_id);
  return { ...overlayVisit(visit, mine, me), version };
}

/** A guide is ready when every byte of every picture has been checked. @type {(document: StoredDocument, present: Set<string>, heard_at: string) => import("./shapes.js").Guide} */
function ready({ body }, present, heard_at) {
  const guide = /** @type {import("./shapes.js").Guide} */ (body);
  return { ...guide, ready_at: guide.media.every((file) => present.has(file.sha256)) ? heard_at : null };
}

/** All documents of one kind. @param {string} name */
function kind(name) {
  return IDBKeyRange.bound(`${name}-`, `${name}-\uffff`);
}

/** @type {(a: ShownVisit, b: ShownVisit) => number} */
const byStart = (a, b) => (`${a.starts_at} ${a.visit_id}` < `${b.starts_at} ${b.visit_id}` ? -1 : 1);
/** @type {(a: { title: string }, b: { title: string }) => number} */
const byTitle = (a, b) => (a.title < b.title ? -1 : 1);
/** @type {(a: { n: number }, b: { n: number }) => number} */
const byNumber = (a, b) => a.n - b.n;
