/**
 * Answers what a carer does: stored first, and only then answered with the fragment that shows it. Knows forms and
 * the outbox; knows nothing about the network.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../sync/outbox.js").NewChange} NewChange
 */

import described from "../../described.js";
import { bytesOf, toHex } from "../bytes.js";
import { readPictured } from "../checklists/photo_answers.js";
import { N_ } from "../jinja/gettext.js";
import { translate } from "../jinja/translation.js";
import { isId } from "../new_id.js";
import { dropDelivered } from "../photos/photo_store.js";
import { sendNow } from "../photos/send_photos.js";
import { keyOf } from "../place_key.js";
import { markRead, retry } from "../sync/attention.js";
import { storeChange } from "../sync/outbox.js";
import { Locked, stateOf } from "../vault/vault.js";
import { countLocked } from "../vault/vault_expiry.js";
import { description, MESSAGES, NotAsDescribed, readArgs } from "./change_schema.js";
import { findFragment, findPage, visitIn } from "./find_page.js";
import { assemble, languageOf, leftByPlan, readPageData } from "./page_data.js";
import { readRows, readStored, STORES } from "./page_rows.js";
import { difference, fragment, html, page, problem, sayBeside, seeOther } from "./responses.js";
import { sayWhatStands } from "./standing_now.js";

const KEPT = N_("It is kept and will be delivered. The visit is no longer on this phone.");
const KEPT_FOR_LATER = N_("It is kept, and is sent by itself when there is a network.");
/** Somebody looks at the screen meanwhile. Milliseconds. */
const PATIENCE = 8_000;
const OF_ANOTHER_DAY = N_(
  "This visit is of another day. The day stands on the button: tap again if you mean that visit.",
);
const OFF_LIST = N_("This visit is not on your list any more. Tap again if you start it all the same.");
const PHOTO_LOCKED = N_(
  "The picture is not saved: nothing is kept on this phone while it is locked, or where it works with a network only. Unlock it, or find a network, and try again.",
);
const PHOTO_NOT_STORED = N_(
  "The phone has no room for the picture. It is not saved. Make room on the phone, then try again.",
);
const NOT_STORED = N_("The phone could not save this. Make room on the phone, then try again.");

/**
 * POST /do/<change>. Answers 200 with what has become different on the page, 303 to the page for a plain form, 422 with
 * the reason in words, or 507 when the phone itself cannot store.
 * @param {Phone} phone
 * @param {Request} request
 * @param {() => Promise<unknown>} awaitFirst called before the first documents have come, between storing and answering
 */
export async function doChange(phone, request, awaitFirst) {
  const { form, file } = await readForm(request);
  const name = new URL(request.url).pathname.slice("/do/".length);
  /** @type {NewChange} */
  let change;
  /** @type {any[] | null} */
  let rows;
  try {
    await sayWhatStands(phone, name, form);
    change = { ...readNewChange(phone, request, name, form), ...(await photoOf(form, file)) };
    const question = await findQuestion(phone, change, form);
    if (question) return askFirst(phone, request, String(change.args.visit_id), question);
    rows = await storeAndRead(phone, change);
  } catch (error) {
    const asPage = request.mode === "navigate" && Object.hasOwn(described, name);
    return (
      (asPage && (await refusePage(phone, name, form, error).catch(() => null))) ||
      refuse(phone, error, name === "fill_in" ? wrongOf(form) : undefined, file !== null)
    );
  }
  const [visit, before, after] = [change.args.visit_id ?? undefined, ...withAndWithout(phone, rows, change)];
  if (!after?.heard_at) await awaitFirst();
  const path = visit ? `/visits/${visit}` : (description(change.name).page ?? "/me");
  if (request.mode === "navigate") return seeOther(path, request);
  const fitting = visit && before && after && isOfThisBuild(phone, request);
  const { plan_change_id } = change.args;
  if (plan_change_id) return showSeen(phone, plan_change_id, change.name);
  return (
    (fitting && showDifference(phone, visit, before, after, change.name)) ||
    showFragment(phone, change.on, path, visit, change.name)
  );
}

