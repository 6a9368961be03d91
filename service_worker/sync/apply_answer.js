/**
 * Stores what the server answered: fates, documents, the list of what this phone may have, all in one transaction or
 * not at all. Knows nothing about how it came.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").Sent} Sent
 * @typedef {import("./exchange.js").Answer} Answer
 * @typedef {import("./exchange.js").Fate} Fate
 */

import { readPictured } from "../checklists/photo_answers.js";
import { afterContact, isOld, readClock, settledSkew } from "../clock.js";
import { askAgain } from "../photos/photo_store.js";
import { isReady } from "../store/facts.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { findPolicy } from "../vault/policy.js";
import { stateOf } from "../vault/vault.js";
import { repeatedBy } from "../wire.js";
import { isOpen } from "./draft_form.js";
import { forgetDiscarded } from "./drafts.js";
import { heardDrafts } from "./drafts_to_send.js";
import { dropExpired, keepForResend, requeue } from "./resend_store.js";
import { isUnsentWords, storeUnsent } from "./unsent_words.js";

/** How a change can end. Anything else is a word of a newer server: the change stays until a newer app knows it. */
const ENDS = new Set(["applied", "refused", "held"]);

/**
 * The documents are news to the cursor that was sent: if another is stored since, or none, they are not kept.
 * @param {Phone} phone
 * @param {{ changes: Sent[], cursor: string | null, drafts?: import("./drafts_to_send.js").SentDrafts }} sent only these changes can be answered
 * @param {{ answer: Answer, skew: number }} heard
 * @param {boolean} mayRequeue whether what was delivered may wait again, should the server lack it
 * @returns {Promise<{ changed: boolean, left: number, back: number, carries: boolean, drafts: "all" | "lacks" | "asks" } | null>} how
 *   many left the outbox, how many came back to it, whether the documents were kept, and whether the server lacks drafts; null when the answer was another person's,
 *   and nothing was kept of it
 */
export async function applyAnswer(phone, sent, heard, mayRequeue) {
  const { answer, skew } = heard;
  if (!isFor(phone.person, answer)) return null;
  const stores = ["document", "outbox", "delivered", "attention", "draft", "fact", "photo"];
  const mayCarry = await mayStoreDocuments(phone.person);
  return transaction(phone.person, stores, "readwrite", async (tx) => {
    const left = await applyFates(tx, sent.changes, heard);
    const back = mayRequeue ? await requeue(tx, answer, skew) : 0;
    await dropExpired(tx, answer.now, phone.clock());
    const facts = tx.objectStore("fact");
    const settled = settledSkew(await facts.get("skew_ms"), skew);
    const clock = afterContact(readClock(await facts.get("clock"), phone.clock()), settled);
    await storeFacts(facts, { ...contactOf(phone, answer, settled), clock });
    await forgetDiscarded(tx, answer.now);
    const drafts = await heardDrafts(tx, sent, answer);
    const isEmptied = (await facts.get(cursorOf(tx))) !== sent.cursor;
    if (tx.isOnline && !isEmptied) {
      await storeFacts(facts, { [cursorOf(tx)]: answer.cursor, ...ownFacts(phone.person, answer) });
      // Not kept; whoever has the server's page open sees it all the same.
      const isNews = sent.cursor !== null && answer.documents.length > 0;
      return { left, back, drafts, carries: false, changed: left + back > 0 || isNews };
    }
    if (!mayCarry || tx.isVaultLocked || isEmptied)
      return { left, back, drafts, carries: false, changed: left + back > 0 };
    const came =
      (await storeDocuments(tx, phone.person, answer)) + (await storeUnsent(tx, phone.person, answer));
    const wasOld = isOld(await facts.get("heard_at"), answer.now);
    await storeFacts(facts, {
      cursor: answer.cursor,
      ...(isWholeDay(answer) ? { heard_at: answer.now } : {}),
    });
    return { left, back, drafts, carries: true, changed: wasOld || left + back + came > 0 };
  });
}

/**
 * What is called the cursor: whoever works with a network has one of her own, so that an answer brings what is new and not
 * the whole day, of which nothing is kept here.
 * @param {{ isOnline?: boolean }} tx
 */
