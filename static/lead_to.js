// The way to something on the page that may be folded away: it is unfolded, in sight, and in focus. Knows folds.

/** @param {HTMLElement} link */
export function leadTo(link) {
  for (let fold = link.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null)
    fold.open = true;
  link.scrollIntoView({ block: "center" });
  link.focus({ preventScroll: true });
}
