// Who goes back to a list finds it as it was left: the place, what was searched for, what was open, and the row in focus. The
// browser keeps the place of a page that is gone back to, so the way back goes back where that is where one came from.

/** @typedef {{ to?: string, open?: string[] }} Left to: where the link led; open: the sections that were */

/** @param {MouseEvent} event */
function follow(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.matches(".back") && isWhereFrom(link) && history.length > 1) {
    event.preventDefault();
    return history.back();
  }
  const open = [...document.querySelectorAll("details[open][id]")].map(({ id }) => id);
  history.replaceState({ to: link.getAttribute("href"), open }, "", addressNow());
}

/** @param {HTMLAnchorElement} link */
function isWhereFrom({ origin, pathname }) {
  if (!URL.canParse(document.referrer)) return false;
  const from = new URL(document.referrer);
  return from.origin === origin && from.pathname === pathname;
}

/** With what is searched for. */
function addressNow() {
  const address = new URL(location.href);
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("main input[type=search]"));
  if (field?.value) address.searchParams.set(field.name, field.value);
  else if (field) address.searchParams.delete(field.name);
  return address;
}

/** @param {Left | null} left */
function restore(left) {
  for (const id of left?.open ?? []) document.getElementById(id)?.setAttribute("open", "");
  const row = left?.to && document.querySelector(`main a[href="${CSS.escape(left.to)}"]`);
  if (row instanceof HTMLElement) row.focus({ preventScroll: true });
}

document.addEventListener("click", follow);
restore(history.state);
