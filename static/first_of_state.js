// From a number of the day to the first visit that it counts, and with each further press to the next. Knows the board's rows by
// their state, and by whether something did not go as planned.

import { leadTo } from "./lead_to.js";

/** @param {string | undefined} counted */
const visitsOf = (counted) =>
  counted === "deviating" ? "[data-deviating] a" : `[data-state="${counted}"] a`;

/** @param {HTMLElement} board */
export function leadToTheFirst(board) {
  /** @type {HTMLElement | undefined} */
  let led;
  const unmark = () => led?.removeAttribute("data-led");
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
    // A browser shows what has the focus where a key led to it, and not where a finger did.
    visit.setAttribute("data-led", "");
    leadTo(visit);
  });
}
