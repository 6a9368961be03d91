// A signature, drawn with a finger, a pen or a mouse. Knows a canvas and its pointers; knows no forms.

const INK = 5;

/** What has been drawn on, and not cleared since. @type {WeakSet<HTMLCanvasElement>} */
const drawnOn = new WeakSet();

/** @param {HTMLCanvasElement} canvas */
export const isDrawn = (canvas) => drawnOn.has(canvas);

/** @param {HTMLCanvasElement} canvas */
export function clear(canvas) {
  drawnOn.delete(canvas);
  const context = canvas.getContext("2d");
  context?.clearRect(0, 0, canvas.width, canvas.height);
}

/** On white, as on paper. @param {HTMLCanvasElement} canvas @returns {Promise<Blob | null>} */
export function signatureOf(canvas) {
  const { width, height } = canvas;
  const paper = Object.assign(document.createElement("canvas"), { width, height });
  const context = paper.getContext("2d");
  if (!context) return Promise.resolve(null);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => paper.toBlob(resolve, "image/png"));
}

/** Where on the canvas, which is shown larger or smaller than it is. @param {HTMLCanvasElement} canvas @param {PointerEvent} event */
function placeOf(canvas, { clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return /** @type {const} */ ([
    ((clientX - left) / width) * canvas.width,
    ((clientY - top) / height) * canvas.height,
  ]);
}

/** @param {HTMLCanvasElement} canvas @param {PointerEvent[]} events */
function draw(canvas, events) {
  const context = canvas.getContext("2d");
  for (const event of events) context?.lineTo(...placeOf(canvas, event));
  context?.stroke();
  drawnOn.add(canvas);
}

/** @param {PointerEvent} event @param {HTMLCanvasElement} canvas */
function begin(event, canvas) {
  const context = canvas.getContext("2d");
  if (!context || event.button) return;
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  Object.assign(context, { lineWidth: INK, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
  context.beginPath();
  context.moveTo(...placeOf(canvas, event));
  // A dot is a sign as well.
  draw(canvas, [event]);
}

/** @param {PointerEvent} event @param {HTMLCanvasElement} canvas */
function goOn(event, canvas) {
  if (!canvas.hasPointerCapture(event.pointerId)) return;
  const between = event.getCoalescedEvents?.() ?? [];
  draw(canvas, between.length ? between : [event]);
}

/** @param {EventTarget | null} target */
export const canvasAt = (target) =>
  target instanceof HTMLCanvasElement && target.matches("[data-sign]") ? target : null;

for (const [name, act] of /** @type {const} */ ([
  ["pointerdown", begin],
  ["pointermove", goOn],
]))
  document.addEventListener(name, (event) => {
    const canvas = canvasAt(event.target);
    if (canvas) act(event, canvas);
  });
