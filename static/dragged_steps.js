// Steps are dragged by their grip, with a finger, a pen or a mouse: where one is let go, the form `#dragged` says. Keys have buttons
// of their own. Knows rows and where they are; knows nothing of what is in them.

/** @typedef {{ where: "before" | "after" | "in", row: HTMLElement }} Place */

const EDGE = 0.3;
/** So near the window's edge the page moves along, so many pixels at each move. */
const NEAR = 60;
const PACE = 24;

/** @param {() => HTMLElement} editor the element that the rows are in */
export function dragSteps(editor) {
  /** @type {{ row: HTMLElement, place: Place | null } | null} */
  let dragged = null;

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target instanceof Element ? event.target.closest("[data-grip]") : null;
    const row = grip?.closest("[data-step]");
    if (!(grip instanceof HTMLElement) || !(row instanceof HTMLElement) || event.button) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    dragged = { row, place: null };
  });
  document.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!dragged) return;
    mark(dragged.place, false);
    dragged.place = placeAt(editor(), dragged.row, clientX, clientY);
    mark(dragged.place, true);
    if (clientY < NEAR) scrollBy(0, -PACE);
    else if (clientY > innerHeight - NEAR) scrollBy(0, PACE);
  });
  document.addEventListener("pointerup", () => end(true));
  document.addEventListener("pointercancel", () => end(false));

  /** @param {boolean} isDone */
  function end(isDone) {
    if (!dragged) return;
    const { row, place } = dragged;
    dragged = null;
    row.classList.remove("dragged");
    mark(place, false);
    const form = document.querySelector("form#dragged");
    if (!isDone || !place || !(form instanceof HTMLFormElement)) return;
    const said = { step_id: row.dataset.step, where: place.where, other: place.row.dataset.step };
    for (const [name, value] of Object.entries(said)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = String(value);
    }
    form.requestSubmit();
  }
}

/** @param {Place | null} place @param {boolean} isOn */
const mark = (place, isOn) => place?.row.classList.toggle(`drop-${place.where}`, isOn);

/** @param {HTMLElement} editor @param {HTMLElement} row @param {number} x @param {number} y @returns {Place | null} */
function placeAt(editor, row, x, y) {
  const under = document.elementFromPoint(x, y)?.closest("[data-step]");
  if (!(under instanceof HTMLElement) || under === row || !editor.contains(under)) return null;
  const { top, height } = under.getBoundingClientRect();
  const part = (y - top) / height;
  if (part < EDGE) return { where: "before", row: under };
  return { where: "group" in under.dataset ? "in" : "after", row: under };
}
