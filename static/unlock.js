// The page on which a vault is opened, or what opens a new one is chosen: a passkey first, where one can. What is entered
// leaves this page only stretched, and only to the worker. Knows no key of the vault and no page behind it.

import { beginCode, hasCode, setCode, showCode, showWrong } from "./code_entry.js";
import { chooseStretch, stretch, whyTooEasy } from "./key_stretching.js";
import { arePossible, askForSecret } from "./passkeys.js";
import { ask, isAnswered, isGone, person, say, startListening } from "./worker.js";

/** @typedef {import("../service_worker/vault/key_slots.js").Kind} Kind */
/** @typedef {import("../service_worker/vault/key_slots.js").NewSlot} NewSlot */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{ outcome: string, left?: number }} Answer */
/** @typedef {{ made: NewSlot, secret: Bytes }} Made */

const A_MINUTE = 60_000;

const { mode, next = "/", kinds = "", waits, change = "", anew = "", ...forms } = document.body.dataset;
/** The form of the code that is entered, and of one that is chosen. */
const code = { length: Number(forms.length), letters: Boolean(forms.letters) };
const wanted = { length: Number(forms.wantedLength), letters: Boolean(forms.wantedLetters) };
const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const wordOf = (/** @type {string} */ name) =>
  document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? "";

const has = (/** @type {Kind} */ kind) => kinds.split(" ").includes(kind);
/** The kind of what is chosen, where a passkey is part of it. */
const withPasskey = /** @type {Kind | undefined} */ (
  mode === "choose" ? kinds.split(" ").find((kind) => kind !== "pin") : anew.startsWith("prf") ? anew : ""
);

/** Whether a code is being chosen, and not entered. */
let isChoosing = mode === "choose";
/** The code that was chosen, to be entered again. */
let chosen = "";
let isBusy = false;
/** What the passkey gave, once it was asked with this salt. @type {{ salt: Bytes, id: Bytes, secret: Bytes } | null} */
let passkey = null;
/** What has opened the vault, where something else is to open it from here on. @type {{ kind: Kind, secret: Bytes, stretched?: Bytes, how?: NewSlot } | null} */
let opened = null;

/** @param {string} text @param {boolean} [isWrong] */
function tell(text, isWrong = false) {
  part("said").textContent = text;
  showWrong(isWrong);
}

/** @param {string} title @param {string} [explanation] */
function askFor(title, explanation) {
  part("ask").textContent = title;
  if (explanation !== undefined) part("explain").textContent = explanation;
  showCode("");
}

/** A code is chosen from here on. @param {string} [why] */
function chooseCode(why = "") {
  [isChoosing, chosen] = [true, ""];
  setCode(wanted);
  askFor(wordOf("choose"), `${why} ${wordOf("choose-why")}`.trim());
}

/** All of it is there. @param {string} entered */
async function whole(entered) {
  if (!isChoosing) return busily("opening", () => open(entered));
  const why = chosen ? "" : whyTooEasy(entered, wanted);
  if (why) return startOver(why);
  if (!chosen) return again(entered);
  if (entered !== chosen) return startOver("differ");
  return busily("fetching", () => make(entered));
}

/** @param {string} entered */
function again(entered) {
  chosen = entered;
  tell("");
  askFor(wordOf("again"), wordOf("again-why"));
}

/** @param {string} why */
function startOver(why) {
  chosen = "";
  askFor(wordOf("choose"), wordOf("choose-why"));
  tell(wordOf(why), true);
}

/** The last dot is drawn before the slow part begins. @param {string} word @param {() => Promise<Answer>} work */
async function busily(word, work) {
  isBusy = true;
  document.body.classList.add("busy");
  tell(wordOf(word));
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  try {
    conclude(await work());
  } catch (error) {
    console.error(error);
    conclude({ outcome: "refused" });
  }
}

