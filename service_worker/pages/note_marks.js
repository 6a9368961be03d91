/**
 * Knows what was done with notes: who pinned one for the next visitor, who has read it, and which is about another citizen. Twin
 * of `noted` in pwa/care/documents/note_marks.py, which says how. Cases: tests/cases/noted.json.
 *
 * @typedef {import("../shapes.js").Note} Note
 * @typedef {import("../shapes.js").Mark} Mark
 * @typedef {import("../shapes.js").Pin} Pin
 */

/**
 * The notes, each with the pin that nobody has read yet, who has read one, and that it is the wrong citizen's.
 * @template {Note} AnyNote
 * @param {AnyNote[]} notes @param {Mark[]} marks
 * @returns {(AnyNote & { pin: Pin | null, read: Mark[], wrong: Mark | null })[]}
 */
export function noted(notes, marks) {
  return notes.map((note) => ({
    ...note,
    ...marked(
      note,
      marks.filter(({ note_id }) => note_id === note.id),
    ),
  }));
}

/** @param {Note} note @param {Mark[]} marks */
function marked(note, marks) {
  const ordered = [...marks].sort(byTime);
  const own = note.pinned ? [{ id: note.id, at: note.written_at, by: note.written_by }] : [];
  const others = ordered.filter(({ kind }) => kind === "pinned").map(({ id, at, by }) => ({ id, at, by }));
  const pins = [...own, ...others].sort(byTime);
  const gone = ordered
    .filter((one) => one.kind === "read" || (one.kind === "unpinned" && mayUnpin(one, note, pins)))
    .map(({ pin_id }) => pins.findIndex(({ id }) => id === pin_id));
  const left = pins.slice(Math.max(-1, ...gone) + 1);
  return {
    pin: left.at(-1) ?? null,
    read: ordered.filter(({ kind }) => kind === "read"),
    wrong: ordered.find(({ kind }) => kind === "wrong_citizen") ?? null,
  };
}

/** Who wrote the note, who pinned it, and a leader. @param {Mark} mark @param {Note} note @param {Pin[]} pins */
function mayUnpin({ by, by_leader, pin_id }, note, pins) {
  const pin = pins.find(({ id }) => id === pin_id);
  return Boolean(by_leader) || by.id === note.written_by.id || by.id === pin?.by.id;
}

/** @type {(a: { at: string, id: string }, b: { at: string, id: string }) => number} */
const byTime = (a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1);
