/**
 * Brings changes up and documents down: one flush at a time, each answer stored in one transaction. Knows when to
 * give up and when to try again; knows no pages.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("./exchange.js").Outcome} Outcome
 * @typedef {import("./batch.js").BatchLimit} BatchLimit
 * @typedef {import("./push.js").Push} Push
 *
 * @typedef {object} Flushed
 * @property {boolean} heard whether the server answered, and answered for this carer
 * @property {boolean} changed whether there is anything new to show
 * @property {string} trouble the problem's name when the server turned the whole push away, else ""
 * @property {number | null} retry_in milliseconds until it is worth trying again, null when all went well
 * @property {import("./orders.js").Signed} [order] to be obeyed, if it is one
 * @property {boolean} [ended] whether it answered although no sign-in speaks for this phone any more
 * @property {boolean} [closed] whether it gave nothing, because it was not shown that the vault is open
 * @property {boolean} [of_before] whether the server knows of no half-written words, and so may be older than vaults
 */

import { ifWiped } from "../store/databases.js";
import { fact, setFacts } from "../store/facts.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { fetchPolicy, findPolicy } from "../vault/policy.js";
import { applyAnswer } from "./apply_answer.js";
import { batchLimit, grow, halve, keptOf, patienceFor, shrink } from "./batch.js";
import { exchange } from "./exchange.js";
import { buildPush } from "./push.js";
import { forgetViews } from "./view_log.js";

/** A push that is too large or not read may hold one bad change; the others must not wait for it. */
const SHRINK_AFTER = new Set([400, 408, 413, 422, 500]);
/** The line was too slow for it, said by us or by somebody on the way. */
const LATE = new Set([408, 504]);
const MOST_TIMES_TURNED_AWAY = 12;
/** A push that brings nothing is on its way in no time. */
const BARE_PATIENCE = 8_000;
/** Somebody else's page came instead of the answer: the network here wants its own sign-in. */
export const PORTAL = "Portal";
const FIRST_PAUSE = 4_000;
const LONGEST_PAUSE = 5 * 60_000;

/** While somebody looks on and something waits, it is asked this often whether the server is there again. */
const SHORTEST_PROBE = 3_000;
const LONGEST_PROBE = 10_000;
/** The longer it has been away, the more seldom: this part of the time since. */
const PART = 1 / 30;
/** Said by what stands in front of a server that is away. */
const NOBODY_BEHIND = new Set([502, 504]);

/** The phone was wiped meanwhile: there is nothing to send and nothing to remember. @type {Flushed} */
const NOTHING_TO_SAY = { heard: false, changed: false, trouble: "", retry_in: null };

/** @type {Map<string, Promise<Flushed>>} one flush runs; at most one more stands in line, and serves all who ask */
const queued = new Map();

/**
 * Flush the carer's outbox and bring what is new. Never throws because of the network.
 * @param {Phone} phone
 * @param {() => unknown} [onProgress] some of it is delivered, and more follows
 * @returns {Promise<Flushed>}
 */
