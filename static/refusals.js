// A no is seen wherever the page is scrolled to, and stands until somebody closes it or the same is done after all.
// Knows the place, `#problem`, which readers announce; the words come with the answer, or from the page where none came.

/** What was refused, by its address. */
let refused = "";

/** @typedef {CustomEvent<{ ctx: any }>} Asked */
/** @param {string} name @param {(ctx: any, event: Asked) => void} hear */
const on = (name, hear) =>
  document.addEventListener(name, (event) =>
    hear(/** @type {Asked} */ (event).detail.ctx, /** @type {Asked} */ (event)),
  );

/** @param {Node[]} words */
const show = (...words) => document.querySelector("div#problem")?.replaceChildren(...words);

/** No answer, or one that is not ours: a proxy's page is not swapped into a visit. @param {any} ctx */
function sayUnanswered({ request, sourceElement }) {
  if (request.method === "GET" && !sourceElement.matches("[data-draw]")) return;
  refused = request.action;
  const words = /** @type {HTMLTemplateElement | null} */ (document.getElementById("unanswered"));
  if (words) show(words.content.cloneNode(true));
}

on("htmx:before:response", (ctx, event) => {
  if (ctx.response.status < 400) return;
  if (ctx.hx.retarget) refused = ctx.request.action;
  else {
    event.preventDefault();
    sayUnanswered(ctx);
  }
});
on("htmx:error", (ctx) => ctx.status !== "swapped" && sayUnanswered(ctx));
on("htmx:finally:request", ({ request, response }) => {
  if (response?.status < 400 && request.action === refused) show();
});

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("div#problem button")) show();
});