/** @param {Answer} answer */
function conclude({ outcome, left }) {
  if (outcome === "open") return location.replace(next);
  isBusy = false;
  document.body.classList.remove("busy");
  showCode("");
  tell("");
  if (outcome === "wrong") tell(wordOf(`wrong-${left}`), true);
  else if (outcome === "no-passkey") withoutPasskey();
  else if (outcome === "choose a code") chooseCode(wordOf(change === "code" ? "longer" : change));
  else if (outcome === "passkey from now on") offerPasskey();
  else if (outcome === "now the code") {
    chooseCode();
    tell(wordOf("now-the-code"));
  } else if (outcome === "gone") showGone();
  else tell(wordOf("refused"), true);
}

function showGone() {
  for (const id of ["code", "forgotten"]) document.getElementById(id)?.remove();
  part("gone").hidden = false;
}

/** The passkey gave nothing. Who may choose a code alone does; nobody else is left without a way on. */
function withoutPasskey() {
  if (mode !== "choose") return tell(wordOf("no-passkey"), true);
  if (has("pin")) {
    passkey = null;
    if (!hasCode()) chooseCode();
    return tell(wordOf("no-passkey"), true);
  }
  part("code").hidden = true;
  part("cannot").hidden = false;
  part("cannot-name").focus();
}

/** With a code: alone, or together with the passkey. @param {string} entered @returns {Promise<Answer>} */
async function open(entered) {
  /** @type {NewSlot[]} */
  const slots = await ask({ about: "slots", person });
  const slot = slots.find(({ kind }) => kind === (has("prf+pin") ? "prf+pin" : "pin"));
  if (!slot?.stretch) return { outcome: "refused" };
  const stretched = await stretch(entered, slot.stretch);
  const given = slot.prf_salt ? await askForSecret(slot.prf_salt, slot.passkey_id) : null;
  if (slot.prf_salt && !given) return { outcome: "no-passkey" };
  if (slot.prf_salt && given) passkey = { salt: slot.prf_salt, ...given };
  const secret = given ? joined(given.secret, stretched) : stretched;
  const answer = await ask({ about: "open vault", person, kind: slot.kind, secret });
  if (answer.outcome !== "open" || !change || (change === "passkey" && !arePossible)) return answer;
  opened = { kind: slot.kind, secret, stretched, how: slot };
  return { outcome: change === "passkey" ? "passkey from now on" : "choose a code" };
}

/** @returns {Promise<Answer>} */
async function openByPasskey() {
  /** @type {NewSlot[]} */
  const slots = await ask({ about: "slots", person });
  const slot = slots.find(({ kind }) => kind === "prf");
  const given = slot?.prf_salt ? await askForSecret(slot.prf_salt, slot.passkey_id) : null;
  if (!slot?.prf_salt || !given) return { outcome: "no-passkey" };
  if (!change) return ask({ about: "open vault", person, kind: "prf", secret: given.secret });
  // Not before there is a code that keeps the others out.
  opened = { kind: "prf", secret: given.secret };
  passkey = { salt: slot.prf_salt, ...given };
  return { outcome: "choose a code" };
}

/** The code is chosen: a new vault, or another way into the one there is. @param {string} entered @returns {Promise<Answer>} */
async function make(entered) {
  const how = await chooseStretch();
  const stretched = await stretch(entered, how);
  const isBoth = passkey && (withPasskey === "prf+pin" || opened?.kind === "prf+pin");
  /** @type {Made} */
  const one =
    passkey && isBoth
      ? { made: newSlot("prf+pin", how), secret: joined(passkey.secret, stretched) }
      : { made: newSlot("pin", how), secret: stretched };
  return opened ? reopen(one) : ask({ about: "make vault", person, ...one.made, secret: one.secret });
}

/** @param {Kind} kind @param {NewSlot["stretch"]} how @returns {NewSlot} */
function newSlot(kind, how, form = wanted) {
  const { salt, id } = kind !== "pin" && passkey ? passkey : { salt: null, id: null };
  return { kind, stretch: how, prf_salt: salt, passkey_id: id, code: how && form };
}

/** @param {Made} instead what opens it from here on @returns {Promise<Answer>} */
const reopen = (instead) =>
  ask({ about: "open vault", person, kind: opened?.kind, secret: opened?.secret, instead });

