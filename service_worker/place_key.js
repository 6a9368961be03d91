/** Knows what an element is called that shows a place of a checklist. */

/** A place as a part of an element's id. Twin: key_of in pwa/care/documents/filling.py. @param {string} place */
export const keyOf = (place) =>
  place.replace(/[^A-Za-z0-9-]/gu, (sign) => `_${sign.codePointAt(0)?.toString(16)}`);
