// From a number of the day to the first visit that it counts. Knows the board's rows by their state.

import { leadTo } from "./lead_to.js";

/** @param {HTMLElement} board */
export function leadToTheFirst(board) {
  board.addEventListener("click", (press) => {
    const link = press.target instanceof Element ? press.target.closest("a[data-first]") : null;
    if (!(link instanceof HTMLElement)) return;
    const visit = board.querySelector(`[data-state="${link.dataset.first}"] a`);
    if (!(visit instanceof HTMLElement)) return;
    press.preventDefault();
    leadTo(visit);
  });
}