/**
 * What is asked before a visit is started from a page that did not say what it says now: of which day the visit is, or
 * that it is not the carer's any more. Twin of _is_asked_first in pwa/care/pages/visits.py. Where it cannot be known it
 * is not asked.
 * @param {Phone} phone @param {NewChange} change @param {URLSearchParams} form
 */
async function findQuestion(phone, { name, args: { visit_id } }, form) {
  const [drawn_on, off_list] = [form.get("drawn_on"), form.get("off_list")];
  if (name !== "start_visit" || !visit_id || drawn_on === null) return "";
  const stored = await readStored(phone, visit_id).catch(() => null);
  if (!stored) return "";
  const hasLeft = stored.left_at && !off_list;
  const isOfAnother = ![stored.body.day, drawn_on].includes(stored.today);
  if (!hasLeft && !isOfAnother) return "";
  // Rarely: what waits may have started it.
  const data = await readPageData(phone, { visit: visit_id, alone: true }).catch(() => null);
  if (!data?.visits[0] || data.visits[0].started_at) return "";
  return hasLeft ? OFF_LIST : OF_ANOTHER_DAY;
}

/** Nothing is stored; the visit is drawn as it is now, and may be started by another tap. @type {(phone: Phone, request: Request, visit: string, question: string) => Promise<Response>} */
async function askFirst(phone, request, visit, question) {
  if (request.mode === "navigate") return seeOther(`/visits/${visit}`, request);
  const shown = await findFragment(phone, "visit", visit);
  return problem(question, await languageOf(phone), 409, { target: `visit-${visit}`, shown });
}

/**
 * Store the change, and read in the same transaction what its visit's page is made of: a second one would be waited for.
 * Nothing that cannot be read keeps a change from being stored.
 * @param {Phone} phone @param {NewChange} change @returns {Promise<any[] | null>}
 */
async function storeAndRead(phone, change) {
  const { visit_id } = change.args;
  const wanted = visit_id ? /** @type {const} */ ({ visit: visit_id, alone: true }) : {};
  try {
    const read = async (/** @type {any} */ tx) => (tx.isVaultLocked ? null : readRows(tx, phone, wanted));
    const listLeft = change.name === "answer_as_planned" ? leftByPlan(phone, wanted) : undefined;
    return (await storeChange(phone, change, STORES, read, listLeft)) ?? null;
  } catch (error) {
    if (change.photo && error instanceof Locked) return storeOnceSent(phone, change, change.photo, error);
    // What the server has makes room for what it has not.
    if (change.photo) await dropDelivered(phone, "all");
    await storeChange(phone, change);
    return null;
  }
}

/** Where nothing can be kept that could be read, the server has the picture before its answer is stored. @param {Phone} phone @param {NewChange} change @param {import("../photos/photo_store.js").NewPhoto} photo @param {unknown} error */
async function storeOnceSent(phone, change, photo, error) {
  if (!(await sendNow(phone, photo))) throw error;
  await storeChange(phone, { ...change, photo: undefined });
  return null;
}

/** @typedef {import("./page_data.js").PageData} PageData */

/** @type {(phone: Phone, rows: any[] | null, change: NewChange) => (PageData | undefined)[]} */
function withAndWithout(phone, rows, { id, args, draft }) {
  try {
    const whole = rows ? assemble(phone, rows) : undefined;
    if (!whole?.waiting.some((each) => each.id === id)) return [undefined, whole];
    const before = assemble(phone, /** @type {any[]} */ (rows), id);
    // Its words are no draft any more; that they were stood on the page.
    if (draft?.id) before.unsaved.push(/** @type {any} */ ({ visit_id: args.visit_id }));
    return [before, whole];
  } catch (error) {
    console.error(error);
    return [];
  }
}

/** A page of an older build may lack the parts that this one has. @param {Phone} phone @param {Request} request */
function isOfThisBuild(phone, { headers }) {
  return (headers.get("HX-Build") ?? phone.build) === phone.build;
}

