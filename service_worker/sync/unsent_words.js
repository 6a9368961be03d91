/**
 * Knows what the carer has half-written elsewhere, as the server tells it; knows none of what is written here.
 *
 * @typedef {import("./draft_numbers.js").Gone} Gone
 */

import { aboutOf } from "./draft_form.js";

/** Where among the documents it lies what the carer has half-written elsewhere. @param {string} person */
export const unsentWords = (person) => `unsent-${person}`;
/** @param {string} id */
export const isUnsentWords = (id) => id.startsWith("unsent-");

/**
 * What the phone tells of it: which list it knows, and up to which number its own drafts are not on it any more. Nothing
 * to a server that knows of no drafts.
 * @param {any} tx over DRAFT_STORES
 * @param {string} person
 * @returns {Promise<{ digest: string, floor: number } | undefined>}
 */
export async function unsentKnown(tx, person) {
  const facts = tx.objectStore("fact");
  const [heard, floor = 0] = await Promise.all([facts.get("draft_heard"), facts.get("draft_floor")]);
  if (typeof heard !== "number") return undefined;
  return { digest: (await tx.objectStore("document").get(unsentWords(person)))?.version ?? "", floor };
}

/**
 * All of what the carer has half-written elsewhere, when it is another list than before.
 * @param {any} tx over DRAFT_STORES, unlocked
 * @param {string} person
 * @param {import("./exchange.js").Answer} answer
 * @returns {Promise<number>} whether something came
 */
export async function storeUnsent(tx, person, { unsent }) {
  const [facts, documents] = [tx.objectStore("fact"), tx.objectStore("document")];
  const id = unsentWords(person);
  if (unsent) {
    const drafts = await Promise.all(unsent.drafts.map((draft) => named(documents, draft)));
    await documents.put({ id, version: unsent.digest, day: null, body: { drafts } });
    await dropSettled(tx.objectStore("draft"), unsent.settled ?? []);
  }
  const listed = new Set(
    (await documents.get(id))?.body.drafts.map((/** @type {{ id: string }} */ draft) => draft.id),
  );
  // What was settled here is remembered for as long as it is still listed.
  const [heard = 0, gone = []] = await Promise.all([facts.get("draft_heard"), facts.get("draft_gone")]);
  const kept = gone.filter((/** @type {Gone} */ { id, dn }) => dn > heard || listed.has(id));
  if (kept.length < gone.length) await facts.put(kept, "draft_gone");
  return unsent ? 1 : 0;
}

/** What was written on a phone that was locked does not say about whom; the visit says it. @param {any} documents @param {any} draft */
async function named(documents, draft) {
  const { about, args = {} } = draft;
  if (!args.visit_id || about?.citizen) return draft;
  const visit = await documents.get(`visit-${args.visit_id}`);
  return visit ? { ...draft, about: aboutOf(visit.body, args) } : draft;
}

/**
 * What was saved or discarded on another phone, or on the server's page, is not half-written here any more; unless it
 * was typed in since.
 * @param {any} drafts
 * @param {{ id: string, at: string }[]} settled
 */
async function dropSettled(drafts, settled) {
  const times = new Map(settled.map(({ id, at }) => [id, at]));
  if (!times.size) return;
  for (const { key, id, at } of await drafts.getAll())
    if (times.has(id) && times.get(id) === at) await drafts.delete(key);
}
