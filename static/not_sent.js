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

/** Say why; "" is no reason, and nothing is said. @param {"" | "away" | "signed-out"} why */
export function sayNotSent(why) {
  const notice = notSent();
  for (const words of notice?.querySelectorAll("span") ?? []) words.hidden = words.dataset.why !== why;
  if (notice) notice.hidden = why === "";
}
