// What somebody has unfolded stays so: while the page is drawn anew, and when she comes back to it in this tab. Registered
// with htmx as `folds`; knows no page.

const KEPT = "haand-folds";

/** Which folds were opened or closed by hand. @type {Record<string, boolean>} */
const chosen = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");

/** @param {EventTarget | null} target @returns {target is HTMLDetailsElement} */
const isFold = (target) => target instanceof HTMLDetailsElement && target.id !== "";

/** As they were left. @param {ParentNode} within */
export function putBackFolds(within) {
  for (const fold of within.querySelectorAll("details[id]"))
    if (isFold(fold) && fold.id in chosen) fold.open = Boolean(chosen[fold.id]);
}

export function rememberFolds() {
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (!isFold(target) || chosen[target.id] === target.open) return;
      chosen[target.id] = target.open;
      sessionStorage.setItem(KEPT, JSON.stringify(chosen));
    },
    { capture: true },
  );
}

// The server does not know what is unfolded here.
/** @type {any} */ (globalThis).htmx?.registerExtension("folds", {
  htmx_before_morph_attr: (
    /** @type {Element} */ element,
    /** @type {{ attrName: string }} */ { attrName },
  ) => !(attrName === "open" && isFold(element)),
});
