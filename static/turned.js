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
