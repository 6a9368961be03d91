// The page on which a vault is opened, or the code of a new one is chosen: keys for a thumb in a glove. What is typed
// leaves this page only stretched, and only to the worker. Knows no key of the vault and no page behind it.

import { chooseStretch, isEasy, stretch } from "./key_stretching.js";
import { makeStray } from "./pace.js";
import { arePossible, askForSecret } from "./passkeys.js";
import { ask, isAnswered, isGone, person, say, startListening } from "./worker.js";

/** @typedef {import("../service_worker/vault/key_slots.js").Kind} Kind */
/** @typedef {import("../service_worker/vault/key_slots.js").NewSlot} NewSlot */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const LENGTH = 6;
const A_MINUTE = 60_000;
/** Whoever was writing when it was locked writes on for a moment: a number in a note is no try. Until a pause, or its end. */
const [PAUSE, LONGEST] = [1_000, 10_000];

const { mode, next = "/", kinds = "", waits } = document.body.dataset;
const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const wordOf = (/** @type {string} */ name) =>
  document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? "";

const explanation = part("explain").textContent ?? "";

const isStray = location.hash === "#writing" ? makeStray(PAUSE, LONGEST) : () => false;
let typed = "";
/** The code that was chosen, to be entered again. */
let chosen = "";
let isBusy = false;
/** What the passkey gave, once it was asked with this salt. @type {{ salt: Bytes, id: Bytes, secret: Bytes } | null} */
let passkey = null;

const has = (/** @type {Kind} */ kind) => kinds.split(" ").includes(kind);
/** A code is typed for these. */
const withPin = () => has("pin") || has("prf+pin");

/** @param {string} text @param {boolean} [isWrong] */
function tell(text, isWrong = false) {
  part("said").textContent = text;
  part("code").classList.toggle("wrong", isWrong);
}

/** @param {string} digits */
function show(digits) {
  typed = digits;
  const dots = [...part("dots").children];
  for (const [place, dot] of dots.entries()) dot.classList.toggle("typed", place < digits.length);
  const count = wordOf("digits").replace("#", String(digits.length));
  part("dots").setAttribute("aria-label", count);
  // How many, never which: others hear it too.
  part("heard").textContent = count;
}

/** @param {string} title @param {string} [explanation] */
function askFor(title, explanation) {
  part("ask").textContent = title;
  if (explanation !== undefined) part("explain").textContent = explanation;
  show("");
}

/** @param {string} digit */
function press(digit) {
  if (isBusy || typed.length >= LENGTH || !withPin()) return;
  tell("");
  show(typed + digit);
  if (typed.length === LENGTH) whole(typed);
}

/** All digits are there. @param {string} pin */
async function whole(pin) {
  if (mode !== "choose") return busily("opening", () => open(pin));
  if (has("prf+pin") && !passkey && !has("pin")) return startOver("passkey-first");
  if (!chosen) return isEasy(pin) ? startOver("easy") : again(pin);
  if (pin !== chosen) return startOver("differ");
  return busily("fetching", () => make(pin));
}

/** @param {string} pin */
function again(pin) {
  chosen = pin;
  askFor(wordOf("again"), wordOf("again-why"));
}

/** @param {string} why */
function startOver(why) {
  chosen = "";
  askFor(wordOf("choose"), explanation);
  tell(wordOf(why), true);
}

/** The last dot is drawn before the slow part begins. @param {string} word @param {() => Promise<any>} work */
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

/** @param {{ outcome: string, left?: number }} answer */
function conclude({ outcome, left }) {
  if (outcome === "open") return location.replace(next);
  isBusy = false;
  document.body.classList.remove("busy");
  show("");
  if (outcome === "wrong") tell(wordOf(`wrong-${left}`), true);
  else if (outcome === "no-passkey") tell(wordOf("no-passkey"), true);
  else if (outcome === "half-way") tell(wordOf("now-the-code"));
  else if (outcome === "gone") showGone();
  else tell(wordOf("refused"), true);
}

