/** Knows the form in which a change is sent. Knows nothing about when. */

import { toBase64 } from "./bytes.js";

/**
 * @typedef {import("./shapes.js").Change} Change
 * @typedef {import("./shapes.js").Sent} Sent
 */

/** Whether a change can be read here: one whose words are in a closed box, or given up, has no name. @param {any} change */
export const isReadable = ({ name }) => Boolean(name);

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
