/**
 * Answers what a carer does: stored first, and only then answered with the fragment that shows it. Knows forms and
 * the outbox; knows nothing about the network.
 *
 * @typedef {import("./shapes.js").Phone} Phone
 */

import { fragment, html, nothing, problem, seeOther } from "./answers.js";
import { markRead, retry } from "./attention.js";
import { description, MESSAGES, NotAsDescribed, readArgs } from "./described.js";
import { N_ } from "./marked.js";
import { isId } from "./new_id.js";
import { keepDraft, storeChange } from "./outbox.js";
import { findFragment } from "./pages.js";
import { languageOf } from "./shelf.js";
import { Locked } from "./vault.js";

const KEPT = N_("It is kept and will be delivered. The visit is no longer on this phone.");
const NOT_STORED = N_("The phone could not save this. Make room on the phone, then try again.");

/**
 * POST /do/<change>. Answers 200 with the fragment of changes.json, 303 to the page for a plain form, 422 with the
 * reason in words, or 507 when the phone itself cannot store.
 * @param {Phone} phone
 * @param {Request} request
 * @param {() => Promise<unknown>} onStored what is waited for between storing and answering
 */
export async function doChange(phone, request, onStored) {
  /** @type {import("./outbox.js").Told} */
  let told;
  try {
    told = await readTold(phone, request);
    await storeChange(phone, told);
  } catch (error) {
    return refuse(phone, error);
  }
  await onStored();
  const path = told.args.visit_id ? `/visits/${told.args.visit_id}` : "/me";
  if (request.mode === "navigate") return seeOther(path, request);
  return show(phone, description(told.name).fragment, told.args, path);
}

/**
 * The stored change is shown. A page that cannot be drawn must not look like a change that was not stored, so the
 * browser is sent to the whole page, which says so safely.
 * @param {Phone} phone
 * @param {string} template
 * @param {import("./shapes.js").Args} args of the change
 * @param {string} path
 */
async function show(phone, template, args, path) {
  try {
    const sheet = await findFragment(phone, template, args);
    return sheet.status === 404 ? problem(KEPT, await languageOf(phone), 200) : fragment(sheet);
  } catch (error) {
    if (!(error instanceof Locked)) console.error(error);
    return html("", 200, { "HX-Redirect": path });
  }
}

/** POST /attention/<change>/<retry or read>. @param {Phone} phone @param {Request} request @param {string} id @param {string} step */
export async function settleAttention(phone, request, id, step) {
  await (step === "retry" ? retry(phone, id) : markRead(phone, id));
  if (request.mode === "navigate") return seeOther("/waiting", request);
  return show(phone, "carer/_waiting.html", {}, "/waiting");
}

/** PUT /drafts/<key>. @param {Phone} phone @param {Request} request @param {string} key */
export async function saveDraft(phone, request, key) {
  await keepDraft(phone.person, key, (await request.text()).toWellFormed());
  return nothing();
}

/**
 * The bytes are read before anything else: WebKit has handed on bodies that were empty by then.
 * @param {Phone} phone
 * @param {Request} request
 * @returns {Promise<import("./outbox.js").Told>}
 */
async function readTold(phone, request) {
  const bytes = await request.arrayBuffer();
  const name = new URL(request.url).pathname.slice("/do/".length);
  const described = description(name);
  const form = await readForm(bytes, request.headers.get("Content-Type") ?? "");
  const tapped = request.headers.get("HX-Change");
  const seen = /^\d{1,15}$/.test(form.get("seen") ?? "") ? Number(form.get("seen")) : null;
  return {
    id: tapped && isId(tapped) ? tapped : phone.newId(),
    name,
    v: described.v,
    on: described.on,
    seen,
    args: readArgs(described, form, phone.newId),
  };
}

/** @param {ArrayBuffer} bytes @param {string} type */
async function readForm(bytes, type) {
  if (!type.startsWith("multipart/form-data")) return new URLSearchParams(new TextDecoder().decode(bytes));
  const form = await new Response(bytes, { headers: { "Content-Type": type } }).formData();
  return new URLSearchParams([...form].map(([name, value]) => [name, String(value)]));
}

/** Why it was not stored, so that nobody thinks it was. @param {Phone} phone @param {unknown} error */
export async function refuse(phone, error) {
  if (error instanceof NotAsDescribed) return problem(MESSAGES[error.problem], await languageOf(phone), 422);
  console.error(error);
  return problem(NOT_STORED, await languageOf(phone), 507);
}
