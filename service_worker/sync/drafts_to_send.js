/**
 * Says what of the half-written words the server has not got, as it is sent, and how far it is with them; writes none.
 *
 * @typedef {import("../shapes.js").DraftRow} DraftRow
 * @typedef {import("./draft_numbers.js").Gone} Gone
 * @typedef {{ n: number, rows: object[], gone: { id: string, at: string }[] }} SentDrafts
 */

import { toBase64, utf8 } from "../bytes.js";
import { isNews } from "../store/draft_rows.js";
import { findPolicy } from "../vault/policy.js";
import { draftPurpose, seal } from "../vault/sealing.js";
import { wireDraft } from "../wire.js";
import { next } from "./draft_numbers.js";

/** In one push. Sealed they grow by a third, and the server takes no more than a million bytes. */
const [MOST_DRAFTS, MOST_BYTES] = [500, 450_000];
/** One that goes alone may be this large. What is larger stays on the phone, and holds no other back. */
const MOST_ALONE = 700_000;

/**
 * What the server has not got, as it is sent; undefined when that is nothing, or the server knows of no drafts.
 * A phone that was turned away before any server told it of drafts tries it: they may be all that it has.
 * @param {any} tx over `draft` and `fact`
 * @returns {Promise<SentDrafts | undefined>}
 */
export async function draftsToSend(tx) {
  const facts = tx.objectStore("fact");
  const [told, before = 0, gone = [], trouble] = await Promise.all(
    ["draft_heard", "draft_n", "draft_gone", "trouble"].map((name) => facts.get(name)),
  );
  const heard = told ?? (trouble === "NotSignedIn" ? 0 : undefined);
  if (heard === undefined || before <= heard) return undefined;
  if (!tx.isVaultLocked) await putLargeLast(tx);
  const n = (await facts.get("draft_n")) ?? 0;
  /** @type {DraftRow[]} */
  const rows = (await tx.objectStore("draft").getAll()).filter((/** @type {DraftRow} */ row) =>
    isNews(row, heard),
  );
  rows.sort((a, b) => (a.dn ?? 0) - (b.dn ?? 0));
  let bytes = 0;
  const written = [];
  for (const row of rows) {
    const each = wireDraft(row);
    bytes += utf8(JSON.stringify(each)).length + 1;
    const isTooMuch = written.length ? bytes > MOST_BYTES : bytes > MOST_ALONE;
    if (isTooMuch || written.length === MOST_DRAFTS) break;
    written.push(each);
  }
  const isAll = written.length === rows.length;
  const upTo = isAll ? n : (rows[written.length].dn ?? 1) - 1;
  if (!isAll && upTo <= heard) return undefined;
  const settled = gone.filter((/** @type {Gone} */ each) => each.dn > heard && each.dn <= upTo);
  return { n: upTo, rows: written, gone: settled.map((/** @type {Gone} */ { id, at }) => ({ id, at })) };
}

/** @param {DraftRow} row */
const isTooLarge = (row) => utf8(JSON.stringify(wireDraft(row))).length > MOST_ALONE;

/** What no push can carry gets the last numbers: the server is told of all before it. @param {any} tx over `draft` and `fact` */
async function putLargeLast(tx) {
  /** @type {DraftRow[]} */
  const rows = (await tx.objectStore("draft").getAll()).filter((/** @type {DraftRow} */ row) => row.dn);
  const large = rows.filter(isTooLarge);
  const first = Math.min(...large.map(({ dn = 0 }) => dn));
  /** @type {{ dn?: number }[]} */
  const others = [
    ...rows.filter((row) => !large.includes(row)),
    ...((await tx.objectStore("fact").get("draft_gone")) ?? []),
  ];
  if (!others.some(({ dn = 0 }) => dn > first)) return;
  for (const row of large) await tx.objectStore("draft").put({ ...row, dn: await next(tx) });
}

/**
 * Half-written words are sent as only the server reads them: no proxy on the way takes them for an attack.
 * @param {string} person
 * @param {SentDrafts | undefined} drafts
 * @returns {Promise<SentDrafts | undefined>}
 */
export async function sealDrafts(person, drafts) {
  const to = drafts && (await findPolicy())?.seal_to;
  if (!to) return drafts;
  const sealed = async (/** @type {any} */ row) =>
    row.sealed
      ? row
      : {
          id: row.id,
          n: row.n,
          at: row.at,
          sealed: toBase64(await seal(to, utf8(JSON.stringify(row)), draftPurpose(person, row))),
        };
  try {
    return { ...drafts, rows: await Promise.all(drafts.rows.map(sealed)) };
  } catch {
    return drafts;
  }
}

/**
 * How far the server is with the drafts of this phone: no further than it was told by this one, for another may have its
 * id. What it has got, and nobody can read here, has done its service: the carer is given it as from before.
 * @param {any} tx over DRAFT_STORES
 * @param {{ drafts?: SentDrafts }} sent
 * @param {import("./exchange.js").Answer} answer from an older server, which knows of none, without a number
 * @returns {Promise<"all" | "lacks" | "asks">} asks: it lacks some, and it is news how many
 */
export async function heardDrafts(tx, sent, { drafts: said }) {
  const [facts, drafts] = [tx.objectStore("fact"), tx.objectStore("draft")];
  const [n = 0, before, floor = 0] = await Promise.all(
    ["draft_n", "draft_heard", "draft_floor"].map((name) => facts.get(name)),
  );
  const heard = said === undefined ? null : Math.min(said, Math.max(before ?? 0, sent.drafts?.n ?? 0));
  if (before !== heard) await facts.put(heard, "draft_heard");
  if (heard === null) return "all";
  let highest = floor;
  for (const row of await drafts.getAll())
    if (row.text === undefined && !row.box && !row.locked && row.dn <= heard) {
      await drafts.delete(row.key);
      highest = Math.max(highest, row.dn);
    }
  if (highest > floor) await facts.put(highest, "draft_floor");
  if (n <= heard) return "all";
  return before !== heard ? "asks" : "lacks";
}
