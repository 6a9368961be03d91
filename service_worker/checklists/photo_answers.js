/**
 * Knows how the answer to a step that asks for a photo or a signature is written: which picture, of which kind, how large, and
 * who signed. The picture itself is elsewhere, under its SHA-256. Twin: pwa/checklists/photo_answers.py.
 *
 * @typedef {{ sha256: string, type: string, bytes: number, signed_by: string }} Pictured signed_by: empty of a photo
 */

export const PICTURED = ["photo", "signature"];
const FORM = /^([0-9a-f]{64}) (image\/jpeg|image\/png) ([1-9][0-9]{0,7})(?: ([^\n]{1,200}))?$/u;
const LONGEST_NAME = 200;

/** The picture that an answer names; null where it names none, as a signature that is a written name. @param {unknown} said @returns {Pictured | null} */
export function readPictured(said) {
  const found = typeof said === "string" ? FORM.exec(said) : null;
  if (!found) return null;
  const [, sha256, type, bytes, signed_by = ""] = found;
  return { sha256, type, bytes: Number(bytes), signed_by };
}

/** How it is written. @param {Pictured} pictured */
export const writePictured = ({ sha256, type, bytes, signed_by }) =>
  `${sha256} ${type} ${bytes}${signed_by ? ` ${signed_by}` : ""}`;

/** Whether a step of this kind can have this answer: a photo is a picture, a signature that or a written name. @param {string} kind @param {string} said */
export function isPictured(kind, said) {
  const found = readPictured(said);
  if (kind === "photo") return found !== null && !found.signed_by;
  return found !== null || [...said].length <= LONGEST_NAME;
}

/** What is read of it: who signed; of a photo nothing, for the page has the words. @param {string} kind @param {string} said */
export function readAs(kind, said) {
  return kind === "photo" ? "" : (readPictured(said)?.signed_by ?? said);
}
