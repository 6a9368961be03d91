/**
 * Keeps what the server answered: fates, documents, the list of what may be held, all in one transaction or not at
 * all. Knows nothing about how it came.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 * @typedef {import("./shapes.js").Change} Change
 * @typedef {import("./exchange.js").Answer} Answer
 * @typedef {import("./exchange.js").Fate} Fate
 */

import { bringBack, forgetOld, keepDelivered } from "./delivered.js";
import { carerDatabase, transaction } from "./store.js";

/** How a change can end. Anything else is a word of a newer server: the change stays until a newer app knows it. */
const ENDS = new Set(["applied", "refused", "held"]);

/**
 * @param {Phone} phone
 * @param {Change[]} sent only these can be answered
 * @param {{ answer: Answer, skew: number }} heard
 * @param {boolean} mayComeBack whether what was delivered may wait again, should the server lack it
 * @returns {Promise<{ changed: boolean, left: number, back: number } | null>} how many left the outbox, and how many
 *   came back to it; null when the answer was another person's, and nothing was kept of it
 */
export async function keepAnswer(phone, sent, heard, mayComeBack) {
  const { answer, skew } = heard;
  if (!isFor(phone.person, answer)) return null;
  const stores = ["document", "outbox", "delivered", "attention", "fact"];
  return transaction(carerDatabase(phone.person), stores, "readwrite", async (tx) => {
    const left = await keepFates(tx, sent, heard);
    const back = mayComeBack ? await bringBack(tx, answer, skew) : 0;
    await forgetOld(tx, answer.now);
    const documents = tx.objectStore("document");
    await Promise.all(answer.documents.map((document) => documents.put(document)));
    const forgotten = answer.ids ? await forgetAllBut(documents, answer.ids) : 0;
    await keepFacts(tx.objectStore("fact"), answer, skew);
    return { left, back, changed: left + back + answer.documents.length + forgotten > 0 };
  });
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
 * @param {Change[]} sent
 * @param {{ answer: Answer, skew: number }} heard
 */
async function keepFates(tx, sent, heard) {
  const { answer } = heard;
  const numbers = new Map(sent.map((change) => [change.id, change.n]));
  let left = 0;
  for (const fate of answer.fates) {
    const n = numbers.get(fate.id);
    if (n === undefined || !ENDS.has(fate.fate)) continue;
    const row = await tx.objectStore("outbox").get(n);
    if (!row) continue;
    await Promise.all([
      keepAttention(tx.objectStore("attention"), row, fate, answer.now),
      keepDelivered(tx, row, fate, heard),
      tx.objectStore("outbox").delete(n),
    ]);
    left += 1;
  }
  return left;
}

/**
 * One that was judged anew, by a server that had forgotten it, may fare better; what was read stays read.
 * @param {any} attention
 * @param {import("./shapes.js").WaitingChange} row
 * @param {Fate} fate
 * @param {string} now
 */
async function keepAttention(attention, row, fate, now) {
  if (fate.fate === "applied") return attention.delete(row.id);
  const before = await attention.get(row.id);
  return attention.put({ ...row, ...stepAside(fate, now), read_at: before?.read_at ?? null });
}

/** @param {Fate} fate @param {string} now @returns {import("./shapes.js").Answered} */
function stepAside({ fate, problem = "", message = "", next_step = "read" }, now) {
  return { fate, problem, message, next_step, answered_at: now, read_at: null };
}

/** @param {any} documents @param {string[]} ids */
async function forgetAllBut(documents, ids) {
  const kept = new Set(ids);
  const forgotten = (await documents.getAllKeys()).filter((/** @type {string} */ id) => !kept.has(id));
  await Promise.all(forgotten.map((/** @type {string} */ id) => documents.delete(id)));
  return forgotten.length;
}

/** @param {any} facts @param {Answer} answer @param {number} skew */
async function keepFacts(facts, answer, skew) {
  const known = {
    cursor: answer.cursor,
    skew_ms: skew,
    heard_at: answer.now,
    failures: 0,
    next_try_at: 0,
    trouble: "",
  };
  const news = answer.missing ? { ...known, missing: answer.missing } : known;
  await Promise.all(Object.entries(news).map(([name, value]) => facts.put(value, name)));
}