export const cursorOf = ({ isOnline }) => (isOnline ? "online_cursor" : "cursor");

/** A part of the day is shown when the last part is here; whoever is given nothing has not been given a day. @param {Answer} answer */
const isWholeDay = ({ more, ended, order, closed }) => !(more || ended || order || closed);

/**
 * Whether documents may be stored: where there is to be a vault they wait for it. A phone that has not heard whether
 * there is, or of one that only a newer app can make, takes nothing new into its hand, and goes on with what it has.
 * @param {string} person
 */
async function mayStoreDocuments(person) {
  const state = await stateOf(person);
  return state === "open" || (state === "none" && ((await wantsNone()) || (await isReady(person))));
}

const wantsNone = async () => (await findPolicy())?.slots.length === 0;

/** @param {any} tx @param {string} person @param {Answer} answer @returns {Promise<number>} how many came and went */
async function storeDocuments(tx, person, answer) {
  const documents = tx.objectStore("document");
  await Promise.all(
    answer.documents.map((document) => documents.put({ ...document, day: document.body.day ?? null })),
  );
  await storeFacts(tx.objectStore("fact"), ownFacts(person, answer));
  return answer.documents.length + (await forgetOffList(tx, answer));
}

/** What the phone says of its carer while it is locked, or has no day of hers. @param {string} person @param {Answer} answer @returns {{ language?: string, initials?: string }} */
function ownFacts(person, { documents }) {
  const own = documents.find(({ id }) => id === `person-${person}`);
  return own ? { language: own.body.language, initials: initialsOf(own.body.name) } : {};
}

/** So long after a visit was started somebody may be there: a shift. */
const A_SHIFT = 12 * 60 * 60_000;

/**
 * The visits that somebody has written for and that is not dealt with: half-written, waiting, or turned down. And those
 * that were started and not finished.
 * @param {any} tx
 * @param {string} now
 * @returns {Promise<Set<string>>} their documents' ids
 */
async function namedVisits(tx, now) {
  const since = IDBKeyRange.lowerBound(new Date(Date.parse(now) - A_SHIFT).toISOString());
  const [delivered, drafts, waiting, attention] = await Promise.all([
    tx.objectStore("delivered").index("delivered_at").getAll(since),
    ...["draft", "outbox", "attention"].map((name) => tx.objectStore(name).getAll()),
  ]);
  const unread = attention.filter((/** @type {any} */ row) => !row.read_at);
  const visits = [
    ...drafts.filter(isOpen).map((/** @type {any} */ draft) => draft.visit_id),
    ...[...begun(delivered, attention), ...waiting, ...unread].map(
      (/** @type {any} */ row) => row.args?.visit_id,
    ),
  ];
  return new Set(visits.map((id) => `visit-${id}`));
}

/**
 * The starts that nobody has undone or finished since.
 * @param {any[]} delivered @param {any[]} attention
 */
function begun(delivered, attention) {
  const gone = new Set([
    ...attention.map(({ id }) => id),
    ...delivered.filter(({ name }) => name === "take_back").map(({ args }) => args?.change_id),
  ]);
  const standing = delivered.filter(({ id }) => !gone.has(id));
  const finished = new Set(
    standing.filter(({ name }) => name === "finish_visit").map(({ args }) => args?.visit_id),
  );
  return standing.filter(({ name, args }) => name === "start_visit" && !finished.has(args?.visit_id));
}

/** What a locked phone says of its carer: that much colleagues know anyway. @param {string} name */
function initialsOf(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return [words.at(0), words.length > 1 ? words.at(-1) : ""]
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("");
}

/**
 * A phone that somebody else signed in on gets that person's answer: none of it belongs in this carer's store.
 * @param {string} person
 * @param {Answer} answer
 */
function isFor(person, { ids, documents }) {
  const own = `person-${person}`;
  const named = [...(ids ?? []), ...documents.map((document) => document.id)].filter((id) =>
    id.startsWith("person-"),
  );
  return named.every((id) => id === own) && (ids === undefined || ids.includes(own));
}

/**
 * A change leaves the outbox with the fate of its own id, and a refused one goes where it is seen, words and all.
 * @param {any} tx
 * @param {Sent[]} sent
 * @param {{ answer: Answer, skew: number }} heard
 */
