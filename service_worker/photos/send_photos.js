/**
 * Sends the pictures that wait, after the answers that name them: in pieces, so that a line that is cut costs one piece, and on
 * from where the server is. Knows the requests of pwa/photos/pages.py; knows no page.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("./photo_store.js").PhotoRow} PhotoRow
 * @typedef {import("./photo_store.js").NewPhoto} NewPhoto
 * @typedef {{ kind: "done" } | { kind: "next", offset: number } | { kind: "refused", problem: string }
 *   | { kind: "later", wait: number }} Outcome
 */

import { ifWiped } from "../store/databases.js";
import { fact, setFacts } from "../store/facts.js";
import { isUnsent } from "../store/photo_rows.js";
import { shownOfVault } from "../vault/proof.js";
import { dropDelivered, listPhotos, notePhoto, readPhoto } from "./photo_store.js";

const PIECE = 256 * 1024;
/** For a piece, on the slowest line that is worth it (4 kB/s). Milliseconds. */
const PATIENCE = 75_000;
const SHORT_PATIENCE = 15_000;
const A_DAY = 24 * 60 * 60_000;
/** So many are asked after in one go. */
const MOST_ASKED = 20;
/** Says that the picture itself is not taken, whenever it is sent. */
const NEVER_TAKEN = new Set([413, 415]);
const [NOT_FOUND, CONFLICT] = [404, 409];

/**
 * Send what waits, and ask once a day whether the server still has what it had.
 * @param {Phone} phone
 * @returns {Promise<{ sent: number, left: number }>} left: how many are to be tried again
 */
export function sendPhotos(phone) {
  const none = { sent: 0, left: 0 };
  return navigator.locks.request(`haand-photos-${phone.person}`, { ifAvailable: true }, async (lock) =>
    lock ? sendAll(phone).catch(ifWiped(none)) : none,
  );
}

/** @param {Phone} phone */
async function sendAll(phone) {
  const rows = await listPhotos(phone.person);
  if (!rows.length) return { sent: 0, left: 0 };
  const waiting = rows.filter((row) => isUnsent(row) && !row.problem);
  const mayTry = phone.clock() >= ((await fact(phone.person, "photos_not_before")) ?? 0);
  let sent = 0;
  for (const row of mayTry ? waiting : []) {
    const outcome = await sendOne(phone, row).catch(() => later(0));
    if (outcome.kind === "done") sent += 1;
    else if (outcome.kind === "refused")
      await notePhoto(phone.person, row.sha256, { problem: outcome.problem });
    else {
      if (outcome.kind === "later" && outcome.wait)
        await setFacts(phone.person, { photos_not_before: phone.clock() + outcome.wait });
      break;
    }
  }
  await askWhatIsDue(phone, rows);
  await dropDelivered(phone, "what is old");
  const left = (await listPhotos(phone.person)).filter((row) => isUnsent(row) && !row.problem);
  return { sent, left: left.length };
}

/** @param {Phone} phone @param {PhotoRow} row @returns {Promise<Outcome>} */
async function sendOne(phone, { sha256, asked_at, is_begun }) {
  const photo = await readPhoto(phone.person, sha256);
  if (!photo) return later(0);
  const begun = asked_at || is_begun ? await findBegun(phone, sha256) : 0;
  if (begun === "all of it") return noteDelivered(phone, sha256);
  if (!is_begun) await notePhoto(phone.person, sha256, { is_begun: true });
  const outcome = await sendFrom(phone, photo, begun);
  return outcome.kind === "done" ? noteDelivered(phone, sha256) : outcome;
}

/** Where it cannot be kept here: to the server, now or not at all. @param {Phone} phone @param {NewPhoto} photo @returns {Promise<boolean>} */
export async function sendNow(phone, photo) {
  const outcome = await sendFrom(phone, photo, 0).catch(() => later(0));
  return outcome.kind === "done";
}

/** @param {Phone} phone @param {NewPhoto} photo @param {number} begun @returns {Promise<Outcome>} */
async function sendFrom(phone, { sha256, bytes }, begun) {
  let at = Math.min(begun, bytes.length);
  for (let pieces = 0; pieces < bytes.length / PIECE + 3; pieces += 1) {
    const piece = bytes.slice(at, at + PIECE);
    const isLast = at + piece.length >= bytes.length;
    const outcome = await patch(phone, sha256, at, piece, isLast);
    if (outcome.kind !== "next") return outcome;
    at = Math.min(outcome.offset, bytes.length);
  }
  return later(0);
}

