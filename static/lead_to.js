// The way to something on the page that may be folded away: it is unfolded, in sight, marked if wanted, and in focus. Knows folds.

/** @type {HTMLElement | undefined} */
let marked;

/** A browser shows what has the focus where a key led to it, and not where a finger did. @param {HTMLElement} link */
export function mark(link) {
  unmark();
  marked = link;
  link.setAttribute("data-led", "");
}

/** What was marked last is marked no more. */
export const unmark = () => marked?.removeAttribute("data-led");

/** @param {HTMLElement} link */
export function leadTo(link) {
  for (let fold = link.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null)
    fold.open = true;
  link.scrollIntoView({ block: "center" });
  link.focus({ preventScroll: true });
}
