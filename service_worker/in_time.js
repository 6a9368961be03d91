/** Knows how long something is waited for, and what is said instead when it does not come. */

/**
 * @template Result
 * @template Instead
 * @param {Promise<Result>} promise
 * @param {number} limit milliseconds
 * @param {() => Instead} late gives what counts instead, or throws
 * @returns {Promise<Result | Awaited<Instead>>}
 */
export function inTime(promise, limit, late) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const passed = new Promise((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  return Promise.race([promise, passed.then(late)]).finally(() => clearTimeout(timer));
}