export function sync(phone, onProgress = () => {}) {
  const waiting = queued.get(phone.person);
  if (waiting) return waiting;
  /** @type {Promise<Flushed>} */
  const mine = navigator.locks.request(`haand-sync-${phone.person}`, () => {
    queued.delete(phone.person);
    return flush(phone, onProgress).catch(ifWiped(NOTHING_TO_SAY));
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
  const now = phone.clock();
  return transaction(phone.person, ["fact"], "readonly", async (tx) => {
    const [next = 0, tried = now] = await Promise.all([
      tx.store.get("next_try_at"),
      tx.store.get("tried_at"),
    ]);
    return now >= next || now < tried - LONGEST_PAUSE; // The second: the clock was set back.
  });
}

/**
 * When it may be asked again whether the server is there, if that is worth asking: it was silent, and something waits.
 * @param {Phone} phone
 * @returns {Promise<number | null>} milliseconds, never the same for two phones
 */
export async function probeIn(phone) {
  const [since, waiting] = await transaction(phone.person, ["fact", "outbox"], "readonly", (tx) =>
    Promise.all([tx.objectStore("fact").get("silent_since"), tx.objectStore("outbox").count()]),
  );
  if (!since || !waiting) return null;
  const pause = Math.abs(phone.clock() - since) * PART;
  return Math.round(Math.min(Math.max(pause, SHORTEST_PROBE), LONGEST_PROBE) * jitter());
}

/** Give or take a quarter, so that many phones do not come at the same moment. */
const jitter = () => 0.75 + Math.random() / 2;

/** @param {Outcome} outcome */
const isSilent = (outcome) =>
  outcome.kind === "silent"
    ? outcome.why !== "portal"
    : outcome.kind === "turned_away" && NOBODY_BEHIND.has(outcome.status) && !outcome.retryAfter;

/** @param {Phone} phone @param {() => unknown} onProgress @returns {Promise<Flushed>} */
async function flush(phone, onProgress) {
  if (!(await findPolicy())) await fetchPolicy(phone);
  const limit = batchLimit(await fact(phone.person, "push_limit"));
  const before = JSON.stringify(keptOf(limit));
  const flushed = await pushUnderPolicy(phone, limit, onProgress);
  if (JSON.stringify(keptOf(limit)) !== before) await setFacts(phone.person, { push_limit: keptOf(limit) });
  return flushed;
}

/**
 * Documents are kept once it is known how they are locked. What could not be learned before the server was heard is
 * asked once more.
 * @param {Phone} phone
 * @param {BatchLimit} limit
 * @param {() => unknown} onProgress
 */
async function pushUnderPolicy(phone, limit, onProgress) {
  const flushed = await pushAll(phone, limit, onProgress);
  if (!flushed.heard || flushed.ended || (await findPolicy())) return flushed;
  await fetchPolicy(phone, flushed.of_before ? "of before" : undefined);
  return (await findPolicy()) ? pushAll(phone, limit, onProgress) : flushed;
}

/** @param {Phone} phone @param {BatchLimit} limit @param {() => unknown} onProgress @returns {Promise<Flushed>} */
async function pushAll(phone, limit, onProgress) {
  let [changed, mayRequeue, mayBeRefused, mayBring] = [false, true, true, true];
  for (let turnedAway = 0; ; ) {
    const { push, shows, sendable, measures } = await buildPush(phone, limit, mayBring);
    const shown = { ...phone, shows: { ...shows, ...phone.shows } };
    const outcome = await exchange(shown, push, patienceFor(push.changes, limit));
    const kept = outcome.kind === "heard" && (await applyAnswer(phone, push, outcome, mayRequeue));
    if (kept) {
      changed ||= kept.changed;
      if (outcome.answer.looked) await forgetViews(phone, push.looked ?? []);
      // Once in a flush: a server that forgets what it has just been sent would be sent it without end.
      mayRequeue &&= kept.back === 0;
      grow(limit, push.changes, outcome.took);
      const { more, cursor, order, ended, closed } = outcome.answer;
      // What has just been sent and is not acknowledged is not sent again without end.
      const isFurther = kept.drafts === "asks" && (push.drafts?.n ?? 0) <= (outcome.answer.drafts ?? -1);
      const hasDrafts = mayBring && (isFurther || (kept.drafts === "lacks" && kept.left > 0));
      const goesOn =
        more && kept.carries
          ? cursor !== push.cursor
          : measures || kept.back > 0 || (kept.left > 0 && kept.left < sendable) || hasDrafts;
      const of_before = outcome.answer.drafts === undefined;
      if (!goesOn)
        return { heard: true, changed, trouble: "", retry_in: null, order, ended, closed, of_before };
      await onProgress();
    } else if (mayBeRefused && (push.unsent || push.drafts) && isRefused(outcome)) {
      // An older server refuses what it does not know: from here on it is sent none. Once in a flush: it may be another reason.
      mayBeRefused = false;
      await setFacts(phone.person, { draft_heard: null });
    } else if (mayBring && push.drafts && isPerhapsOfWhatItBrings(outcome)) {
      // Half-written words that are not let through hold nothing else back.
      mayBring = false;
    } else {
      turnedAway += 1;
      const mayShrink = push.changes.length > 0 && turnedAway <= MOST_TIMES_TURNED_AWAY;
      if (!(mayShrink && (await shrinkAfter(shown, push, outcome, limit))))
        return scheduleRetry(phone, changed, outcome);
    }
  }
}

/** The code of a no that says: later. */
export const TOO_MUCH = "TooMuchLately";

/** @param {Outcome} outcome */
const isRefused = (outcome) => outcome.kind === "turned_away" && outcome.status === 422;

/** Whether the server, or somebody on the way, may not have taken it because of what it brought. @param {Outcome} outcome */
function isPerhapsOfWhatItBrings(outcome) {
  if (outcome.kind !== "turned_away") return outcome.kind === "silent" && outcome.why !== "portal";
  return SHRINK_AFTER.has(outcome.status) || (outcome.code === "" && !outcome.retryAfter);
}

/**
 * Send less next time, if that may help: a line can be too slow for a push, and a firewall can take a carer's words
 * for an attack.
 * @param {Phone} phone
 * @param {Push} push that was not taken
 * @param {Outcome} outcome
 * @param {BatchLimit} limit
 * @returns {Promise<boolean>} whether to go on at once
 */
async function shrinkAfter(phone, push, outcome, limit) {
  if (outcome.kind === "heard") return false;
  const isLate = outcome.kind === "silent" ? outcome.why === "late" : LATE.has(outcome.status);
  const isOurs = outcome.kind === "turned_away" && outcome.code !== "";
  if (isOurs && outcome.code === TOO_MUCH) {
    // What waits comes later, a little at a time; the day comes all the same.
    await isHeardBare(phone, push);
    return false;
  }
  const goesOn =
    outcome.kind === "turned_away" && (SHRINK_AFTER.has(outcome.status) || isOurs || outcome.retryAfter)
      ? SHRINK_AFTER.has(outcome.status)
      : await isHeardBare(phone, push);
  if (goesOn) shrink(limit, push.changes, isLate ? "late" : isOurs ? "refused" : "blocked");
  else if (isLate) halve(limit, push.changes);
  else return false;
  await setFacts(phone.person, { push_limit: keptOf(limit) });
  return goesOn;
}

/**
 * Whether the server answers a push that brings nothing: then it was not taken because of what it brought. What the
 * answer gives is kept.
 * @param {Phone} phone
 * @param {Push} push
 */
async function isHeardBare(phone, { phone: id, build, cursor }) {
  const now = new Date(phone.clock()).toISOString();
  const bare = { phone: id, build, now, cursor, changes: [] };
  const outcome = await exchange(phone, bare, BARE_PATIENCE);
  return outcome.kind === "heard" && (await applyAnswer(phone, bare, outcome, false)) !== null;
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
  const trouble = troubleOf(outcome);
  return transaction(phone.person, ["fact"], "readwrite", async (tx) => {
    const failures = ((await tx.store.get("failures")) ?? 0) + 1;
    const longer = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * jitter();
    const retry_in = Math.round(
      Math.max(longer, (outcome.kind === "turned_away" && outcome.retryAfter) || 0),
    );
    const tried_at = phone.clock();
    const since = (await tx.store.get("silent_since")) || tried_at;
    const facts = {
      ...{ failures, tried_at, next_try_at: tried_at + retry_in, trouble },
      silent_since: isSilent(outcome) ? since : 0,
    };
    await Promise.all(Object.entries(facts).map(([name, value]) => tx.store.put(value, name)));
    return { heard: false, changed, trouble, retry_in };
  });
}

/** @param {Outcome} outcome */
function troubleOf(outcome) {
  if (outcome.kind === "turned_away") return outcome.code;
  return outcome.kind === "silent" && outcome.why === "portal" ? PORTAL : "";
}
