// Keeps what is shown as new as what the phone has, without disturbing hands that are at work: nothing is redrawn
// under a field that is being written in, and what the carer opened stays open. Registered with htmx as `haand`.

import { newId } from "../service_worker/new_id.js";
import { draftIdOf, hasUnsaved, isUnsaved, releaseDrafts, settleDrafts } from "./drafts.js";
import { beginAct, endAct } from "./sign.js";
import { keepPlace, restIn } from "./stillness.js";
import { person, sayLast } from "./worker.js";

const htmx = /** @type {any} */ (window).htmx;
const AGAIN = 300;
/** News that follow each other are followed by one redrawing. */
const REST = 300;
/** And taps come first: the page is not redrawn between one and the next. */
const AFTER_A_TAP = 2_500;

/** Forms that were sent and not answered, so that the same tap repeated is the same tap. @type {WeakMap<Element, { id: string, body: string }>} */
const attempts = new WeakMap();
/** What was done and is not answered. @type {Set<Sending>} */
const underWay = new Set();

let isStale = false;
/** Whether the swap under way is a refresh that nobody asked for with a finger. */
let isRefreshing = false;
/** Puts what was read back to where it was. */
let putBack = () => {};
let timer = 0;
let tappedAt = Number.NEGATIVE_INFINITY;

/** @typedef {{ request: any, sourceElement: Element, response?: { status: number }, fetch?: typeof fetch }} Sending */

/** Whether hands are at work on the page. */
export function isBusy() {
  const main = document.getElementById("main");
  const active = document.activeElement;
  if (hasUnsaved() || isSearching() || document.querySelector("#main form[data-pending]")) return true;
  if (!active || !main?.contains(active)) return false;
  return active.matches("textarea, select, input") || active.closest("details[open]") !== null;
}

function isSearching() {
  const fields = document.querySelectorAll("#main input[type=search]");
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (fields)].some(
    (field) => field.value !== field.defaultValue,
  );
}

/** Show what the phone has now, or as soon as the hands rest. */
export function refresh() {
  isStale = true;
  clearTimeout(timer);
  timer = setTimeout(refreshNow, Math.max(REST, tappedAt + AFTER_A_TAP - performance.now(), restIn()));
}

/** A quarter has gone. While somebody writes, what says the time is drawn anew, and the rest waits. */
export function refreshTimes() {
  refresh();
  setTimeout(() => isBusy() && document.body.dispatchEvent(new CustomEvent("haand-quarter")), restIn());
}

function refreshNow() {
  if (!isStale) return;
  if (isBusy()) return drawBeside();
  // A hand has come since.
  if (restIn() > 0) return refresh();
  isStale = false;
  document.body.dispatchEvent(new CustomEvent("haand-changed"));
}

/**
 * What came in is drawn beside the field that somebody has open, and what is typed stays as it is. What is saved from there
 * was said with that before her eyes.
 */
async function drawBeside() {
  const field = document.activeElement?.closest(".field");
  const stands = /** @type {HTMLElement | null | undefined} */ (field?.querySelector("[data-stands]"));
  const path = document.getElementById("main")?.getAttribute("hx-get");
  if (!field || !stands || !path) return;
  await htmx.ajax("GET", path, {
    source: stands,
    target: stands,
    select: `#${stands.id}`,
    swap: "outerMorph",
  });
  const version = /** @type {HTMLElement | null} */ (field.querySelector("[data-stands]"))?.dataset.stands;
  const seen = /** @type {NodeListOf<HTMLInputElement>} */ (field.querySelectorAll("input[name=seen]"));
  if (version) for (const each of seen) each.value = version;
}

/** @param {Sending} ctx */
function prepare(ctx) {
  const { request } = ctx;
  request.headers["HX-Person"] = person;
  if (isBusy()) request.headers["HX-Dirty"] = "true";
  if (request.method === "GET") return;
  tappedAt = performance.now();
  const form = request.form ?? ctx.sourceElement;
  underWay.add(ctx);
  beginAct();
  request.headers["HX-Change"] = idOf(form, String(new URLSearchParams(request.body)));
  ctx.fetch = async (address, how) => {
    await releaseDrafts(form);
    // Only now: what has just been kept may have been given an id of its own.
    request.headers["HX-Draft"] = draftIdOf(form);
    try {
      return await fetch(address, how);
    } catch {
      // The worker was ended while it answered. It is started again, and knows the tap by its id.
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      return fetch(address, how);
    }
  };
}

/** @param {Element} form @param {string} body */
function idOf(form, body) {
  const before = attempts.get(form);
  const id = before?.body === body ? before.id : newId();
  attempts.set(form, { id, body });
  return id;
}

/** The page goes before it is known that the tap has come to the worker: it is said once more, as the same tap. */
function sayTaps() {
  for (const { request, sourceElement } of underWay) {
    const [path, form] = [request.action, request.form ?? sourceElement];
    // What its answer names goes with the page.
    if (form.matches("[data-pictured]")) continue;
    const body = String(new URLSearchParams(request.body));
    const headers = { ...request.headers, "HX-Draft": draftIdOf(form) };
    sayLast({ about: "tap", person, path, body, headers });
  }
}

addEventListener("beforeunload", sayTaps);
addEventListener("pagehide", sayTaps);

/** @param {Sending} ctx */
function conclude(ctx) {
  const { request, response, sourceElement } = ctx;
  if (request.method === "GET") return;
  if (underWay.delete(ctx)) endAct();
  const form = request.form ?? sourceElement;
  const isStored = Boolean(response && response.status < 400);
  if (isStored) attempts.delete(form);
  settleDrafts(form, isStored);
  if (!response || isStale) refresh();
}

htmx.registerExtension("haand", {
  htmx_config_request: (/** @type {Element} */ _source, /** @type {{ ctx: Sending }} */ { ctx }) =>
    prepare(ctx),
  htmx_finally_request: (/** @type {Element} */ _source, /** @type {{ ctx: Sending }} */ { ctx }) =>
    conclude(ctx),
  htmx_before_swap: (/** @type {Element} */ source) => {
    isRefreshing = source.id === "main";
    if (isRefreshing) putBack = keepPlace();
  },
  htmx_finally_swap: () => {
    isRefreshing = false;
    putBack();
    putBack = () => {};
  },
  htmx_before_morph_node: (
    /** @type {Element} */ _source,
    /** @type {{ oldNode: Element }} */ { oldNode },
  ) => {
    if (!oldNode.matches) return true;
    // What was drawn when it was opened stays while it is open.
    if (isRefreshing && oldNode.matches("details[open] > .answers:not([data-draw])")) return false;
    return !(oldNode.matches("[data-draft]") && isUnsaved(oldNode));
  },
  htmx_before_morph_attr: (
    /** @type {Element} */ element,
    /** @type {{ attrName: string }} */ { attrName },
  ) => {
    if (attrName === "open") return !(isRefreshing && element.matches("details"));
    return !(attrName === "hidden" && element.closest("#install"));
  },
});

/** A step's other answers are drawn when somebody wants to see them. @param {Event} event */
function draw({ target }) {
  if (!(target instanceof HTMLDetailsElement && target.open)) return;
  const undrawn = /** @type {HTMLElement | null} */ (target.querySelector(":scope > [data-draw]"));
  if (undrawn)
    htmx.ajax("GET", undrawn.dataset.draw, { source: undrawn, target: undrawn, swap: "outerMorph" });
}

document.addEventListener("toggle", draw, true);
for (const rested of ["focusout", "toggle"])
  document.addEventListener(rested, () => isStale && refresh(), true);
