// A form is not sent into nothing: before the page is left it is asked whether the server is there and, where somebody has
// written in it, still knows who sits here. If not, the form stays as it is, and says so where it was sent.

import { sayStays } from "./contact.js";
import { isAnyWritten, notSent, sayNotSent } from "./not_sent.js";
import { askWhoIsIn } from "./who_is_in.js";

/** Forms that may go now. @type {WeakSet<HTMLFormElement>} */
const mayGo = new WeakSet();
/** Forms about which the server is being asked. @type {WeakSet<HTMLFormElement>} */
const asked = new WeakSet();

/** @param {HTMLFormElement} form */
const isWritten = (form) => isAnyWritten(form, (field) => field.value !== "");

/** Why it cannot be sent, by who is signed in. @type {Record<import("./who_is_in.js").WhoIsIn, "" | "away" | "signed-out">} */
const WHAT_STOPS = { me: "", another: "signed-out", nobody: "signed-out", unknown: "away" };

/** @param {SubmitEvent} event */
async function askFirst(event) {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement) || form.hasAttribute("hx-post")) return;
  const notice = notSent();
  if (mayGo.delete(form) || !notice) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // Pressed again while the server is asked, it is the same press.
  if (asked.has(form)) return;
  asked.add(form);
  const stops = WHAT_STOPS[await askWhoIsIn()];
  asked.delete(form);
  const isKept = form.method === "post" && isWritten(form);
  // Nothing is lost by it: the page that is fetched says who is to sign in.
  const why = isKept || stops === "away" ? stops : "";
  sayNotSent(isKept ? why : "");
  if (why && !isKept) return sayStays();
  if (!why) {
    mayGo.add(form);
    return form.requestSubmit(submitter);
  }
  (submitter ?? form).before(notice);
  notice.scrollIntoView({ block: "nearest" });
}

addEventListener("submit", askFirst, { capture: true });
