// Whether the server answers, and who is signed in by its word: the one place where a leader's page asks. It notes no use of the
// sign-in. Knows no page but whose it is.

const PATIENCE = 5_000;

/** @typedef {"me" | "another" | "nobody" | "unknown"} WhoIsIn "unknown": no answer came, or one that says nothing of it */

/** @type {Promise<WhoIsIn> | null} */
let asking = null;

/** Those who ask at the same time are told the same. @returns {Promise<WhoIsIn>} */
export function askWhoIsIn() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

/** @returns {Promise<WhoIsIn>} */
async function ask() {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const how = /** @type {RequestInit} */ ({ redirect: "manual", cache: "no-store", signal });
    const { status, type, headers } = await fetch("/signed-in", how);
    if (type === "opaqueredirect" || status === 401 || status === 403) return "nobody";
    if (status !== 204) return "unknown";
    const [shown, isIn] = [document.body.dataset.person, headers.get("Haand-Person")];
    // A proxy may have dropped the name of who is in.
    return shown && isIn && shown !== isIn ? "another" : "me";
  } catch {
    return "unknown";
  }
}
