// Work that waits for a pause, and not for ever: while a hand goes on it is done now and then. Knows no fields.

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
