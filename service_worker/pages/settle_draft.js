/**
 * Answers what is done with half-written words: typed, saved as what they would have become, discarded, had back. Knows
 * forms; knows nothing about how drafts are kept.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").Typed} Typed
 */

import { N_ } from "../jinja/gettext.js";
import { isId } from "../new_id.js";
import { discardDraft, keepDraft, restoreDraft } from "../sync/drafts.js";
import { storeChange } from "../sync/outbox.js";
import { description, NotAsDescribed, readArgs } from "./change_schema.js";
import { showFragment } from "./do_change.js";
import { languageOf, readPageData } from "./page_data.js";
import { html, problem, seeOther } from "./responses.js";
import { sayWhatStands } from "./standing_now.js";
import { findDraft } from "./unsaved.js";

const OF_NO_VISIT = N_("The app does not know which visit this is about. Copy the words into a note.");

/**
 * What a window says that it has in a field. An older page says the text alone.
 * @param {string} field
 * @param {string} text
 * @param {any} said whose words, which it has seen before, and what its form would become
 * @returns {Typed}
 */
export function readTyped(field, text, { id, seen, name, args }) {
  const typed = { field, text: text.toWellFormed() };
  if (!isId(id) || !Array.isArray(seen)) return typed;
  return { ...typed, id, seen: seen.map(String), ...readBasis(args ?? {}), ...readForm(name, args ?? {}) };
}

/** What stood before the carer when she began. @param {Record<string, any>} given @returns {{ basis?: import("../shapes.js").Basis }} */
function readBasis({ seen, over }) {
  const version = Number.parseInt(seen, 10);
  return version >= 0 ? { basis: { version, over: isId(over) ? over : "" } } : {};
}

/** What change its form would become, if it is one. @param {any} name @param {Record<string, any>} given */
function readForm(name, given) {
  try {
    const known = Object.entries(description(String(name)).args).filter(
      ([arg, { form }]) => form !== "text" && form !== "new_id" && typeof given[arg] === "string",
    );
    const args = Object.fromEntries(known.map(([arg]) => [arg, given[arg]]));
    // Beside which options own words stand.
    if (name === "fill_in" && given.many)
      Object.assign(args, { many: String(given.many), said: String(given.said) });
    return { name: String(name), args };
  } catch (error) {
    if (!(error instanceof NotAsDescribed)) throw error;
    return {};
  }
}

/** PUT /drafts/<field>. @param {Phone} phone @param {Request} request @param {string} field @param {() => void} tell called when there is one more now, or one less */
export async function saveDraft(phone, request, field, tell) {
  const said = JSON.parse(decodeURIComponent(request.headers.get("HX-Draft") ?? "%7B%7D"));
  const id = await keepDraft(phone, readTyped(field, await request.text(), said), tell);
  return html(JSON.stringify({ id }), 200, { "Content-Type": "application/json" });
}

/**
 * POST /drafts/<id>/<save, discard or restore>.
 * @param {Phone} phone
 * @param {Request} request
 * @param {string} id
 * @param {string} how
 */
export async function settleDraft(phone, request, id, how) {
  const draft = findDraft(await readPageData(phone, {}), id);
  if (how === "restore") await restoreDraft(phone, id);
  else if (draft && how === "discard") await discardDraft(phone, draft);
  else if (draft) {
    if (!isId(draft.args.visit_id)) return problem(OF_NO_VISIT, await languageOf(phone), 422);
    await storeChange(phone, { ...(await changeOf(phone, draft)), about: draft.about });
  }
  if (request.mode === "navigate") return seeOther("/waiting", request);
  const visit = new URL(request.url).searchParams.get("visit");
  if (visit) return showFragment(phone, "visit", `/visits/${visit}`, visit);
  return showFragment(phone, "waiting", "/waiting");
}

/** What a button says that sends the words; none was tapped. Twin: WITHOUT_A_BUTTON in half_written.py. @type {Record<string, Record<string, string>>} */
const WITHOUT_A_BUTTON = { report_deviation: { kind: "other" }, report_observation: { area: "other" } };

/** Whether it is what is to stand at a place of a checklist, and not why it is not relevant. @param {string} [field] */
const isFilledIn = (field) => field?.startsWith("fill-") ?? false;

/**
 * The change that its words become. Throws NotAsDescribed.
 * @param {Phone} phone
 * @param {import("../shapes.js").DraftRow} draft
 * @returns {Promise<import("../sync/outbox.js").NewChange>}
 */
async function changeOf(phone, { id, at, name, args, text, basis, field }) {
  const described = description(name);
  const words = isFilledIn(field)
    ? "typed"
    : (Object.entries(described.args).find(([, { form }]) => form === "text")?.[0] ?? "text");
  const form = new URLSearchParams({
    ...WITHOUT_A_BUTTON[name],
    .../** @type {Record<string, string>} */ (args),
    [words]: text,
    ...(name === "write_note" ? { note_id: id } : {}),
  });
  await sayWhatStands(phone, name, form);
  const read = readArgs(described, form, phone.newId);
  return {
    id: phone.newId(),
    name,
    v: described.v,
    on: described.on,
    seen: basis?.version ?? null,
    over: basis?.over,
    args: read,
    typed: words === "typed" ? text : undefined,
    draft: { id, at },
  };
}
