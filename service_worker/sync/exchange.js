/**
 * One round trip to the server: packs a push, gives up in time, and believes only an answer that is whole and in the
 * form of sync.md. Knows the wire; knows no storage.
 *
 * @typedef {import("../shapes.js").StoredDocument} StoredDocument
 * @typedef {{ id: string, fate: string, problem?: string, message?: string, next_step?: string }} Fate
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {Record<string, unknown> & { cursor?: string | null }} Push
 *
 * @typedef {object} Answer
 * @property {string} now
 * @property {string | null} cursor what was sent, when the server leaves it out
 * @property {boolean} [more]
 * @property {Fate[]} fates
 * @property {StoredDocument[]} documents
 * @property {string[]} [ids] the whole of what this phone may hold; left out when unchanged
 * @property {[number, number][]} [missing] stretches of this phone's numbers that never came
 * @property {boolean} [looked] whether what was looked at is written down
 * @property {number} [heard_n] the highest of this phone's numbers that came; an older server does not say
 * @property {string} [phone] by which this phone goes from here on: it was copied, and the other one has its id
 * @property {number} [drafts] how far the server is with this phone's drafts; an older server does not say
 * @property {{ digest: string, drafts: object[], settled?: { id: string, at: string }[] }} [unsent] the carer's half-written
 *   words that are not on this phone, and which of its own were settled elsewhere, when that is not what the phone knows
 * @property {import("./orders.js").Signed} [order] the phone is shut out
 * @property {string} [delivery] speaks for this phone when no sign-in does any more
 * @property {boolean} [ended] no sign-in does: what was sent is held, and nothing is given
 * @property {boolean} [closed] it was not shown that the vault is open: nothing is given
 *
 * @typedef {{ kind: "heard", answer: Answer, skew: number, took: number }
 *   | { kind: "turned_away", status: number, code: string, retryAfter: number | null }
 *   | { kind: "silent", why: "late" | "cut" | "portal" | "overtaken" }} Outcome took: milliseconds until the answer began;
 *   portal: somebody else's page came instead; overtaken: it was on its way when the server could not be reached, and
 *   now the server is there again
 */

import { isId } from "../new_id.js";
import { TAKES_SHORT, whole } from "./short_form.js";

const PATIENCE = 20_000;
/** An answer that has begun comes in packed blocks: on a slow line the next may be this long on its way. */
const BETWEEN_PARTS = 60_000;
const WORTH_PACKING = 1_024;
/** The network wants somebody to sign in to it (RFC 6585). */
const SIGN_IN_TO_NETWORK = 511;
/** A request that has brought nothing for so long may have been lost: it is asked whether the server is there. */
const WONDERS_AFTER = 2_000;
const BETWEEN_PROBES = 3_000;
const PROBE_LIMIT = 4_000;

/**
 * Whether our server is there, and not the network's own page, asked in the cheapest way.
 * @param {Phone["fetch"]} fetch
 * @param {number} [patience] milliseconds
 * @returns {Promise<boolean>}
 */
export async function isServerThere(fetch, patience = PROBE_LIMIT) {
  try {
    const how = /** @type {RequestInit} */ ({ cache: "no-store", redirect: "manual", credentials: "omit" });
    const answer = await fetch("/healthz", { ...how, signal: AbortSignal.timeout(patience) });
    // A network that answers everything itself may do so with JSON of its own.
    return answer.ok && (await answer.json()).status === "alive";
  } catch {
    return false;
  }
}

/**
 * The same as `attempt`, once more if it was lost: some networks take a connection and never answer, and it would be
 * waited for long after the next one is there. Once only, so that a line that is merely slow is not begun anew without end.
 * @param {Phone} phone
 * @param {Push} push
 * @param {number} [patience] milliseconds
 * @returns {Promise<Outcome>}
 */
export async function exchange(phone, push, patience = PATIENCE) {
  const outcome = await attempt(phone, push, patience, "may be overtaken");
  if (outcome.kind !== "silent" || outcome.why !== "overtaken") return outcome;
  return attempt(phone, { ...push, now: new Date(phone.clock()).toISOString() }, patience);
}

/**
 * Given up when nothing of the answer has come for so long: an answer that comes slowly is waited for.
 * @param {Phone} phone
 * @param {Push} push
 * @param {number} patience milliseconds
 * @param {"may be overtaken"} [how]
 * @returns {Promise<Outcome>}
 */
async function attempt(phone, push, patience, how) {
  const sentAt = phone.clock();
  const watch = watchProgress(patience, how && (() => isServerThere(phone.fetch)));
  try {
    const response = await phone.fetch("/sync", {
      ...(await request(push, phone.shows)),
      signal: watch.signal,
    });
    const heardAt = phone.clock();
    watch.progress();
    if (isSomebodyElses(response)) return { kind: "silent", why: "portal" };
    const body = await readJson(response, watch.progress);
    if (response.status !== 200) return turnedAway(response, body);
    if (!isAnswer(body)) return { kind: "silent", why: body === null ? "cut" : "portal" };
    return {
      kind: "heard",
      answer: { ...body, documents: body.documents.map(whole), cursor: body.cursor ?? push.cursor ?? null },
      skew: Date.parse(body.now) - Math.round((sentAt + heardAt) / 2),
      took: heardAt - sentAt,
    };
  } catch {
    return { kind: "silent", why: watch.signal.aborted ? watch.signal.reason : "cut" };
  } finally {
    watch.stop();
  }
}

