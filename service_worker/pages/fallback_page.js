/**
 * The fallback where a page cannot be drawn: what waits, with its words, and the ways on. Made without templates,
 * because they may be what fails, and without trusting the store, because that may be it.
 */

import { writeDate, writeTime } from "../jinja/dates.js";
import { N_ } from "../jinja/gettext.js";
import { translate } from "../jinja/translation.js";
import { escaped } from "../jinja/values.js";
import { isReady } from "../store/facts.js";
import { wordsOf } from "../sync/outbox.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { waits } from "../vault/vault_expiry.js";
import { languageOf } from "./page_data.js";
import { html } from "./responses.js";

/** What the page says; the Danish is for when even the catalogue fails. @type {Record<string, string>} */
const DANISH = {
  [N_("The page cannot be shown")]: "Siden kan ikke vises",
  [N_("Nothing that you wrote is lost.")]: "Intet af det, du har skrevet, er tabt.",
  [N_("There is no contact with the server")]: "Der er ikke kontakt til serveren",
  [N_("Nobody is signed in on this phone. Try again when there is a network.")]:
    "Ingen er logget ind på denne telefon. Prøv igen, når der er netværk.",
  [N_("This needs a network. Your visits are on the phone.")]:
    "Det kræver netværk. Dine besøg er på telefonen.",
  [N_("Your day is not on this phone yet. Try again when there is a network.")]:
    "Din dag er ikke på telefonen endnu. Prøv igen, når der er netværk.",
  [N_("This waits on the phone")]: "Det venter på telefonen",
  [N_("Nothing waits on this phone.")]: "Intet venter på denne telefon.",
  [N_("What waits cannot be read right now. Try again.")]:
    "Det, der venter, kan ikke læses lige nu. Prøv igen.",
  [N_("Save what waits as a file")]: "Gem det, der venter, som en fil",
  [N_("Try again")]: "Prøv igen",
  [N_("Today")]: "I dag",
  [N_("Guides")]: "Vejledninger",
  [N_("Waiting")]: "Venter",
  [N_("Fetch the newest version")]: "Hent den nyeste version",
};

/**
 * A carer's page that failed.
 * @param {import("../shapes.js").Phone} phone
 * @param {string} path that failed, and can be tried again
 */
export async function fallbackPage(phone, path) {
  const language = await languageOf(phone);
  const say = (/** @type {string} */ message) => inHtml(spoken(message, language));
  const body = `
    <h1>${say("The page cannot be shown")}</h1>
    <p class="lead">${say("Nothing that you wrote is lost.")}</p>
    <p><a class="button primary" href="${inHtml(path)}">${say("Try again")}</a></p>
    <p class="ways"><a class="button" href="/">${say("Today")}</a>
    <a class="button" href="/guides">${say("Guides")}</a>
    <a class="button" href="/waiting">${say("Waiting")}</a></p>
    ${await whatWaits(phone, language)}
    <form method="post" action="/safe/update"><button class="wide">${say("Fetch the newest version")}</button></form>`;
  return html(whole(phone.build, language, say("The page cannot be shown"), body), 500);
}

/**
 * There is no network, and this page only the server has. Whoever's phone it is goes back to the day.
 * @param {string} build
 * @param {string} path that can be tried again
 * @param {import("../shapes.js").Phone | null} phone null where nobody is signed in
 */
export async function noContactPage(build, path, phone) {
  const language = phone ? await languageOf(phone) : "da";
  const say = (/** @type {string} */ message) => inHtml(spoken(message, language));
  const hasDay = phone !== null && (await isReady(phone.person).catch(() => true));
  const ofDay = hasDay
    ? say("This needs a network. Your visits are on the phone.")
    : say("Your day is not on this phone yet. Try again when there is a network.");
  const why = phone ? ofDay : say("Nobody is signed in on this phone. Try again when there is a network.");
  const waiting = phone && !hasDay ? await waits(phone.person).catch(() => 0) : 0;
  const kept = waiting ? `<p>${inHtml(sentLater(waiting, language))}</p>` : "";
  const day = hasDay ? `<p><a class="button primary" href="/">${say("Today")}</a></p>` : "";
  const body = `
    <h1>${say("There is no contact with the server")}</h1>
    <p class="lead">${why}</p>
    ${kept}${day}
    <p><a class="button${hasDay ? " wide" : " primary"}" href="${inHtml(path)}">${say("Try again")}</a></p>`;
  return html(whole(build, language, say("There is no contact with the server"), body), 503);
}

/** @param {import("../shapes.js").Phone} phone @param {string} language */
async function whatWaits(phone, language) {
  const say = (/** @type {string} */ message) => inHtml(spoken(message, language));
  try {
    const stores = ["outbox", "attention", "draft"];
    const [waiting, attention, drafts] = await transaction(phone.person, stores, "readonly", (tx) =>
      Promise.all(stores.map((name) => tx.objectStore(name).getAll())),
    );
    const kept = [
      ...waiting,
      ...attention.filter((/** @type {{ read_at: string | null }} */ row) => !row.read_at),
      ...drafts.filter((/** @type {{ discarded_at?: string }} */ row) => !row.discarded_at),
    ];
    if (!kept.length) return `<p>${say("Nothing waits on this phone.")}</p>`;
    const rows = kept.map(
      (change) =>
        `<li>${inHtml(change.about?.citizen ?? "")} ${inHtml(timeOf(change.at, language))}<br>${inHtml(change.text ?? wordsOf(change))}</li>`,
    );
    return `
    <h2>${say("This waits on the phone")}: ${kept.length}</h2>
    <ul>${rows.join("")}</ul>
    <p><a class="button wide" href="/waiting/export">${say("Save what waits as a file")}</a></p>`;
  } catch {
    return `<p>${say("What waits cannot be read right now. Try again.")}</p>`;
  }
}

/** @param {string} at @param {string} language */
function timeOf(at, language) {
  try {
    return `${writeDate({ language }, at)} ${writeTime({ language }, at)}`;
  } catch {
    return at;
  }
}

/** @param {string} message @param {string} language */
function spoken(message, language) {
  try {
    return translate(message, language);
  } catch {
    return DANISH[message];
  }
}

/** How much of what was done here is not sent yet. @param {number} waiting @param {string} language */
function sentLater(waiting, language) {
  try {
    const [one, several] = [
      N_("One waits, and is sent by itself."),
      N_("%(num)s wait, and are sent by themselves."),
    ];
    return translate(waiting === 1 ? one : several, language, { num: waiting });
  } catch {
    return `${waiting} venter, og bliver sendt af sig selv.`;
  }
}

/** @type {(build: string, language: string, title: string, body: string) => string} */
const whole = (build, language, title, body) => `<!doctype html>
<html lang="${inHtml(language)}">
<head>
  <meta charset="utf-8">
  <title>${title} · Hånd</title>
  <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
  <link rel="stylesheet" href="/build/${build}/static/app.css">
</head>
<body class="plain"><main id="main">${body}
</main></body>
</html>
`;

/** @param {unknown} words */
const inHtml = (words) => escaped(String(words));
