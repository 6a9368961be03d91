/**
 * Answers what a carer does: stored first, and only then answered with the fragment that shows it. Knows forms and
 * the outbox; knows nothing about the network.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 */

import { N_ } from "../jinja/gettext.js";
import { isId } from "../new_id.js";
import { markRead, retry } from "../sync/attention.js";
import { keepDraft, storeChange } from "../sync/outbox.js";
import { Locked } from "../vault/vault.js";
import { description, MESSAGES, NotAsDescribed, readArgs } from "./change_schema.js";
import { findFragment } from "./find_page.js";
import { languageOf } from "./page_data.js";
import { fragment, html, noContent, problem, seeOther } from "./responses.js";

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
  /** @type {import("../sync/outbox.js").NewChange} */
  let change;
  try {
    change = await readNewChange(phone, request);
    await storeChange(phone, change);
  } catch (error) {
    return refuse(phone, error);
  }
  await onStored();
  const path = change.args.visit_id ? `/visits/${change.args.visit_id}` : "/me";
  if (request.mode === "navigate") return seeOther(path, request);
  return show(phone, description(change.name).fragment, change.args, path);
}

/**
 * The stored change is shown. A page that cannot be drawn must not look like a change that was not stored, so the
 * browser is sent to the whole page, which says so safely.
 * @param {Phone} phone
 * @param {string} template
 * @param {import("../shapes.js").Args} args of the change
 * @param {string} path
 */
async function show(phone, template, args, path) {
  try {
    const content = await findFragment(phone, template, args);
    return content.status === 404 ? problem(KEPT, await languageOf(phone), 200) : fragment(content);
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
  return noContent();
}

/**
 * The bytes are read before anything else: WebKit has handed on bodies that were empty by then.
 * @param {Phone} phone
 * @param {Request} request
 * @returns {Promise<import("../sync/outbox.js").NewChange>}
 */
async function readNewChange(phone, request) {
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
