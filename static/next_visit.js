// Brings the next visit into sight when the day opens, and again when another one is next. Never against a hand that has
// scrolled: a position alone does not tell, for browsers keep a page still when something comes above it. What the plan
// has changed and nobody has seen comes first: it is not scrolled away.

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
