/** Knows the form in which a change is sent. Knows nothing about when. */

import { toBase64 } from "./bytes.js";

/**
 * @typedef {import("./shapes.js").Change} Change
 * @typedef {import("./shapes.js").Sent} Sent
 */

/** Whether a change can be read here: one whose words are in a closed box, or given up, has no name. @param {any} change */
export const isReadable = ({ name }) => Boolean(name);

/** @param {any} draft */
export const isReadableDraft = ({ text }) => typeof text === "string";

/**
 * What is sent of a draft: itself, or sealed when it cannot be read here.
 * @param {import("./shapes.js").DraftRow} draft
 */
export function wireDraft(draft) {
  const { id, dn: n, at, sealed, field, since, name, args, text, about, basis } = draft;
  return isReadableDraft(draft) || !sealed
    ? { id, n, at, since, field, name, args, text, about, basis }
    : { id, n, at, sealed: toBase64(sealed) };
}

/** Which change it repeats; an older app has said so in the part that a vault closes. @param {import("./shapes.js").WaitingChange} change */
export const repeatedBy = ({ again, about }) => again ?? about?.again;

/** A header is no longer than a proxy takes. */
const MOST_RETRIES = 60;

/**
 * Which of a push's changes repeat others: beside them, for a change is what it is, and an older server reads on over it.
 * @param {import("./shapes.js").WaitingChange[]} waiting
 * @param {Sent[]} changes
 * @returns {string} "" when none does
 */
export function describeRetries(waiting, changes) {
  const sent = new Set(changes.map(({ id }) => id));
  const pairs = waiting
    .filter((change) => repeatedBy(change) && sent.has(change.id))
    .slice(0, MOST_RETRIES)
    .map((change) => [change.id, repeatedBy(change)]);
  return pairs.length ? JSON.stringify(pairs) : "";
}

/**
 * Exactly what is sent of a change: itself, or sealed to the server when it cannot be read here.
 * @param {Change & { sealed?: Uint8Array }} change
 * @returns {Sent}
 */
export function wire({ id, n, name, v, at, seen, args, sealed }) {
  return isReadable({ name }) || !sealed
    ? { id, n, name, v, at, seen, args }
    : { id, n, sealed: toBase64(sealed) };
}
