/**
 * Brings changes up and documents down: one flush at a time, each answer stored in one transaction. Knows when to
 * give up and when to try again; knows no pages.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 * @typedef {import("./exchange.js").Outcome} Outcome
 * @typedef {import("./view_log.js").View} View
 *
 * @typedef {object} Flushed
 * @property {boolean} heard whether the server answered, and answered for this carer
 * @property {boolean} changed whether there is anything new to show
 * @property {string} trouble the problem's name when the server turned the whole push away, else ""
 * @property {number | null} retry_in milliseconds until it is worth trying again, null when all went well
 * @property {import("./orders.js").Signed} [order] to be obeyed, if it is one
 */

import { ifWiped } from "../store/databases.js";
import { setFacts } from "../store/facts.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { fetchPolicy, findPolicy } from "../vault/policy.js";
import { applyAnswer } from "./apply_answer.js";
import { batchLimit, grow, nextBatch, shrink } from "./batch.js";
import { exchange } from "./exchange.js";
import { forgetViews, MOST_VIEWS, VIEW_KEYS } from "./view_log.js";

/** A push that is too large or not read may hold one bad change; the others must not wait for it. */
const SHRINK_AFTER = new Set([400, 413, 422, 500]);
const MOST_TIMES_TURNED_AWAY = 12;
const FIRST_PAUSE = 4_000;
const LONGEST_PAUSE = 5 * 60_000;

/** The phone was wiped meanwhile: there is nothing to send and nothing to remember. @type {Flushed} */
const NOTHING_TO_SAY = { heard: false, changed: false, trouble: "", retry_in: null };

/** @type {Map<string, Promise<Flushed>>} one flush runs; at most one more stands in line, and serves all who ask */
const queued = new Map();

/**
 * Flush the carer's outbox and bring what is new. Never throws because of the network.
 * @param {Phone} phone
 * @returns {Promise<Flushed>}
 */
export function sync(phone) {
  const waiting = queued.get(phone.person);
  if (waiting) return waiting;
  /** @type {Promise<Flushed>} */
  const mine = navigator.locks.request(`haand-sync-${phone.person}`, () => {
    queued.delete(phone.person);
    return flush(phone).catch(ifWiped(NOTHING_TO_SAY));
  });
  queued.set(phone.person, mine);
  return mine;
}

/**
 * Let the next flush bring every document anew. Never in the middle of one, which would put its own cursor back.
 * @param {Phone} phone
 */
export function forgetCursor(phone) {
  return navigator.locks.request(`haand-sync-${phone.person}`, () =>
    setFacts(phone.person, { cursor: null, mended_at: phone.clock() }),
  );
}

/**
 * Whether a mere tick of the clock is reason enough; a tap, an opened page or a network that came back always is.
 * @param {Phone} phone
 * @returns {Promise<boolean>}
 */
export async function isDue(phone) {
  const next = await transaction(phone.person, ["fact"], "readonly", (tx) => tx.store.get("next_try_at"));
  const pause = (next ?? 0) - phone.clock();
  return pause <= 0 || pause > LONGEST_PAUSE * 1.5;
}

/** @param {Phone} phone @returns {Promise<Flushed>} */
async function flush(phone) {
  if (!(await findPolicy())) await fetchPolicy(phone);
  const limit = batchLimit();
  let [changed, mayRequeue] = [false, true];
  for (let turnedAway = 0; ; ) {
    const { push, sendable } = await buildPush(phone, limit);
    const outcome = await exchange(phone, push);
    const kept = outcome.kind === "heard" && (await applyAnswer(phone, push.changes, outcome, mayRequeue));
    if (kept) {
      changed ||= kept.changed;
      if (outcome.answer.looked) await forgetViews(phone, push.looked ?? []);
      // Once in a flush: a server that forgets what it has just been sent would be sent it without end.
      mayRequeue &&= kept.back === 0;
      grow(limit);
      const { more, cursor, order } = outcome.answer;
      const goesOn =
        more && kept.carries
          ? cursor !== push.cursor
          : kept.back > 0 || (kept.left > 0 && kept.left < sendable);
      if (!goesOn) return { heard: true, changed, trouble: "", retry_in: null, order };
    } else if (mayBeOneBadChange(outcome) && push.changes.length && turnedAway < MOST_TIMES_TURNED_AWAY) {
      shrink(limit, push.changes);
      turnedAway += 1;
    } else return scheduleRetry(phone, changed, outcome);
  }
}

/** @param {Outcome} outcome */
const mayBeOneBadChange = (outcome) => outcome.kind === "turned_away" && SHRINK_AFTER.has(outcome.status);

/**
 * What to send now. The phone's own id is made before the first push.
 * @param {Phone} phone
 * @param {import("./batch.js").BatchLimit} limit
 */
function buildPush(phone, limit) {
  return transaction(phone.person, ["fact", "outbox"], "readwrite", async (tx) => {
    const facts = tx.objectStore("fact");
    /** @type {[string | undefined, string | null | undefined, View[], WaitingChange[]]} */
    const [known, cursor = null, views, waiting] = await Promise.all([
      facts.get("phone_id"),
      facts.get("cursor"),
      facts.getAll(VIEW_KEYS),
      tx.objectStore("outbox").getAll(),
    ]);
    const id = known ?? phone.newId();
    if (!known) await facts.put(id, "phone_id");
    const changes = nextBatch(waiting, limit);
    const looked = views.length ? views.slice(0, MOST_VIEWS) : undefined;
    const sendable = waiting.filter((change) => !limit.aside.has(change.id)).length;
    const now = new Date(phone.clock()).toISOString();
    return { push: { phone: id, build: phone.build, now, cursor, changes, looked }, sendable };
  });
}

/**
 * Nothing of the carer's is touched; only when to try again is remembered, further off each time and never at the
 * same moment as the other phones.
 * @param {Phone} phone
 * @param {boolean} changed
 * @param {Outcome} outcome
 * @returns {Promise<Flushed>}
 */
function scheduleRetry(phone, changed, outcome) {
  const trouble = outcome.kind === "turned_away" ? outcome.code : "";
  return transaction(phone.person, ["fact"], "readwrite", async (tx) => {
    const failures = ((await tx.store.get("failures")) ?? 0) + 1;
    const longer = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (0.75 + Math.random() / 2);
    const retry_in = Math.round(
      Math.max(longer, (outcome.kind === "turned_away" && outcome.retryAfter) || 0),
    );
    const facts = { failures, next_try_at: phone.clock() + retry_in, ...(trouble ? { trouble } : {}) };
    await Promise.all(Object.entries(facts).map(([name, value]) => tx.store.put(value, name)));
    return { heard: false, changed, trouble, retry_in };
  });
}
