// A page that is left open grows old, with and without a network: another day begins, a visit is near, a plan is hours old.

/** Midnight in Denmark is a quarter's beginning too. */
const QUARTER = 15 * 60_000;
const quarterNow = () => Math.floor(Date.now() / QUARTER);
let quarter = quarterNow();

/** @param {() => void} drawAnew called once in a quarter */
export function keepCurrent(drawAnew) {
  if (quarterNow() !== quarter) drawAnew();
  quarter = quarterNow();
}
