// What somebody has written in a page's forms, and the words that it is not sent. Knows the notice on the page, not why.

/** Where it is said. */
export const notSent = () => document.getElementById("not-sent");

/** Whether somebody has written in a form. @param {HTMLFormElement} form @param {(field: HTMLTextAreaElement | HTMLInputElement) => boolean} isWritten */
export const isAnyWritten = (form, isWritten) =>
  [...form.elements].some(
    (field) =>
      (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) &&
      field.type !== "hidden" &&
      isWritten(field),
  );

/** Why it is said now. @type {"" | "away" | "back" | "signed-out"} */
let said = "";

/** Where it was said that the server is away: it is heard again. */
export function sayBack() {
  if (said === "away") sayNotSent("back");
}

/** Say why; "" is no reason, and nothing is said. @param {"" | "away" | "back" | "signed-out"} why */
export function sayNotSent(why) {
  said = why;
  const notice = notSent();
  for (const words of notice?.querySelectorAll("span") ?? []) words.hidden = words.dataset.why !== why;
  if (notice) notice.hidden = why === "";
}
