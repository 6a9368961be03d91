/** Knows what stands at a place of a checklist at this moment, for a form that adds to it; knows nothing of what is stored then. */

import { standsAt } from "./filling.js";
import { readPageData } from "./page_data.js";

/**
 * A form that adds one of several, or takes one away, says what stands there now: its page, or half-written words, may have been
 * begun on something else. Where that cannot be read, it is as it was then. Twin: say_what_stands in pwa/care/sync/standing_now.py.
 * @param {import("../shapes.js").Phone} phone @param {string} name of the change @param {URLSearchParams} form
 */
export async function sayWhatStands(phone, name, form) {
  form.delete("now");
  const isRows = form.get("kind") === "repeating_group";
  const visit = form.get("visit_id");
  if (name !== "fill_in" || !visit || !(isRows || form.has("many"))) return;
  const data = await readPageData(phone, { visit, alone: true }).catch(() => null);
  if (!data?.visits[0]) return;
  const entry = data.visits[0].filled?.find(({ place }) => place === form.get("place"));
  form.set("now", JSON.stringify(entry ? standsAt(entry, isRows) : []));
}
