// Answers with a picture: asks for room before the camera opens, has the photo made small, and posts it with what names it, so that the
// phone keeps both or neither. Knows the forms of carer/_take_picture.html.

import { writePictured } from "../service_worker/checklists/photo_answers.js";
import { cleaned } from "../service_worker/texts.js";
import { canvasAt, clear, isDrawn, signatureOf } from "./signing.js";
import { makeSmaller, NotMade } from "./smaller.js";

/** So much stays free for answers, which come first. */
const ROOM = 20_000_000;
const PATIENCE = 500;

/** How many bytes are free, as far as the browser says. */
let free = Number.POSITIVE_INFINITY;

/** Of each form, what could not be kept and may be tried again. @type {Map<HTMLFormElement, { value: string, blob: Blob | null }>} */
const unsaved = new Map();

/** Some browsers never answer. */
async function askForRoom() {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, {}));
  const asked = navigator.storage?.estimate?.().catch(() => ({})) ?? {};
  const { quota, usage = 0 } = /** @type {StorageEstimate} */ (await Promise.race([asked, late]));
  free = quota === undefined ? Number.POSITIVE_INFINITY : quota - usage;
}

/** @param {Element} element @returns {HTMLFormElement | null} */
const formOf = (element) => element.closest("form[data-pictured]");

/** @param {HTMLFormElement} form @param {string} word the name of what is said; "" takes it away */
function say(form, word) {
  const words = /** @type {HTMLTemplateElement | null} */ (document.getElementById("picture-words"));
  const said = words?.content.querySelector(`[data-word="${word}"]`)?.textContent ?? "";
  const isDoing = word === "making";
  const [doing, mistake] = ["[data-doing]", ".mistake"].map((each) => form.querySelector(each));
  if (doing) doing.textContent = isDoing ? said : "";
  if (mistake) mistake.textContent = isDoing ? "" : said;
}

/** @param {HTMLFormElement} form @param {File} file */
async function take(form, file) {
  form.dataset.pending = "";
  say(form, "making");
  try {
    const blob = await makeSmaller(file);
    await answerWith(form, blob, "image/jpeg", "");
  } catch (error) {
    delete form.dataset.pending;
    say(form, error instanceof NotMade ? error.word : "too_large");
  }
}

/** @param {HTMLFormElement} form */
async function sign(form) {
  const canvas = /** @type {HTMLCanvasElement} */ (form.querySelector("canvas"));
  const name = nameIn(form);
  if (!name) return refuseName(form);
  if (!isDrawn(canvas)) return say(form, "empty");
  const blob = await signatureOf(canvas);
  if (blob) await answerWith(form, blob, "image/png", name);
}

/** @param {HTMLFormElement} form */
function writeName(form) {
  const name = nameIn(form);
  if (!name) return refuseName(form);
  unsaved.set(form, { value: name, blob: null });
  post(form);
}

/** @param {HTMLFormElement} form */
function nameIn(form) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("[data-signer]"));
  return cleaned(field.value).replace(/\s+/g, " ").trim();
}

/** @param {HTMLFormElement} form */
function refuseName(form) {
  say(form, "no_name");
  /** @type {HTMLInputElement} */ (form.querySelector("[data-signer]")).focus();
}

/** @param {HTMLFormElement} form @param {Blob} blob @param {string} type @param {string} signed_by */
async function answerWith(form, blob, type, signed_by) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const value = writePictured({ sha256, type, bytes: blob.size, signed_by });
  if (JSON.parse(fieldOf(form, "said").value || "[]").includes(value)) {
    delete form.dataset.pending;
    return say(form, "is_there");
  }
  unsaved.set(form, { value, blob });
  form.dataset.pending = "";
  if (!navigator.serviceWorker?.controller && !(await sendTo(`/blobs/${sha256}`, blob)))
    return offerAgain(form, "no_network");
  post(form);
}

