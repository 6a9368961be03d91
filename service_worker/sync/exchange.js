/**
 * One round trip to the server: packs a push, gives up in time, and believes only an answer that is whole and in the
 * form of sync.md. Knows the wire; knows no storage.
 *
 * @typedef {import("../shapes.js").StoredDocument} StoredDocument
 * @typedef {{ id: string, fate: string, problem?: string, message?: string, next_step?: string }} Fate
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
 * @property {{ digest: string, drafts: object[] }} [unsent] the carer's half-written words that are not on this phone,
 *   when they are others than the phone has said that it knows
 * @property {import("./orders.js").Signed} [order] the phone is shut out
 * @property {string} [delivery] speaks for this phone when no sign-in does any more
 * @property {boolean} [ended] no sign-in does: what was sent is held, and nothing is given
 *
 * @typedef {{ kind: "heard", answer: Answer, skew: number, took: number }
 *   | { kind: "turned_away", status: number, code: string, retryAfter: number | null }
 *   | { kind: "silent", why: "late" | "cut" | "portal" }} Outcome took: milliseconds until the answer began; portal:
 *   somebody else's page came instead
 */

import { isId } from "../new_id.js";

const PATIENCE = 20_000;
/** An answer that has begun comes in packed blocks: on a slow line the next may be this long on its way. */
const BETWEEN_PARTS = 60_000;
const WORTH_PACKING = 1_024;
/** The network wants somebody to sign in to it (RFC 6585). */
const SIGN_IN_TO_NETWORK = 511;

/**
 * Given up when nothing of the answer has come for so long: an answer that comes slowly is waited for.
 * @param {import("../shapes.js").Phone} phone
 * @param {Record<string, unknown> & { cursor?: string | null }} push
 * @param {number} [patience] milliseconds
 * @returns {Promise<Outcome>}
 */
export async function exchange(phone, push, patience = PATIENCE) {
  const sentAt = phone.clock();
  const watch = watchProgress(patience);
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
      answer: { ...body, cursor: body.cursor ?? push.cursor ?? null },
      skew: Date.parse(body.now) - Math.round((sentAt + heardAt) / 2),
      took: heardAt - sentAt,
    };
  } catch {
    return { kind: "silent", why: watch.signal.aborted ? "late" : "cut" };
  } finally {
    watch.stop();
  }
}

/** @param {number} patience */
function watchProgress(patience) {
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  let timer = setTimeout(giveUp, patience);
  return {
    signal: controller.signal,
    progress: () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, BETWEEN_PARTS);
    },
    stop: () => clearTimeout(timer),
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
  isListOf(unsent.drafts, ({ id, text }) => id && typeof text === "string");

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
