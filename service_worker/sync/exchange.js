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
 * @property {import("./orders.js").Signed} [order] the phone is shut out
 *
 * @typedef {{ kind: "heard", answer: Answer, skew: number }
 *   | { kind: "turned_away", status: number, code: string, retryAfter: number | null }
 *   | { kind: "silent" }} Outcome
 */

const TIMEOUT = 20_000;
const WORTH_PACKING = 1_024;

/**
 * @param {import("../shapes.js").Phone} phone
 * @param {{ cursor?: string | null, looked?: import("./view_log.js").View[] }} push
 * @returns {Promise<Outcome>}
 */
export async function exchange(phone, push) {
  const sentAt = phone.clock();
  try {
    const response = await phone.fetch("/sync", await request(push, phone.shows));
    if (response.redirected || response.type === "opaqueredirect") return { kind: "silent" };
    const body = await response.json().catch(() => null);
    if (response.status !== 200) return turnedAway(response, body);
    if (!isAnswer(body)) return { kind: "silent" };
    return {
      kind: "heard",
      answer: { ...body, cursor: body.cursor ?? push.cursor ?? null },
      skew: Date.parse(body.now) - Math.round((sentAt + phone.clock()) / 2),
    };
  } catch {
    return { kind: "silent" };
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
    signal: AbortSignal.timeout(TIMEOUT),
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
    (body.order === undefined || isOrder(body.order))
  );
}

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