/** The passkey is asked for a secret, with a salt that is new. @returns {Promise<Answer>} */
async function chooseByPasskey() {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const given = arePossible ? await askForSecret(salt) : null;
  if (!given) return { outcome: "no-passkey" };
  passkey = { salt, ...given };
  if (withPasskey === "prf")
    return ask({ about: "make vault", person, ...newSlot("prf", null), secret: given.secret });
  part("passkey").hidden = true;
  return { outcome: "now the code" };
}

/** It is open; from here on it may be a passkey that opens it. */
function offerPasskey() {
  setCode(null);
  askFor(wordOf("from-now-on"), wordOf("from-now-on-why"));
  part("passkey").hidden = part("as-before").hidden = false;
  part("forgotten").hidden = true;
}

/** @returns {Promise<Answer>} */
async function openByPasskeyFromNowOn() {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const given = await askForSecret(salt);
  if (!given || !opened?.stretched || !opened.how?.stretch) return { outcome: "no-passkey" };
  passkey = { salt, ...given };
  if (withPasskey === "prf") return reopen({ made: newSlot("prf", null), secret: given.secret });
  const made = newSlot("prf+pin", opened.how.stretch, code);
  return reopen({ made, secret: joined(given.secret, opened.stretched) });
}

/** What has become of the vault while this page was on its way here, nobody could tell it. */
async function leaveIfOutdated() {
  if (await isGone()) return location.replace("/");
  const now = await ask({ about: "mode", person });
  if (now.mode !== mode && !opened) location.reload();
}

function tick() {
  if (document.visibilityState === "visible") say({ about: "tick" });
}

/** @param {Bytes} first @param {Bytes} second */
function joined(first, second) {
  return new Uint8Array([...first, ...second]);
}

/** @param {string} id @param {() => Promise<Answer>} work @param {string} [word] */
function whenPressed(id, work, word = "opening") {
  document.getElementById(id)?.addEventListener("click", () => !isBusy && busily(word, work));
}

whenPressed("passkey", () =>
  mode === "choose" ? chooseByPasskey() : opened ? openByPasskeyFromNowOn() : openByPasskey(),
);
whenPressed("forget", () => ask({ about: "forget vault", person }));
whenPressed("work-online", () => ask({ about: "work online", person }), "fetching");
whenPressed("as-before", () => ask({ about: "keep slot", person }));
document.getElementById("try-again")?.addEventListener("click", () => location.reload());

const isCodeFirst = mode === "open" ? !has("prf") : !withPasskey || (!arePossible && has("pin"));
beginCode(isCodeFirst ? (isChoosing ? wanted : code) : null, {
  whole,
  tell,
  wordOf,
  isBusy: () => isBusy,
});
if (mode === "choose" && isCodeFirst && withPasskey) chooseCode();
if (arePossible && (has("prf") || (mode === "choose" && withPasskey))) part("passkey").hidden = false;
if (!arePossible && !isCodeFirst) withoutPasskey();

/** Something may have been delivered, also from another page: what is said of it is said anew. */
async function recount() {
  const told = part("explain");
  if (told.dataset.counts === undefined) return;
  const { said } = await ask({ about: "waits", person });
  if (said && told.textContent !== said) told.textContent = said;
}

let later = 0;
startListening(({ about, wait }) => {
  if (about === "start over") location.replace("/");
  else if (about === "changed" || about === "state") recount().catch(console.error);
  else if (about === "later") {
    clearTimeout(later);
    later = setTimeout(tick, wait);
  }
});
if (isAnswered()) leaveIfOutdated();
document.body.classList.add("ready");
// What waits is sealed, and goes also from here; and a phone that was shut out hears of it.
if ((Number(waits) || mode === "open") && isAnswered()) {
  say({ about: "visible" });
  setInterval(tick, A_MINUTE);
  addEventListener("online", () => say({ about: "online" }));
}
// Another tab has unlocked it, or this page comes back from the browser's memory: what is right is asked anew.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
