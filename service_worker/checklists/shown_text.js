/** Knows how an answer is read; of true and false, of who did it and of a moment the page has the words. */

import { PICTURED, readAs } from "./photo_answers.js";

/** @param {{ kind: string, options?: { value: string, label: string }[] }} step @param {any} said @returns {string} */
export function shownText(step, said) {
  if (typeof said === "object") return said.other;
  if (typeof said === "boolean") return String(said);
  if (step.kind === "choice") return step.options?.find(({ value }) => value === said)?.label ?? said;
  if (PICTURED.includes(step.kind)) return readAs(step.kind, said);
  if (step.kind === "number") return said.replace(".", ",");
  return step.kind === "date" ? said.split("-").reverse().join("-") : said;
}
