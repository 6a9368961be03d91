// From a number of the day to the first visit that it counts, and with each further press to the next. Knows the board's rows by
// their state, and by whether something did not go as planned.

import { leadTo, mark, unmark } from "./lead_to.js";

/** @param {string | undefined} counted */
const visitsOf = (counted) =>
  counted === "deviating" ? "[data-deviating] a" : `[data-state="${counted}"] a`;

/** @param {HTMLElement} board */
export function leadToTheFirst(board) {
  /** @type {HTMLElement | undefined} */
  let led;
  board.addEventListener("click", (press) => {
    const link = press.target instanceof Element ? press.target.closest("a[data-first]") : null;
    unmark();
    if (!(link instanceof HTMLElement)) return;
    const visits = [
      .../** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(visitsOf(link.dataset.first))),
    ];
    const visit = visits[(led ? visits.indexOf(led) + 1 : 0) % visits.length];
    if (!visit) return;
    press.preventDefault();
    led = visit;
    mark(visit);
    leadTo(visit);
  });
}
