// The board of today is another day's after midnight. Knows the clock.

import { dayOf } from "../service_worker/pages/days.js";
import { askWhoIsIn } from "./who_is_in.js";

/** How long after midnight, or after the clock was set, the board is still the day before's. */
const SOON = 5_000;

/** Without the server it stays, and says so. @param {() => void} say */
export function changeAtMidnight(say) {
  const day = dayOf(new Date().toISOString());
  let isChanging = false;

  async function changeDay() {
    if (isChanging || location.pathname !== "/board" || dayOf(new Date().toISOString()) === day) return;
    isChanging = true;
    isChanging = (await askWhoIsIn()) !== "unknown";
    if (isChanging) location.reload();
    else say();
  }

  setInterval(changeDay, SOON);
  for (const woken of ["pageshow", "focus", "resume"]) addEventListener(woken, changeDay);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") changeDay();
  });
}
