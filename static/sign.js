// The sign at the top never says that all has arrived while something is on its way from a finger to the store, or while
// it is not redrawn since (`data-keeping`, styles/carer.css). Knows no forms.

const htmx = /** @type {any} */ (window).htmx;

/** Taps that are not answered yet. */
let acts = 0;
let isTyped = false;
let isAsked = false;
/** The sign that is being drawn was asked for before the last tap or word. */
let isOlder = false;
/** The sign that is seen is older than the last word. */
let isBehind = false;

/** How much of it has been said aloud. */
let heard = needingAttention();

function needingAttention() {
  return Number.parseInt(document.getElementById("attention")?.textContent ?? "0", 10);
}

/** What was turned down is said once where a tap's "saved" was said, for whoever does not see the sign. */
function sayAttention() {
  const number = needingAttention();
  const outcome = document.getElementById("outcome");
  const words = document.getElementById("attention")?.nextElementSibling?.textContent ?? "";
  if (outcome && number > heard) outcome.textContent = `${number} ${words}`;
  heard = number;
}

function mark() {
  document.body.toggleAttribute("data-keeping", acts > 0 || isTyped || isBehind);
}

export function beginAct() {
  acts += 1;
  mark();
}

/** It was answered, with a sign of its own; one that is still being drawn may be older. */
export function endAct() {
  acts -= 1;
  if (isAsked) isOlder = isBehind = true;
  mark();
}

/** Words stand in a field that are not kept yet. */
export function hearTyping() {
  isTyped = true;
  mark();
}

/** What was typed is kept, or nothing of it is left. @param {boolean} isAllKept @param {boolean} isOther whether the sign counts another number now */
export function hearKept(isAllKept, isOther) {
  isTyped = !isAllKept;
  if (isOther) {
    isBehind = true;
    refreshSign();
  }
  mark();
}

/** The last redrawing of it. */
let drawing = Promise.resolve();

/** Resolves when no redrawing is under way. */
export const whenDrawn = () => drawing;

/** It may always be redrawn. */
export async function refreshSign() {
  if (isAsked) {
    isOlder = true;
    return;
  }
  drawing = draw();
  await drawing;
}

async function draw() {
  isAsked = true;
  do {
    isOlder = false;
    await htmx
      .ajax("GET", "/state", { source: "#state", target: "#state", swap: "outerMorph" })
      .catch(() => {});
  } while (isOlder);
  isAsked = isBehind = false;
  sayAttention();
  mark();
}