async function applyFates(tx, sent, heard) {
  const { answer } = heard;
  const numbers = new Map(sent.map((change) => [change.id, change.n]));
  let left = 0;
  for (const fate of answer.fates) {
    const n = numbers.get(fate.id);
    if (n === undefined || !ENDS.has(fate.fate)) continue;
    const row = await tx.objectStore("outbox").get(n);
    if (!row) continue;
    await Promise.all([
      storeAttention(tx.objectStore("attention"), row, fate, answer.now),
      keepForResend(tx, row, fate, heard),
      tx.objectStore("outbox").delete(n),
    ]);
    await askAgain(tx, picturesIn(row));
    left += 1;
  }
  return left;
}

/** The pictures that a change answers with, where it can be read. @param {any} row @returns {string[]} */
const picturesIn = ({ name, args }) =>
  name === "fill_in"
    ? args.values.flatMap((/** @type {unknown} */ said) => readPictured(said)?.sha256 ?? [])
    : [];

/**
 * One that was judged anew, by a server that had forgotten it, may fare better; what was read stays read.
 * @param {any} attention
 * @param {import("../shapes.js").WaitingChange} row
 * @param {Fate} fate
 * @param {string} now
 */
async function storeAttention(attention, row, fate, now) {
  if (fate.fate === "applied") return attention.delete(row.id);
  const before = await attention.get(row.id);
  await attention.put({ ...row, ...asAttention(fate, now), read_at: before?.read_at ?? null });
  // The same words, turned away once more: they are one matter, however often they are sent.
  const repeated = repeatedBy(row);
  if (repeated) await attention.delete(repeated);
}

/** @param {Fate} fate @param {string} now @returns {import("../shapes.js").Answered} */
function asAttention({ fate, problem = "", message = "", next_step = "read" }, now) {
  return { fate, problem, message, next_step, answered_at: now, read_at: null };
}

/**
 * What is not on the list goes; but a visit that somebody has written for stays, marked, until that is dealt with.
 * @param {any} tx
 * @param {Answer} answer
 */
async function forgetOffList(tx, { ids, documents: came, now }) {
  const [documents, facts] = [tx.objectStore("document"), tx.objectStore("fact")];
  const on = new Set(ids ?? came.map(({ id }) => id));
  /** @type {string[]} */
  const left = (await facts.get("left_visits")) ?? [];
  /** @type {string[]} */
  const looked = ids ? await documents.getAllKeys() : left;
  const off = looked.filter((id) => !on.has(id) && !isUnsentWords(id));
  const named = off.length ? await namedVisits(tx, now) : new Set();
  const [staying, forgotten] = [off.filter((id) => named.has(id)), off.filter((id) => !named.has(id))];
  const leaving = staying.filter((id) => !left.includes(id));
  const back = left.filter((id) => on.has(id));
  await Promise.all([
    ...forgotten.map((id) => documents.delete(id)),
    ...leaving.map((id) => mark(documents, id, now)),
    ...back.map((id) => mark(documents, id, undefined)),
    staying.length + left.length > 0 && facts.put(staying, "left_visits"),
  ]);
  return forgotten.length + leaving.length;
}

/** @param {any} documents @param {string} id @param {string | undefined} left_at when it left the list */
async function mark(documents, id, left_at) {
  const document = await documents.get(id);
  if (document) await documents.put({ ...document, left_at: left_at && (document.left_at ?? left_at) });
}

/** What every answer tells. @param {Phone} phone @param {Answer} answer @param {number} skew */
function contactOf(phone, answer, skew) {
  const { missing, delivery, ended, phone: phone_id } = answer;
  return {
    ...{ skew_ms: skew, failures: 0, next_try_at: 0, silent_since: 0, trouble: "" },
    // Whose access has ended may deliver for ever, and does not carry the day for ever.
    ...(ended ? {} : { contact_at: phone.clock() }),
    ...(missing ? { missing } : {}),
    ...(delivery ? { delivery } : {}),
    ...(phone_id ? { phone_id } : {}),
  };
}

/** @param {any} facts @param {Record<string, unknown>} news */
async function storeFacts(facts, news) {
  await Promise.all(Object.entries(news).map(([name, value]) => facts.put(value, name)));
}