function showGone() {
  for (const id of ["code", "forgotten"]) document.getElementById(id)?.remove();
  part("gone").hidden = false;
}

/** With a code: alone, or together with the passkey, which is asked first. @param {string} pin */
async function open(pin) {
  /** @type {NewSlot[]} */
  const slots = await ask({ about: "slots", person });
  const slot = slots.find(({ kind }) => kind === (has("prf+pin") ? "prf+pin" : "pin"));
  if (!slot?.stretch) return { outcome: "refused" };
  const stretched = await stretch(pin, slot.stretch);
  if (!slot.prf_salt) return ask({ about: "open vault", person, kind: slot.kind, secret: stretched });
  const given = await askForSecret(slot.prf_salt, slot.passkey_id);
  if (!given) return { outcome: "no-passkey" };
  return ask({ about: "open vault", person, kind: slot.kind, secret: joined(given.secret, stretched) });
}

async function openByPasskey() {
  /** @type {NewSlot[]} */
  const slots = await ask({ about: "slots", person });
  const slot = slots.find(({ kind }) => kind === "prf");
  const given = slot?.prf_salt ? await askForSecret(slot.prf_salt, slot.passkey_id) : null;
  if (!given) return { outcome: "no-passkey" };
  return ask({ about: "open vault", person, kind: "prf", secret: given.secret });
}

/** @param {string} pin */
async function make(pin) {
  const how = await chooseStretch();
  const stretched = await stretch(pin, how);
  const made = passkey
    ? {
        ...{ kind: "prf+pin", prf_salt: passkey.salt, passkey_id: passkey.id },
        secret: joined(passkey.secret, stretched),
      }
    : { kind: "pin", prf_salt: null, passkey_id: null, secret: stretched };
  return ask({ about: "make vault", person, stretch: how, ...made });
}

/** The passkey is asked for its secret; where it has none, a code alone has to do, if that is allowed. */
async function chooseByPasskey() {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const given = await askForSecret(salt);
  if (!given) return { outcome: "no-passkey" };
  const { id, secret } = given;
  if (has("prf")) {
    const made = { kind: "prf", stretch: null, prf_salt: salt, passkey_id: id, secret };
    return ask({ about: "make vault", person, ...made });
  }
  passkey = { salt, id, secret };
  part("passkey").hidden = true;
  return { outcome: "half-way" };
}

/** What has become of the vault while this page was on its way here, nobody could tell it. */
async function leaveIfOutdated() {
  if (await isGone()) return location.replace("/");
  const now = await ask({ about: "mode", person });
  if (now.mode !== mode) location.reload();
}

function tick() {
  if (document.visibilityState === "visible") say({ about: "tick" });
}

/** @param {Bytes} first @param {Bytes} second */
function joined(first, second) {
  return new Uint8Array([...first, ...second]);
}

part("keys").addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("button") : null;
  if (button?.value) press(button.value);
});
part("erase").addEventListener("click", () => !isBusy && show(typed.slice(0, -1)));
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return;
  // Who has seen this page already, and enters the code, sees that it does not count yet.
  if (isStray()) return tell(wordOf("writing"));
  if (/^\d$/.test(key)) press(key);
  else if (key === "Backspace" && !isBusy) show(typed.slice(0, -1));
});
part("passkey").addEventListener("click", () => {
  if (isBusy) return;
  busily("opening", mode === "choose" ? chooseByPasskey : openByPasskey);
});
document.getElementById("forget")?.addEventListener("click", () => {
  if (!isBusy) busily("opening", () => ask({ about: "forget vault", person }));
});

if ((has("prf") || (mode === "choose" && has("prf+pin"))) && arePossible) part("passkey").hidden = false;
if (!withPin()) {
  part("keys").classList.add("passkey-only");
  if (!arePossible) tell(wordOf("none-possible"), true);
}

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
