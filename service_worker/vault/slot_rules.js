/**
 * Knows which slot a carer may make on this phone, as the organisation wants it, and whether the one she has is to be
 * made anew. Knows no page and no secret. Twin of what HAAND_VAULT means (pwa/config.py).
 *
 * @typedef {import("./key_slots.js").Kind} Kind
 * @typedef {import("./key_slots.js").CodeForm} CodeForm
 * @typedef {{ kind: Kind, why: "shared" | "passkey" | "code" }} Change shared: others use this phone too; passkey: a code
 *   alone is not wanted any more; code: another form of code is
 */

import { everybody, fact } from "../store/facts.js";
import { isKnown } from "./key_slots.js";
import { findPolicy } from "./policy.js";

/** As all codes were, and as an older server wants them. @type {CodeForm} */
export const SIX_DIGITS = { length: 6, letters: false };
/** Who could not, or did not want to, is asked again after so long. */
const ASKED_AGAIN = 30 * 24 * 60 * 60_000;

/**
 * What this carer may choose here: one kind with a passkey at most, and a code alone where that is allowed. Whoever knows
 * the phone's own code can use every passkey on it, so where several use it a passkey alone does not keep them apart.
 * @param {string} person
 * @returns {Promise<Kind[]>} the best first; none where there are no vaults
 */
export async function kindsFor(person) {
  const slots = ((await findPolicy())?.slots ?? []).filter(isKnown);
  const isShared = slots.includes("prf+pin") && (await everybody()).some((each) => each !== person);
  const passkey = isShared ? "prf+pin" : slots.find((kind) => kind !== "pin");
  return [...(passkey ? [passkey] : []), ...slots.filter((kind) => kind === "pin")];
}

/** The form of a code that is chosen now. @returns {Promise<CodeForm>} */
export async function codeForm() {
  return (await findPolicy())?.code ?? SIX_DIGITS;
}

/**
 * Whether, and why, another slot is to take this one's place when it is opened next. What a phone has goes on opening.
 * @param {string} person
 * @param {import("./key_slots.js").Slot} slot
 * @returns {Promise<Change | null>}
 */
export async function changeFor(person, slot) {
  const kinds = await kindsFor(person);
  const passkey = kinds.find((kind) => kind !== "pin");
  if (slot.kind === "prf") return passkey === "prf+pin" ? { kind: passkey, why: "shared" } : null;
  if (slot.kind === "pin" && passkey && !kinds.includes("pin") && !(await wasAsked(person)))
    return { kind: passkey, why: "passkey" };
  return isShorter(slot.code ?? SIX_DIGITS, await codeForm()) ? { kind: slot.kind, why: "code" } : null;
}

/** @param {CodeForm} code @param {CodeForm} wanted */
const isShorter = (code, wanted) =>
  wanted.letters
    ? !code.letters || code.length < wanted.length
    : !code.letters && code.length < wanted.length;

/** @param {string} person */
async function wasAsked(person) {
  const asked = await fact(person, "asked_for_passkey");
  return Boolean(asked) && Math.abs(Date.now() - asked) < ASKED_AGAIN;
}
