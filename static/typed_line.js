// Keeps the line that is typed in sight when a keyboard comes up or the phone is turned: a field that becomes lower
// would show its first lines. Knows fields and windows; knows no drafts.

/** What makes a copy of a text break its lines as the field does. */
const LIKE_THE_FIELD = /** @type {const} */ ([
  ...["font", "letterSpacing", "lineHeight", "padding", "border", "boxSizing", "tabSize", "textIndent"],
  ...["wordSpacing", "overflowWrap", "wordBreak", "hyphens", "direction", "textAlign"],
]);

/** The field that somebody types in. */
function typedIn() {
  const { activeElement: active } = document;
  return active instanceof HTMLTextAreaElement ? active : null;
}

/** Where in its field the line of the caret is, in pixels from the first. @param {HTMLTextAreaElement} field */
function lineOf(field) {
  const copy = document.createElement("div");
  const caret = document.createElement("span");
  const style = getComputedStyle(field);
  const same = Object.fromEntries(LIKE_THE_FIELD.map((name) => [name, style[/** @type {any} */ (name)]]));
  Object.assign(copy.style, same, {
    ...{ position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", blockSize: "auto" },
    inlineSize: `${field.clientWidth + parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth)}px`,
  });
  caret.textContent = "|";
  copy.append(field.value.slice(0, field.selectionEnd), caret, field.value.slice(field.selectionEnd));
  copy.setAttribute("aria-hidden", "true");
  document.body.append(copy);
  const height = parseFloat(style.lineHeight) || caret.offsetHeight;
  const top = caret.offsetTop - (height - caret.offsetHeight) / 2;
  copy.remove();
  return { top, height };
}

/** The field is moved in the window, and the text in the field, no more than is needed. */
function showTypedLine() {
  const field = typedIn();
  if (!field) return;
  const line = lineOf(field);
  const pad = parseFloat(getComputedStyle(field).paddingTop);
  const lowest = line.top - pad;
  const highest = line.top + line.height + pad - field.clientHeight;
  if (field.scrollTop > lowest || highest > lowest) field.scrollTop = lowest;
  else if (field.scrollTop < highest) field.scrollTop = highest;
  const top = field.getBoundingClientRect().top + field.clientTop + line.top - field.scrollTop;
  const bottom = top + line.height;
  const { above, below } = room();
  const edge = Math.min(pad, Math.max(0, (below - above - line.height) / 2));
  if (top - edge < above) scrollBy(0, top - edge - above);
  else if (bottom + edge > below) scrollBy(0, bottom + edge - below);
}

/** Of the window, what neither a keyboard nor the head of the page lies over. */
function room() {
  const seen = window.visualViewport;
  const offset = seen?.offsetTop ?? 0;
  const head = document.querySelector(".carer > .top");
  const isStuck = head && getComputedStyle(head).position === "sticky";
  const above = isStuck ? Math.max(offset, head.getBoundingClientRect().bottom) : offset;
  return { above, below: offset + (seen?.height ?? innerHeight) };
}

let frame = 0;

/** After the browser has placed what it places itself. */
function soon() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(showTypedLine);
}

addEventListener("resize", soon);
window.visualViewport?.addEventListener("resize", soon);
