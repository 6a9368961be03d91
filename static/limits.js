// Says how much too long a text is, where it is written and before it is sent. Nothing is cut: what is pasted stays
// whole. A field says with data-most how many code points it holds.

/** So little room left is told. */
const NEAR = 100;
/** Told when the typing rests, not at each letter. Milliseconds. */
const REST = 400;

const count = document.getElementById("text-count");
let timer = 0;

for (const kind of ["input", "focusin"])
  addEventListener(kind, ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)) return;
    if (!target.dataset.most) return;
    clearTimeout(timer);
    timer = setTimeout(tell, REST, target, Number(target.dataset.most));
  });

/** @param {HTMLTextAreaElement | HTMLInputElement} field @param {number} most */
function tell(field, most) {
  if (!count) return;
  const left = most - [...field.value].length;
  const isOver = left < 0;
  if (count.previousElementSibling !== field) field.after(count);
  count.hidden = left > NEAR;
  count.classList.toggle("over", isOver);
  count.textContent = ((isOver ? count.dataset.over : count.dataset.left) ?? "").replace(
    "#",
    Math.abs(left).toLocaleString(document.documentElement.lang),
  );
  field.ariaInvalid = isOver ? "true" : null;
  if (isOver) count.scrollIntoView({ block: "nearest" });
}
