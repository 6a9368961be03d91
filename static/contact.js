// What a leader's page says of its contact with the server: from when it is, and since when the server is not heard. Times are
// by the server's clock, wherever the tablet's stands. Knows the words on the page; not how contact is noticed.

import { sayBack } from "./not_sent.js";

const hasStream = /** @type {HTMLElement | null} */ (document.querySelector("[data-drawn-at]"));
/** When the page came, by this machine's clock. */
const cameAt = Date.now();
const drawnAt = Date.parse(hasStream?.dataset.drawnAt ?? "");
/** How much the server's clock is ahead; no clock is told on a page that does not say when it was drawn. */
const ahead = Number.isNaN(drawnAt) ? 0 : drawnAt - cameAt;

const lost = () => document.getElementById("lost");

/** "open": the server is heard all the time; "lost": it is not; "unknown": nobody listens. @type {"open" | "lost" | "unknown"} */
let contact = "unknown";
export const contactNow = () => contact;

/** @param {number} moment by this machine's clock */
function timeOf(moment) {
  const how = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" });
  return new Date(moment + ahead).toLocaleTimeString(document.documentElement.lang, how);
}

/** From when the page is, where it says so. @param {number} knownAt by this machine's clock */
export function showAsOf(knownAt) {
  const words = document.getElementById("as-of");
  const said = (words?.dataset.asOf ?? "").replace("#", timeOf(knownAt));
  if (words && said !== words.textContent) words.textContent = said;
}

/** @param {"open" | "lost" | "unknown"} now @param {number} heardAt the server was heard last then, by this machine's clock */
export function showContact(now, heardAt) {
  const banner = lost();
  if (contact === "lost" && now !== "lost") sayBack();
  contact = now;
  if (!banner) return;
  if (now !== "lost") banner.dataset.shown = "";
  else if (!banner.dataset.shown) {
    const { since, alone } = banner.dataset;
    // What follows nothing is from when it came, which it says.
    const words = document.querySelector("[data-stream]") ? since : alone;
    banner.dataset.shown = (words ?? "").replace("#", timeOf(heardAt));
    banner.textContent = banner.dataset.shown;
  }
  banner.hidden = now !== "lost";
}

/** What was pressed is not opened, for it cannot be fetched: until the server is heard again. */
export function sayStays() {
  const banner = lost();
  if (!banner) return;
  banner.textContent = [banner.dataset.shown, banner.dataset.stays].filter(Boolean).join(" ");
  banner.hidden = false;
}