/**
 * Aborts with the reason why nothing more is waited for.
 * @param {number} patience
 * @param {() => Promise<boolean>} [isThere] whether the server is; without it nothing is overtaken
 */
function watchProgress(patience, isThere) {
  const controller = new AbortController();
  const giveUp = () => controller.abort("late");
  let timer = setTimeout(giveUp, patience);
  let [wasAway, came] = [false, 0];
  let probe = isThere && setTimeout(wonder, WONDERS_AFTER, isThere);

  /** A server that was there all the while is merely slow, or the line is. @param {() => Promise<boolean>} isThere */
  async function wonder(isThere) {
    const before = came;
    const isAway = !(await isThere());
    if (before === came && wasAway && !isAway) controller.abort("overtaken");
    wasAway = before === came && isAway;
    if (!controller.signal.aborted) probe = setTimeout(wonder, BETWEEN_PROBES, isThere);
  }

  return {
    signal: controller.signal,
    progress: () => {
      came += 1;
      clearTimeout(timer);
      timer = setTimeout(giveUp, BETWEEN_PARTS);
    },
    stop: () => {
      clearTimeout(timer);
      clearTimeout(probe);
      controller.abort("stopped");
    },
  };
}

/** A page or a redirection to one: we answer this request with neither. @param {Response} response */
function isSomebodyElses({ status, redirected, type, headers }) {
  const isPage = status === 200 && /html/.test(headers.get("Content-Type") ?? "");
  return redirected || type === "opaqueredirect" || status === SIGN_IN_TO_NETWORK || isPage;
}

/**
 * The body, or null when it is not JSON. Throws when it is cut.
 * @param {Response} response
 * @param {() => void} progress called whenever some of it has come
 */
async function readJson(response, progress) {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    progress();
    text += decoder.decode(part.value, { stream: true });
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {object} push @param {Record<string, string>} [shows] @returns {Promise<RequestInit>} */
async function request(push, shows = {}) {
  const plain = new TextEncoder().encode(JSON.stringify(push));
  const packed = plain.length > WORTH_PACKING && typeof CompressionStream === "function";
  return {
    method: "POST",
    body: packed ? await gzip(plain) : plain,
    headers: {
      "Content-Type": "application/json",
      ...(packed ? { "Content-Encoding": "gzip" } : {}),
      ...TAKES_SHORT,
      ...shows,
    },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "manual",
  };
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<ArrayBuffer>} */
function gzip(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(packed).arrayBuffer();
}

/** @param {Response} response @param {any} body @returns {Outcome} */
function turnedAway(response, body) {
  const seconds = Number(response.headers.get("Retry-After"));
  const code = typeof body?.code === "string" ? body.code : "";
  return {
    kind: "turned_away",
    status: response.status,
    code,
    retryAfter: seconds > 0 ? seconds * 1000 : null,
  };
}

/** A proxy's page, half an answer and another program's JSON are all not an answer. @param {any} body @returns {body is Answer} */
function isAnswer(body) {
  return (
    body !== null &&
    typeof body === "object" &&
    !Number.isNaN(Date.parse(body.now)) &&
    (body.cursor === undefined || body.cursor === null || typeof body.cursor === "string") &&
    ["boolean", "undefined"].includes(typeof body.more) &&
    isListOf(body.fates, (fate) => typeof fate?.id === "string" && typeof fate.fate === "string") &&
    isListOf(body.documents, isDocument) &&
    (body.ids === undefined || isListOf(body.ids, (id) => typeof id === "string")) &&
    (body.missing === undefined || isListOf(body.missing, (gap) => isListOf(gap, Number.isInteger))) &&
    (body.heard_n === undefined || Number.isInteger(body.heard_n)) &&
    (body.drafts === undefined || Number.isInteger(body.drafts)) &&
    (body.unsent === undefined || isUnsent(body.unsent)) &&
    (body.phone === undefined || isId(body.phone)) &&
    (body.order === undefined || isOrder(body.order)) &&
    ["string", "undefined"].includes(typeof body.delivery)
  );
}

/** @param {any} unsent */
const isUnsent = (unsent) =>
  typeof unsent?.digest === "string" &&
  isListOf(unsent.drafts, ({ id, text }) => id && typeof text === "string") &&
  isListOf(unsent.settled ?? [], ({ id, at }) => id && typeof at === "string");

/** @param {any} order */
const isOrder = (order) => typeof order?.text === "string" && typeof order.signature === "string";

/** @type {(list: any, fits: (each: any) => boolean) => boolean} */
const isListOf = (list, fits) => Array.isArray(list) && list.every(fits);

/** @param {any} document */
function isDocument(document) {
  const { id, version, body } = document ?? {};
  return (
    typeof id === "string" &&
    /^[a-z]+-./.test(id) &&
    Number.isInteger(version) &&
    typeof body === "object" &&
    body !== null
  );
}
