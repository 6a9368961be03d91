/**
 * Knows what a phone sends now, and what it shows with that; knows nothing of how it is sent and what comes of it.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 * @typedef {import("./view_log.js").View} View
 * @typedef {import("./batch.js").BatchLimit} BatchLimit
 * @typedef {Awaited<ReturnType<typeof readPush>>["push"]} Push
 */

import { describeEnds, describeRuns, isUnmeasured, readClock } from "../clock.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { newSecret, shownOfVault } from "../vault/proof.js";
import { describeRetries } from "../wire.js";
import { cursorOf } from "./apply_answer.js";
import { nextBatch, sealAll, sealBlocked } from "./batch.js";
import { DRAFT_STORES } from "./draft_numbers.js";
import { tidyDrafts } from "./drafts.js";
import { draftsToSend, sealDrafts } from "./drafts_to_send.js";
import { unsentKnown } from "./unsent_words.js";
import { MOST_VIEWS, VIEW_KEYS } from "./view_log.js";

/**
 * What to send now. The phone's own id is made before the first push.
 * @param {Phone} phone
 * @param {BatchLimit} limit
 * @param {boolean} mayBring half-written words
 */
export async function buildPush(phone, limit, mayBring) {
  const vault = await shownOfVault(phone.person);
  const { push, shows, ...rest } = await readPush(phone, limit, mayBring);
  const mayBeRead = !vault.startsWith(`${phone.person}.closed`);
  const [changes, drafts] = await Promise.all([
    mayBeRead ? sealBlocked(phone.person, push.changes, limit) : sealAll(phone.person, push.changes),
    sealDrafts(phone.person, push.drafts),
  ]);
  const shown = { ...shows, ...(vault ? { "Haand-Vault": vault } : {}) };
  return { push: { ...push, changes, drafts }, shows: shown, ...rest };
}

/** @param {Phone} phone @param {BatchLimit} limit @param {boolean} mayBring */
function readPush(phone, limit, mayBring) {
  return transaction(phone.person, ["outbox", ...DRAFT_STORES], "readwrite", async (tx) => {
    const facts = tx.objectStore("fact");
    await tidyDrafts(tx, phone);
    /** @type {[string | undefined, string | null | undefined, string | undefined, View[], WaitingChange[]]} */
    const [known, given, delivery, views, waiting] = await Promise.all([
      facts.get("phone_id"),
      facts.get(cursorOf(tx)),
      facts.get("delivery"),
      facts.getAll(VIEW_KEYS),
      tx.objectStore("outbox").getAll(),
    ]);
    const id = known ?? phone.newId();
    if (!known) await facts.put(id, "phone_id");
    // Not in the vault: what waits is delivered while that is closed. It opens nothing.
    const secret = (await facts.get("phone_secret")) ?? newSecret();
    await facts.put(secret, "phone_secret");
    // Written down also as null: whatever is emptied meanwhile deletes it, and the answer is for nobody then.
    const cursor = given ?? null;
    if (given === undefined) await facts.put(cursor, cursorOf(tx));
    const clock = readClock(await facts.get("clock"), phone.clock());
    await facts.put(clock, "clock");
    const measures = isUnmeasured(clock, waiting);
    const changes = measures ? [] : nextBatch(waiting, limit);
    const runs = measures ? "" : describeRuns(clock, waiting);
    const ends = measures ? "" : describeEnds(clock, waiting);
    const retries = describeRetries(waiting, changes);
    const looked = views.length ? views.slice(0, MOST_VIEWS) : undefined;
    const sendable = waiting.filter((change) => !limit.aside.has(change.id)).length;
    const now = new Date(phone.clock()).toISOString();
    // By themselves, when no change waits any more: whatever happens to them on the way, no change waits for it.
    const drafts = changes.length || !mayBring ? undefined : await draftsToSend(tx);
    const unsent = await unsentKnown(tx, phone.person);
    /** @type {Record<string, string>} */
    const shows = {
      "Haand-Phone": secret,
      ...(delivery ? { "Haand-Delivery": delivery } : {}),
      ...(runs ? { "Haand-Clock": runs } : {}),
      ...(ends ? { "Haand-Clock-Ends": ends } : {}),
      ...(retries ? { "Haand-Retries": retries } : {}),
    };
    const push = { phone: id, build: phone.build, now, cursor, changes, looked, drafts, unsent };
    return { push, shows, sendable, measures };
  });
}
