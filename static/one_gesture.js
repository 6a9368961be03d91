// One gesture is one act. Fingers in gloves and fingers that tremble tap twice; what has come up under them meanwhile
// was not meant. It sleeps for a moment, at that place and nowhere else; what was there at the first tap never does.

const MOMENT = 700;
/** How far a trembling finger moves, in CSS pixels; targets are larger, so nothing lies between the places looked at. */
const REACH = 40;
const AROUND = [-REACH, 0, REACH].flatMap((x) => [-REACH, 0, REACH].map((y) => [x, y]));
const CONTROLS = "a[href], button, summary, input:is([type=submit], [type=checkbox], [type=radio])";
const KEPT = "haand-last-tap";

/** The last tap: when, where (nowhere: by a key), and what could have been meant. @typedef {{ at: number, x: number, y: number, isKey: boolean, there: string[] }} Tap */

/** @type {Tap | null} */
let last = null;

/** What a control does, as words that can be compared across pages. @param {Element} control */
function meaning(control) {
  const { form, name = "", value = "", href = "" } = /** @type {any} */ (control);
  const fields = [...(form?.querySelectorAll("input[type=hidden]:not([name=seen])") ?? [])];
  const isOpen = control.matches("details[open] > summary") || control.getAttribute("aria-expanded");
  return JSON.stringify([
    ...[control.tagName, control.id, name, value, href, isOpen, control.getAttribute("hx-post")],
    ...[form?.getAttribute("action"), form?.id, ...fields.map((field) => field.name + field.value)],
  ]);
}

/** @param {MouseEvent} event @returns {Tap} */
function read({ target, detail, clientX, clientY }) {
  const isKey = !detail;
  const touched = isKey
    ? [target]
    : AROUND.map(([x, y]) => document.elementFromPoint(clientX + x, clientY + y));
  const controls = new Set(touched.map((each) => (each instanceof Element ? each.closest(CONTROLS) : null)));
  const there = [...controls].flatMap((control) => (control ? [meaning(control)] : []));
  return { at: Date.now(), x: clientX, y: clientY, isKey, there };
}

/** Whether this tap may still be the last one. @param {Tap} tap */
function isEcho({ at, x, y, isKey }) {
  if (!last || at - last.at > MOMENT || at < last.at || isKey !== last.isKey) return false;
  return isKey || Math.hypot(x - last.x, y - last.y) <= REACH;
}

/** @param {MouseEvent} event */
function heed(event) {
  const control = event.target instanceof Element && event.target.closest(CONTROLS);
  // A label's tap comes once more by itself, as its field's.
  if (!event.isTrusted || (!control && event.target instanceof Element && event.target.closest("label")))
    return;
  const tap = read(event);
  if (!isEcho(tap)) {
    last = tap;
    return;
  }
  const before = /** @type {Tap} */ (last);
  before.at = tap.at;
  if (!control || before.there.includes(meaning(control))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** A key that is held down, or pressed twice, is one gesture too; any other key between is a decision. @param {KeyboardEvent} event */
function heedKey(event) {
  const isAct = event.key === "Enter" || event.key === " ";
  if (isAct && event.repeat && event.target instanceof Element && event.target.matches(CONTROLS))
    event.preventDefault();
  else if (!isAct && last?.isKey) last = null;
}

/** A page that opens under the finger is told of it by the one before. */
function takeOver() {
  try {
    last = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") ?? last;
    sessionStorage.removeItem(KEPT);
  } catch {
    // Then each page has its own.
  }
}

function handOver() {
  try {
    if (last && Date.now() - last.at < MOMENT) sessionStorage.setItem(KEPT, JSON.stringify(last));
  } catch {
    // The same.
  }
}

takeOver();
addEventListener("click", heed, true);
addEventListener("keydown", heedKey, true);
addEventListener("pagehide", handOver);
addEventListener("pageshow", takeOver);
