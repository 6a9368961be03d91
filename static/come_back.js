// The way back from a visit to the board leads to the row that it was opened from, at the height where it stood, and marks it.
// Kept for as long as the tab is open, for one way; no word of it.

import { leadTo } from "./lead_to.js";

const KEPT = "haand-opened";

/** `row` is its id, `top` where it stood in the window; `isBack`: the way back was taken. @typedef {{ path: string, row: string, top: number, isBack?: boolean }} Opened */

/** @returns {Opened | null} */
const opened = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "null");

/** @param {Opened} one */
const keep = (one) => sessionStorage.setItem(KEPT, JSON.stringify(one));

/** @param {string} links @param {(link: Element) => void} heed */
const onWay = (links, heed) =>
  document.addEventListener(
    "click",
    ({ target }) => {
      const link = target instanceof Element ? target.closest(links) : null;
      if (link) heed(link);
    },
    { capture: true },
  );

/** On a visit's page. */
export function leadBack() {
  onWay("a[href^='/board']:not([href^='/board/visits/'])", () => {
    const one = opened();
    if (one) keep({ ...one, isBack: true });
  });
}

/** @param {HTMLElement} board @returns {() => void} to be called when rows have changed */
export function comeBack(board) {
  const one = opened();
  sessionStorage.removeItem(KEPT);
  const byBrowser =
    /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType?.("navigation")[0])
      ?.type === "back_forward";
  const isBack = one?.path === location.pathname && (one.isBack || byBrowser);
  let row = isBack ? one.row : "";

  onWay("a[href^='/board/visits/']", (link) => {
    const shown = link.closest(".board-visit");
    const address = link.getAttribute("href")?.split("/").at(-1) ?? "";
    const from = shown ?? board.querySelector(`[data-visit="${CSS.escape(address)}"]`);
    if (!from) return;
    const top = Math.round(from.getBoundingClientRect().top);
    keep({ path: location.pathname, row: from.id, top: shown ? top : innerHeight / 2 });
    row = "";
  });

  /** What is drawn anew has lost it. */
  function mark() {
    const found = document.getElementById(row);
    if (found) found.dataset.opened = "";
    return found;
  }

  const link = mark()?.querySelector("a");
  if (isBack && link) {
    leadTo(link);
    scrollBy(0, (document.getElementById(row)?.getBoundingClientRect().top ?? 0) - one.top);
  }
  return mark;
}

/** A carer's day that an address names is unfolded. @param {HTMLElement} board */
export function unfoldNamed(board) {
  const named = location.hash.startsWith("#carer-") ? document.getElementById(location.hash.slice(1)) : null;
  const fold = named && board.contains(named) ? named.querySelector("details") : null;
  if (fold) fold.open = true;
  named?.scrollIntoView({ block: "start" });
}