/**
 * What this change alone has made different on its visit's page. Null where the whole must be shown: nothing is
 * different, or what is cannot be drawn from the visit alone.
 * @type {(phone: Phone, visit: string, before: PageData, after: PageData, done: string) => Response | null}
 */
function showDifference(phone, visit, before, after, done) {
  try {
    const [old, now] = [visitIn(phone, before, visit), visitIn(phone, after, visit)];
    return now.status === 404 ? null : difference(old, now, done);
  } catch {
    return null;
  }
}

/**
 * The stored change is shown. A page that cannot be drawn must not look like a change that was not stored, so the
 * browser is sent to the whole page, which says so safely.
 * @param {Phone} phone
 * @param {"visit" | "person" | "waiting"} on
 * @param {string} path
 * @param {string} [visit]
 * @param {string} [done] the change's name
 */
export async function showFragment(phone, on, path, visit, done = "") {
  try {
    const content = await findFragment(phone, on, visit);
    if (content.status === 404) return problem(KEPT, await languageOf(phone), 200);
    return fragment(content, visit ? `visit-${visit}` : path.slice(1), done);
  } catch (error) {
    if (!(error instanceof Locked)) console.error(error);
    if ((await stateOf(phone.person).catch(() => null)) === "online") return showOfServer(phone, path, visit);
    return html("", 200, { "HX-Redirect": path });
  }
}

/**
 * Where nothing of the day is on the phone, the server draws what is shown, and it is put in place as any other answer:
 * what is being typed stays in its field. Without a network the page stays, and says that the change is kept.
 * @param {Phone} phone @param {string} path @param {string} [visit]
 */
async function showOfServer(phone, path, visit) {
  const part = `#${visit ? `visit-${visit}` : path.slice(1)}`;
  try {
    const how = /** @type {RequestInit} */ ({ cache: "no-store", redirect: "manual" });
    const answer = await phone.fetch(path, { ...how, signal: AbortSignal.timeout(PATIENCE) });
    // Half-written words are nothing that this tap has to wait for.
    const whole = answer.ok && !(await countLocked(phone.person)).changes ? await answer.text() : "";
    if (whole.includes(`id="${part.slice(1)}"`))
      return html(whole, 200, { "HX-Retarget": part, "HX-Reselect": part, "HX-Reswap": "outerMorph" });
  } catch {
    // What there is to say is said below.
  }
  return problem(KEPT_FOR_LATER, await languageOf(phone), 200);
}

/** What the plan did was seen: on whichever page it stood. @param {Phone} phone @param {string} plan_change_id @param {string} done */
async function showSeen(phone, plan_change_id, done) {
  const found = await findFragment(phone, "person").catch(unlessLocked);
  if (!found) return html("", 200, { "HX-Redirect": "/" });
  const { context } = found;
  const content = { template: "carer/_plan_change_seen.html", context: { ...context, plan_change_id } };
  return fragment(content, `plan-change-${plan_change_id}`, done);
}

/** It is stored, and cannot be shown here: the page that is led to asks for the code, or is the server's. @param {unknown} error @returns {null} */
function unlessLocked(error) {
  if (!(error instanceof Locked)) throw error;
  return null;
}

/** POST /attention/<change>/<retry or read>. @param {Phone} phone @param {Request} request @param {string} id @param {string} step */
export async function settleAttention(phone, request, id, step) {
  await (step === "retry" ? retry(phone, id) : markRead(phone, id));
  if (request.mode === "navigate") return seeOther("/waiting", request);
  return showFragment(phone, "waiting", "/waiting");
}

/**
 * @param {Phone} phone
 * @param {Request} request
 * @param {string} name of the change
 * @param {URLSearchParams} form
 * @returns {NewChange}
 */