/** Where no worker keeps it, the server has it first. @param {string} address @param {Blob} blob */
async function sendTo(address, blob) {
  const answer = await fetch(address, { method: "PUT", body: blob, cache: "no-store" }).catch(() => null);
  return answer?.headers.get("Upload-Complete") === "?1";
}

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement} */
const fieldOf = (form, name) => /** @type {any} */ (form.elements.namedItem(name));

/** @param {HTMLFormElement} form @param {string} name @param {string} type */
function ownField(form, name, type) {
  const field =
    fieldOf(form, name) ?? Object.assign(document.createElement("input"), { name, type, hidden: true });
  form.append(field);
  return field;
}

/** @param {HTMLFormElement} form */
function post(form) {
  const kept = unsaved.get(form);
  if (!kept) return;
  form.dataset.pending = "";
  ownField(form, "value", "hidden").value = kept.value;
  const picture = ownField(form, "picture", "file");
  const blob = navigator.serviceWorker?.controller ? kept.blob : null;
  picture.disabled = !blob;
  if (blob) {
    const files = new DataTransfer();
    files.items.add(new File([blob], "picture", { type: blob.type }));
    picture.files = files.files;
  }
  for (const name of blob ? [] : ["hx-encoding", "enctype"]) form.removeAttribute(name);
  form.requestSubmit();
}

/** @param {HTMLFormElement} form @param {string} word */
function offerAgain(form, word) {
  const again = /** @type {HTMLElement | null} */ (form.querySelector("[data-again]"));
  if (again) again.hidden = false;
  say(form, word);
}

/** @param {HTMLFormElement} form @param {boolean} isStored */
function conclude(form, isStored) {
  if (!unsaved.has(form)) return;
  askForRoom();
  if (!isStored) return offerAgain(form, "not_taken");
  unsaved.delete(form);
  delete form.dataset.pending;
  say(form, "");
  for (const name of ["value", "picture"]) fieldOf(form, name)?.remove();
  for (const canvas of form.querySelectorAll("canvas")) clear(canvas);
}

// Before the shutter: afterwards the photo would be gone.
document.addEventListener(
  "click",
  (event) => {
    const pressed = event.target instanceof Element ? event.target : null;
    const form = pressed && formOf(pressed);
    if (!form) return;
    if (pressed.matches("[data-take]")) {
      say(form, free < ROOM ? "no_room" : "");
      if (free < ROOM) event.preventDefault();
      askForRoom();
    } else if (pressed.closest("[data-clear]")) {
      for (const canvas of form.querySelectorAll("canvas")) clear(canvas);
      delete form.dataset.pending;
      say(form, "");
    } else if (pressed.closest("[data-signed]")) sign(form);
    else if (pressed.closest("[data-name-only]")) writeName(form);
    else if (pressed.closest("[data-again]")) post(form);
  },
  true,
);

document.addEventListener("change", ({ target }) => {
  const form = target instanceof HTMLInputElement && target.matches("[data-take]") ? formOf(target) : null;
  const input = /** @type {HTMLInputElement} */ (target);
  const file = form && input.files?.[0];
  if (!form || !file) return;
  take(form, file).finally(() => {
    // The same file may be chosen once more.
    input.value = "";
  });
});

document.addEventListener("pointerup", ({ target }) => {
  const form = canvasAt(target)?.closest("form");
  if (form) form.dataset.pending = "";
});

document.addEventListener("htmx:finally:request", (event) => {
  const { sourceElement, request, response } = /** @type {CustomEvent} */ (event).detail.ctx;
  const form = request.form ?? sourceElement;
  if (form instanceof HTMLFormElement) conclude(form, Boolean(response && response.status < 400));
});

/** A picture of a colleague's that has not come. */
document.addEventListener(
  "error",
  ({ target }) => {
    if (!(target instanceof HTMLImageElement) || !target.closest("details.picture")) return;
    const words = /** @type {HTMLTemplateElement | null} */ (document.getElementById("picture-words"));
    const said = words?.content.querySelector('[data-word="not_here"]')?.cloneNode(true);
    if (said) target.replaceWith(said);
  },
  true,
);

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-pending]")) event.preventDefault();
});
document.addEventListener("visibilitychange", askForRoom);
askForRoom();
