// Without contact nobody leaves a page for one that cannot be fetched: what it shows would be gone, and a browser's own page of
// an error in its place. A page that hears the server all the time asks nobody; another one asks before each way. Knows links;
// forms are keep_form.js's.

import { contactNow, sayStays } from "./contact.js";
import { askWhoIsIn } from "./who_is_in.js";

/** @param {MouseEvent} press @returns {string} where it would lead from this page, or "" */
function whereTo(press) {
  const link = press.target instanceof Element ? press.target.closest("a[href]") : null;
  const isElsewhere = press.ctrlKey || press.metaKey || press.shiftKey || press.altKey;
  if (!(link instanceof HTMLAnchorElement) || isElsewhere || press.defaultPrevented) return "";
  const isHere = link.target === "" && !link.hasAttribute("download") && /^https?:/.test(link.protocol);
  return isHere && !link.getAttribute("href")?.startsWith("#") ? link.href : "";
}

document.addEventListener("click", async (press) => {
  const address = whereTo(press);
  if (!address || contactNow() === "open") return;
  press.preventDefault();
  if ((await askWhoIsIn()) === "unknown") sayStays();
  else location.assign(address);
});
