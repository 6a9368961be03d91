// When a page does something by itself. Work that waits for a pause waits not for ever: while a hand goes on it is done now
// and then. And a page that is left open grows old, with and without a network: another day begins, a visit is near, a plan
// is hours old. Knows no fields.

/**
 * @param {() => unknown} work
 * @param {number} longest milliseconds that it waits at most, however often it is asked for meanwhile
 * @param {() => number} [clock]
 */
export function makePace(work, longest, clock = () => performance.now()) {
  let [timer, latest] = [0, Number.POSITIVE_INFINITY];
  const stop = () => {
    clearTimeout(timer);
    latest = Number.POSITIVE_INFINITY;
  };
  const begin = () => {
    stop();
    work();
  };
  return {
    stop,
    /** @param {number} pause after which it is done, unless it is asked for again before */
    soon(pause) {
      const now = clock();
      latest = Math.min(latest, now + Math.max(pause, longest));
      clearTimeout(timer);
      timer = setTimeout(begin, Math.max(0, Math.min(pause, latest - now)));
    },
  };
}

/**
 * Whether a key still belongs to what was typed before this page came: until there is a pause, and no longer than so long.
 * @param {number} pause milliseconds
 * @param {number} longest milliseconds
 * @param {() => number} [clock]
 */
export function makeStray(pause, longest, clock = () => performance.now()) {
  const end = clock() + longest;
  let until = clock() + pause;
  return () => {
    const now = clock();
    if (now >= Math.min(until, end)) return false;
    until = now + pause;
    return true;
  };
}

/** Midnight in Denmark is a quarter's beginning too. */
const QUARTER = 15 * 60_000;
const quarterNow = () => Math.floor(Date.now() / QUARTER);
let quarter = quarterNow();

/** @param {() => void} drawAnew called once in a quarter */
export function keepCurrent(drawAnew) {
  if (quarterNow() !== quarter) drawAnew();
  quarter = quarterNow();
}
