// What comes by itself moves nothing under a thumb: it waits until no hand has been at the page for a moment, and what is
// read further down stays where it was.

const REST = 2_500;

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
