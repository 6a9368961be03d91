/**
 * Knows the page on which a carer opens her vault, or chooses the PIN of a new one, and what that page may say. Knows
 * nothing about how a PIN is stretched.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../vault/key_slots.js").NewSlot & { about: string, to: string, person: string, secret: Uint8Array<ArrayBuffer>,
 *   instead?: import("../vault/unlocking.js").Instead }} UnlockMessage
 */

import { render } from "../jinja/render.js";
import { isId } from "../new_id.js";
import { ownPath } from "../own_path.js";
import { currentPerson, fact, ownFact, setCurrentPerson, setFacts } from "../store/facts.js";
import { DRAFT_STORES } from "../sync/draft_numbers.js";
import { tidyDrafts } from "../sync/drafts.js";
import { joinWritten } from "../sync/locked_drafts.js";
import { deliver, NOT_HIS_SIGN_IN, waitForFirst } from "../sync/triggers.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { changeFor, codeForm, kindsFor, SIX_DIGITS } from "../vault/slot_rules.js";
import { findSlots, makeVault, openVault, triesLeft, workOnline } from "../vault/unlocking.js";
import { stateOf } from "../vault/vault.js";
import { countLocked, destroyVault, expireIfOutOfContact, waits } from "../vault/vault_expiry.js";
import { page, seeOther } from "./responses.js";

/** This page alone may run WebAssembly, which stretches a PIN; it shows nothing personal. */
const MAY_STRETCH = "script-src 'self' 'wasm-unsafe-eval'";

/** What a page says, by what it is about. */
export const UNLOCK_MESSAGES = new Set([
  ...["mode", "slots", "waits", "open vault", "make vault", "forget vault", "work online", "keep slot"],
]);

/**
 * @param {Phone} phone whose vault it is about
 * @param {URL} url
 * @param {Request} request
 */
export async function showUnlock(phone, url, request) {
  const next = nextOf(url);
  const mode = await modeFor(phone.person);
  if (!mode) return seeOther(next, request);
  const givenUp = await expireIfOutOfContact(phone.person);
  const slots = await findSlots(phone.person);
  const kinds = mode === "choose" ? await kindsFor(phone.person) : slots.map(({ kind }) => kind);
  const change = mode === "open" && slots[0] ? await changeFor(phone.person, slots[0]) : null;
  const wanted = await codeForm();
  const code = mode === "open" ? (slots[0]?.code ?? SIX_DIGITS) : wanted;
  const { language } = await whoIs(phone.person);
  const people = await peopleHere(phone.person);
  const context = {
    build: phone.build,
    language,
    mode,
    who: people.find(({ id }) => id === phone.person),
    others: people.filter(({ id, initials }) => id !== phone.person && initials),
    kinds,
    // Where a passkey can open it, that is tried first; a code alone is for where it cannot.
    by_passkey: kinds[0] === "prf" || (mode === "choose" && kinds[0] === "prf+pin"),
    dots: Array.from({ length: code.length }, (_, place) => place),
    code,
    wanted,
    slot_change: { why: change?.why ?? "", kind: change?.kind ?? "" },
    left: triesLeft(slots),
    given_up: givenUp && mode === "open",
    waits: await waits(phone.person),
    ...(await whatWaits(phone.person)),
    next_path: next,
  };
  const answer = page({ template: "carer/unlock.html", context });
  const policyOfPage = /** @type {string} */ (answer.headers.get("Content-Security-Policy"));
  answer.headers.set("Content-Security-Policy", policyOfPage.replace("script-src 'self'", MAY_STRETCH));
  return answer;
}

/** How much is behind the lock, and whether it goes from here. @param {string} person */
async function whatWaits(person) {
  const trouble = (await fact(person, "trouble")) ?? "";
  return { signed_out: NOT_HIS_SIGN_IN.has(trouble), ...(await countLocked(person)) };
}

/**
 * What this page is for just now; null when there is nothing to open. Nobody but who works here chooses a PIN.
 * @param {string} person
 * @returns {Promise<"open" | "choose" | null>}
 */
async function modeFor(person) {
  const state = await stateOf(person);
  if (state === "closed") return "open";
  return ["wanted", "online"].includes(state) && (await currentPerson()) === person ? "choose" : null;
}

/** Where to go once it is open: a page of ours. @param {URL} url */
function nextOf({ searchParams }) {
  const next = ownPath(searchParams.get("next") ?? "/");
  return next.startsWith("/unlock") ? "/" : next;
}

/** @param {string} person */
async function whoIs(person) {
  const [language = "da", initials = ""] = await Promise.all([
    fact(person, "language"),
    fact(person, "initials"),
  ]);
  return { id: person, initials, language };
}

/**
 * Everybody who has a vault on this phone, and who is about to. Whoever has the same initials gets a number, always the same
 * one, because the tries for a code that are used up on the wrong page are somebody else's.
 * @param {string} person
 */
async function peopleHere(person) {
  const people = new Set([...Object.keys((await ownFact("vaults")) ?? {}), person]);
  const known = await Promise.all([...people].map(whoIs));
  return known.map(({ id, initials }) => {
    const alike = known.filter((each) => each.initials === initials).map((each) => each.id);
    const number = alike.length > 1 && initials ? ` ${alike.indexOf(id) + 1}` : "";
    return { id, initials: initials + number };
  });
}

/**
 * What the page says, and what it is answered.
 * @param {UnlockMessage} said
 * @param {Phone} phone
 */
export async function handleUnlockMessage(said, phone) {
  const { about, person, kind, stretch, prf_salt, passkey_id, code, secret, instead } = said;
  if (!isId(person)) return { outcome: "refused" };
  if (about === "mode") return { mode: await modeFor(person) };
  if (about === "waits") {
    const { language } = await whoIs(person);
    const said = render("carer/_unlock_waits.html", { language, ...(await whatWaits(person)) });
    return { said: said.trim() };
  }
  if (about === "slots") {
    const slots = await findSlots(person);
    return slots.map(({ kind, stretch, prf_salt, passkey_id }) => ({ kind, stretch, prf_salt, passkey_id }));
  }
  if (about === "forget vault") {
    await destroyVault(person);
    return { outcome: "gone" };
  }
  if (about === "open vault") {
    const opened = await openVault(person, kind, secret, instead);
    if (opened.outcome === "open") {
      await Promise.all([setCurrentPerson(person), joinWritten(phone).catch(console.error)]);
    }
    return opened;
  }
  if (about === "work online") {
    // An older app's draft gets an id before it can be sealed.
    await transaction(person, DRAFT_STORES, "readwrite", (tx) => tidyDrafts(tx, phone));
    const begun = await workOnline(person);
    if (begun.outcome === "open") await deliver(phone);
    return begun;
  }
  if (about === "keep slot") {
    await setFacts(person, { asked_for_passkey: Date.now() });
    return { outcome: "open" };
  }
  const made = await makeVault(person, { kind, stretch, prf_salt, passkey_id, code }, secret);
  if (made.outcome === "open") await waitForFirst(phone);
  return made;
}
