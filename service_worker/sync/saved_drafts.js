/** Knows which drafts were saved here lately, and what each of them became; changes none. */

import { cleaned } from "../texts.js";

/** Where it can be read what a draft became. */
export const CHANGES = ["outbox", "delivered"];

/** Of so many drafts that were saved it is known what they became, and of all whose changes still wait. */
const SAVED = 20;

/** @param {any} tx over `fact` and `outbox` @param {{ id?: string, n: number, change: string, typed?: string }} saved id: of the draft, if it was one; n, change: what it became; typed: where that does not say it as it was typed */
export async function rememberSaved(tx, saved) {
  if (!saved.id) return;
  const facts = tx.objectStore("fact");
  /** @type {{ n: number }[]} */
  const known = (await facts.get("draft_saved")) ?? [];
  const [waiting] = known.length < SAVED ? [0] : await tx.objectStore("outbox").getAllKeys();
  const kept = known.filter(({ n }, place) => n >= waiting || place > known.length - SAVED);
  await facts.put([...kept, saved], "draft_saved");
}

/**
 * What a draft became, when it was saved here lately: another window may show it still, and the words of a page on its
 * way out may come late.
 * @param {any} tx over `fact`, `outbox` and `delivered`
 * @param {string} id
 * @returns {Promise<(import("../shapes.js").WaitingChange & { typed?: string }) | undefined>}
 */
export async function findSaved(tx, id) {
  if (tx.isVaultLocked) return undefined;
  const all = (await tx.objectStore("fact").get("draft_saved")) ?? [];
  const saved = all.findLast((/** @type {{ id: string }} */ each) => each.id === id);
  if (!saved) return undefined;
  const rows = await Promise.all(CHANGES.map((name) => tx.objectStore(name).get(saved.n)));
  const row = rows.find((each) => each?.id === saved.change && each.args);
  return row && saved.typed !== undefined ? { ...row, typed: saved.typed } : row;
}

/** @param {(import("../shapes.js").WaitingChange & { typed?: string }) | undefined} saved @param {string} text */
export const isSaying = (saved, text) =>
  (saved?.typed ?? saved?.args.text ?? saved?.args.reason) === cleaned(text);
