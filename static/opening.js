// How a page opens. The day opens at the next visit, and goes on to another when that is next: never against a hand that has
// scrolled, for a position alone does not tell, and browsers keep a page still when something comes above it. What the plan
// has changed and nobody has seen comes first: it is not scrolled away.
// Who goes back to a list finds it as it was left: the place, what was searched for, what was open, and the row in focus. The
// browser keeps the place of a page that is gone back to, so the way back goes back where that is where one came from.

let shown = "";
let isHandsOwn = false;

function bringIntoSight() {
  const row = document.querySelector(".visit-row.next");
  if (!row || row.id === shown || document.querySelector(".plan-change")) return;
  // A page that is come back to is where it was left.
  if (!shown && scrollY > 0) isHandsOwn = true;
  shown = row.id;
  if (isHandsOwn) return;
  const bar = document.querySelector(".doors")?.getBoundingClientRect().top ?? innerHeight;
  const { top, bottom } = row.getBoundingClientRect();
  if (top < 0 || bottom > bar) row.scrollIntoView({ block: "start" });
}

for (const scrolled of ["touchmove", "wheel", "keydown"])
  addEventListener(scrolled, () => (isHandsOwn = true), { passive: true });
addEventListener("pageshow", bringIntoSight);
document.addEventListener("htmx:after:swap", bringIntoSight);

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
