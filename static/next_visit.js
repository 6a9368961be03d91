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

// A phone that is turned shows what was read: a browser that looks for it under the bar at the top finds the bar, and begins
// from the top.

const BELOW_THE_BAR = [96, 120, 144, 168];
/** What was read last. @type {Element | null} */
let lastRead = null;
let width = innerWidth;
let resting = 0;

function remember() {
  lastRead = null;
  if (scrollY === 0) return;
  const found = BELOW_THE_BAR.map((y) => document.elementFromPoint(innerWidth / 2, y));
  lastRead =
    found.find((each) => each?.matches("main li *, main p, main h1, main h2, main dl *, main button *")) ??
    null;
}

addEventListener(
  "scroll",
  () => {
    clearTimeout(resting);
    resting = setTimeout(remember, 100);
  },
  { passive: true },
);
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  clearTimeout(resting);
  if (lastRead?.isConnected) lastRead.scrollIntoView({ block: "start" });
});
