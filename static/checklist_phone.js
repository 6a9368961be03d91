// A draft of a checklist as a phone shows it, beside the editor: drawn with the carer's templates and evaluated by the worker's
// modules, in this page. What is tapped is a change as on a phone, laid over a made-up visit; none is sent anywhere, and all are
// forgotten with the tab. Knows no real visit.

import { render } from "../service_worker/jinja/render.js";
import { translate } from "../service_worker/jinja/translation.js";
import { newId } from "../service_worker/new_id.js";
import { description, MESSAGES, NotAsDescribed, readArgs } from "../service_worker/pages/change_schema.js";
import { fill, forgetDrawn } from "../service_worker/pages/filling.js";
import { overlayVisit } from "../service_worker/pages/overlay.js";
import { keyOf } from "../service_worker/place_key.js";
import "./focus.js";

/** @typedef {{ published: any, is_whole: boolean, visit: any }} Shown */

const { htmx } = /** @type {any} */ (window);
const KEPT = `haand-tried-${location.pathname}`;
const language = document.documentElement.lang;
const visitElement = /** @type {HTMLElement} */ (document.querySelector("article.visit"));
const address = String(document.body.dataset.shown);

/** @type {Shown | null} */
let shown = null;
/** @type {any[]} */
let changes = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
/** The step whose other answers are open. */
let opened = "";

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(changes));
}

/** The ids of all steps of a definition. @param {any[]} steps @returns {string[]} */
const idsIn = (steps) => steps.flatMap(({ id, steps: inner = [] }) => [id, ...idsIn(inner)]);

/** The visit with what was tapped. */
function visitNow() {
  const { visit } = /** @type {Shown} */ (shown);
  return overlayVisit(visit, changes, visit.carers[0], 0);
}

/** The visit's page, as far as the checklist goes. @returns {string} */
function drawn() {
  const visit = visitNow();
  const now = new Date().toISOString();
  const filling = fill(/** @type {Shown} */ (shown).published, visit, now);
  const hidden = new Set(filling.hidden);
  const steps = visit.steps.filter(({ id }) => !hidden.has(id));
  const context = {
    ...{ language, now, today: visit.day, me: visit.carers[0], opened, filling, next: null },
    ...{
      drafts: {},
      draft_ids: {},
      refused: {},
      half_written: {},
      unsent_photos: [],
      visit: { ...visit, steps },
    },
  };
  const parts = ["carer/_checklist.html", "carer/_finish.html"].map((name) => render(name, context));
  return `<article id="${visitElement.id}" class="visit">${parts.join("")}</article>`;
}

/** @param {string} body @param {string} target @param {string} swap @param {number} [status] */
const html = (body, target, swap, status = 200) =>
  new Response(body, { status, headers: { "HX-Retarget": target, "HX-Reswap": swap } });

const drawAnew = () => html(drawn(), `#${visitElement.id}`, "outerMorph");

/** What the form says, as a phone stores it. @param {string} action @param {URLSearchParams} form */
function change(action, form) {
  const name = action.split("/").at(-1) ?? "";
  const described = description(name);
  const stands = visitNow().filled?.find(({ place }) => place === form.get("place"));
  if (name === "fill_in") form.set("now", JSON.stringify(stands?.said ?? []));
  const at = new Date().toISOString();
  const told = { id: newId(), n: changes.length + 1, name, v: described.v, at, delivered_at: at, seen: 0 };
  changes.push({ ...told, args: readArgs(described, form, newId) });
  keep();
}

/** What the worker would answer. @param {string} action @param {{ method: string, body: URLSearchParams | null }} request */
async function answer(action, { method, body }) {
  if (method === "GET") return drawAnew();
  const form = new URLSearchParams(body ?? "");
  try {
    opened = "";
    change(action, form);
  } catch (error) {
    if (!(error instanceof NotAsDescribed)) throw error;
    const beside = `#wrong-${form.has("reason") ? "reason-" : ""}${keyOf(form.get("place") ?? "")}`;
    const message = translate(MESSAGES[error.problem], language);
    return html(render("carer/_wrong.html", { message, language }), beside, "innerHTML");
  }
  return drawAnew();
}

document.addEventListener("htmx:before:request", (event) => {
  /** @type {CustomEvent} */ (event).detail.ctx.fetch = answer;
});

// A step's other answers are drawn when they are opened, as on the phone.
document.addEventListener(
  "toggle",
  ({ target }) => {
    const draws = target instanceof HTMLDetailsElement && target.open && target.querySelector("[data-draw]");
    if (!draws) return;
    opened = draws.id.replace("answers-", "");
    draw();
  },
  true,
);

// There is nowhere to go from here.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("a")) event.preventDefault();
});

const draw = () => htmx.ajax("GET", "/", { target: visitElement.id ? `#${visitElement.id}` : "body" });

/** What is written now, with what was tapped of what is still asked. */
async function load() {
  const said = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!said?.ok) return;
  shown = /** @type {Shown} */ (await said.json());
  forgetDrawn();
  const { published, visit, is_whole } = shown;
  const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  element("nothing").hidden = Boolean(published);
  element("not-whole").hidden = is_whole || !published;
  element("afresh").hidden = !published;
  element(visitElement.id).hidden = !published;
  if (!published) return;
  const ids = new Set([
    ...idsIn(published.definition.steps),
    ...visit.steps.map((/** @type {any} */ { id }) => id),
  ]);
  changes = changes.filter(({ args }) => {
    const about = args.step_id ?? args.place?.split("@")[0];
    return !about || ids.has(about);
  });
  draw();
}

document.getElementById("afresh")?.addEventListener("click", () => {
  changes = [];
  opened = "";
  keep();
  forgetDrawn();
  if (shown?.published) draw();
});
addEventListener("message", ({ origin, data }) => {
  if (origin === location.origin && data === "written") load();
});
load();