function readNewChange(phone, request, name, form) {
  const described = description(name);
  const tapped = request.headers.get("HX-Change");
  const draft = request.headers.get("HX-Draft");
  // One draft that is saved on two phones is one note.
  if (name === "write_note" && draft && isId(draft) && !form.has("note_id")) form.set("note_id", draft);
  const seen = /^\d{1,15}$/.test(form.get("seen") ?? "") ? Number(form.get("seen")) : null;
  return {
    id: tapped && isId(tapped) ? tapped : phone.newId(),
    name,
    v: described.v,
    on: described.on,
    seen,
    over: form.get("over") ?? "",
    args: readArgs(described, form, phone.newId),
    typed: form.get("typed") ?? undefined,
    removes: form.has("row"),
    ...(draft === null ? {} : { draft: { id: draft } }),
  };
}

/** The bytes are read before anything else: WebKit has handed on bodies that were empty by then. @param {Request} request */
async function readForm(request) {
  const bytes = await request.arrayBuffer();
  const type = request.headers.get("Content-Type") ?? "";
  if (!type.startsWith("multipart/form-data"))
    return { form: new URLSearchParams(new TextDecoder().decode(bytes)), file: null };
  const form = await new Response(bytes, { headers: { "Content-Type": type } }).formData();
  const texts = [...form].filter(([, value]) => typeof value === "string");
  const file = /** @type {File | null} */ (form.get("picture"));
  return {
    form: new URLSearchParams(texts.map(([name, value]) => [name, String(value)])),
    file: file && typeof file !== "string" && file.size ? file : null,
  };
}

/**
 * The picture that came with a form, if it is the one that the answer names. Throws NotAsDescribed.
 * @param {URLSearchParams} form @param {File | null} file
 */
async function photoOf(form, file) {
  if (!file) return {};
  const named = readPictured(form.get("value"));
  const bytes = bytesOf(await file.arrayBuffer());
  const sha256 = toHex(bytesOf(await crypto.subtle.digest("SHA-256", bytes)));
  if (named?.sha256 !== sha256) throw new NotAsDescribed("NotUnderstood");
  return { photo: { sha256, type: named.type, bytes } };
}

/**
 * The same as a page, where the form was posted by the browser itself: what was written stands in it, to be mended.
 * @param {Phone} phone
 * @param {string} name of the change
 * @param {URLSearchParams} form
 * @param {unknown} error
 */
async function refusePage(phone, name, form, error) {
  const { message, status } = reasonOf(error);
  const { args } = description(name);
  const fields = [...form].map(([field, value]) => ({
    name: field,
    value,
    written: args[field]?.form === "text",
  }));
  const visit = form.get("visit_id");
  const back = visit && isId(visit) ? `/visits/${visit}` : "/me";
  const { context } = await findPage(phone, new URL("/me", location.href));
  const words = translate(message, String(context.language));
  const refused = { message: words, change_name: name, fields, back };
  return page({ template: "carer/refused.html", context: { ...context, ...refused }, status });
}

/**
 * Why it was not stored, so that nobody thinks it was; beside the field where there is one. Its words stay.
 * @param {Phone} phone @param {unknown} error @param {string} [beside] the id of what is said there @param {boolean} [isPhoto]
 */
export async function refuse(phone, error, beside, isPhoto) {
  const { message, status } = reasonOf(error, isPhoto);
  if (status !== 422) console.error(error);
  const language = await languageOf(phone);
  return beside && status === 422 ? sayBeside(beside, message, language) : problem(message, language, status);
}

/** Where it is said what is wrong with what was filled in. @param {URLSearchParams} form */
const wrongOf = (form) => `wrong-${form.has("reason") ? "reason-" : ""}${keyOf(form.get("place") ?? "")}`;

/** @param {unknown} error @param {boolean} [isPhoto] */
function reasonOf(error, isPhoto = false) {
  if (error instanceof NotAsDescribed) return { message: MESSAGES[error.problem], status: 422 };
  if (isPhoto && error instanceof Locked) return { message: PHOTO_LOCKED, status: 507 };
  return { message: isPhoto ? PHOTO_NOT_STORED : NOT_STORED, status: 507 };
}
