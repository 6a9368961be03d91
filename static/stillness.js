// What comes by itself moves nothing under a thumb: it waits until no hand has been at the page for a moment, and what is
// read further down stays where it was, also when the phone is turned: a browser that looks for it under the bar at the
// top finds the bar, and begins from the top.

const REST = 2_500;
const BELOW_THE_BAR = [96, 120, 144, 168];

let touchedAt = Number.NEGATIVE_INFINITY;
let isDown = false;

for (const hand of ["pointerdown", "touchstart", "touchmove", "wheel", "scroll", "keydown"])
  addEventListener(
    hand,
    () => {
      touchedAt = performance.now();
      isDown ||= hand === "pointerdown" || hand === "touchstart";
    },
    { passive: true, capture: true },
  );
for (const lifted of ["pointerup", "touchend", "pointercancel", "touchcancel", "pagehide"])
  addEventListener(
    lifted,
    () => {
      touchedAt = performance.now();
      isDown = false;
    },
    { passive: true, capture: true },
  );

/** In how many milliseconds something may appear; none: now. */
export const restIn = () => Math.max(0, isDown ? REST : touchedAt + REST - performance.now());

/**
 * Show or hide something above what is read.
 * @param {() => void} change is called once
 */
export function whenStill(change) {
  const wait = restIn();
  if (wait > 0) {
    setTimeout(whenStill, wait, change);
    return;
  }
  const putBack = keepPlace();
  change();
  putBack();
}

/** How each was last wanted to be. @type {WeakMap<HTMLElement, boolean>} */
const wanted = new WeakMap();

/** Show it or hide it, as it is wanted last before no hand is at the page. @param {HTMLElement} banner @param {boolean} isShown */
export function showWhenStill(banner, isShown) {
  const waitsAlready = wanted.has(banner);
  if (!waitsAlready && banner.hidden !== isShown) return;
  wanted.set(banner, isShown);
  if (waitsAlready) return;
  whenStill(() => {
    banner.hidden = !wanted.get(banner);
    wanted.delete(banner);
  });
}

/** Before something changes above what is read. At the top of a page nothing is above. @returns {() => void} afterwards */
export function keepPlace() {
  // Most browsers do it by themselves.
  if (scrollY === 0 || CSS.supports("overflow-anchor", "auto")) return () => {};
  const read = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const before = read?.getBoundingClientRect().top ?? 0;
  return () => {
    if (read?.isConnected) scrollBy(0, read.getBoundingClientRect().top - before);
  };
}

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