/** How much of it came before: what was sent is not sent once more. @param {Phone} phone @param {string} sha256 @returns {Promise<number | "all of it">} */
async function findBegun(phone, sha256) {
  const answer = await ask(phone, "HEAD", sha256, SHORT_PATIENCE);
  return isComplete(answer) ? "all of it" : (offsetOf(answer) ?? 0);
}

/** @param {Phone} phone @param {string} sha256 @returns {Promise<Outcome>} */
async function noteDelivered(phone, sha256) {
  await notePhoto(phone.person, sha256, { delivered_at: now(phone), asked_at: now(phone), is_begun: false });
  return { kind: "done" };
}

/** @param {Phone} phone @param {string} sha256 @param {number} at @param {Uint8Array<ArrayBuffer>} piece @param {boolean} isLast @returns {Promise<Outcome>} */
async function patch(phone, sha256, at, piece, isLast) {
  const answer = await ask(phone, "PATCH", sha256, PATIENCE, {
    body: piece,
    headers: {
      "Content-Type": "application/partial-upload",
      "Upload-Offset": String(at),
      "Upload-Complete": isLast ? "?1" : "?0",
    },
  });
  const offset = offsetOf(answer);
  if (isComplete(answer)) return { kind: "done" };
  if ((answer.status === 204 || answer.status === CONFLICT) && offset !== null)
    return { kind: "next", offset };
  if (NEVER_TAKEN.has(answer.status)) {
    const said = await answer.json().catch(() => ({}));
    // A proxy on the way has limits of its own, and no words of ours.
    if (typeof said.code === "string") return { kind: "refused", problem: String(said.detail ?? said.title) };
  }
  return later((Number(answer.headers.get("Retry-After")) || 0) * 1000);
}

/** Whether the server has them still: it may have been restored from a backup of before. @param {Phone} phone @param {PhotoRow[]} rows */
async function askWhatIsDue(phone, rows) {
  const since = new Date(phone.clock() - A_DAY).toISOString();
  const due = rows.filter(
    (row) => !isUnsent(row) && String(row.asked_at) < since && String(row.delivered_at) < since,
  );
  for (const { sha256 } of due.slice(0, MOST_ASKED)) {
    const answer = await ask(phone, "HEAD", sha256, SHORT_PATIENCE).catch(() => null);
    if (answer && isComplete(answer)) await notePhoto(phone.person, sha256, { asked_at: now(phone) });
    else if (answer && isLacking(answer)) await notePhoto(phone.person, sha256, { delivered_at: null });
    else return;
  }
}

/** @param {Phone} phone @param {"PATCH" | "HEAD"} method @param {string} sha256 @param {number} patience @param {RequestInit} [more] */
async function ask(phone, method, sha256, patience, { headers = {}, body } = {}) {
  const vault = await shownOfVault(phone.person);
  const shows = new Headers(headers);
  if (vault) shows.set("Haand-Vault", vault);
  const how = /** @type {RequestInit} */ ({
    credentials: "same-origin",
    cache: "no-store",
    redirect: "manual",
  });
  const signal = AbortSignal.timeout(patience);
  return phone.fetch(`/blobs/${sha256}`, { method, body, headers: shows, ...how, signal });
}

/** Somebody else's page says nothing of uploads. @param {Response} answer */
const isComplete = ({ status, headers }) =>
  (status === 200 || status === 201) && headers.get("Upload-Complete") === "?1";

/** Not there, a part of it, or there as another's: a picture counts for what its own carer has sent. @param {Response} answer */
const isLacking = (answer) =>
  answer.status === NOT_FOUND ||
  offsetOf(answer) !== null ||
  /^image\//.test(answer.headers.get("Content-Type") ?? "");

/** @param {Response} answer */
function offsetOf({ headers }) {
  const said = headers.get("Upload-Offset");
  return said !== null && /^\d{1,15}$/.test(said) ? Number(said) : null;
}

/** @param {number} wait @returns {Outcome} */
const later = (wait) => ({ kind: "later", wait });

/** @param {Phone} phone */
const now = (phone) => new Date(phone.clock()).toISOString();
