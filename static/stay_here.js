// Without contact nobody leaves a page for one that cannot be fetched: what it shows would be gone, and a browser's own page of
// an error in its place. Knows links; not when contact was lost.

import { askWhoIsIn } from "./who_is_in.js";

/** @param {MouseEvent} press @returns {string} where it would lead from this page, or "" */
function whereTo(press) {
  const link = press.target instanceof Element ? press.target.closest("a[href]") : null;
  const isElsewhere = press.ctrlKey || press.metaKey || press.shiftKey || press.altKey;
  if (!(link instanceof HTMLAnchorElement) || isElsewhere || press.defaultPrevented) return "";
  return link.getAttribute("href")?.startsWith("#") ? "" : link.href;
}

/** @param {() => boolean} isLost @param {() => void} sayWhy what was pressed is not opened */
export function stayWithoutContact(isLost, sayWhy) {
  document.addEventListener("click", async (press) => {
    const address = whereTo(press);
    if (!address || !isLost()) return;
    press.preventDefault();
    if ((await askWhoIsIn()) === "unknown") sayWhy();
    else location.assign(address);
  });
}
