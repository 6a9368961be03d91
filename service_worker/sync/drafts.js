/**
 * Keeps what is half-written: each draft is a form that nobody has sent yet, with what change it would become and whose
 * visit it is about. Says what of it the server has not got. Knows nothing about sending.
 *
 * A draft leaves the phone when its words are saved, when its carer discards it, and in no other way. The server is told
 * of each by its id; what it never hears of again, it keeps.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").DraftRow} DraftRow
 * @typedef {import("../shapes.js").Typed} Typed
 * @typedef {{ id: string, at: string, dn: number }} Gone a draft that is no more, and since when
 * @typedef {{ n: number, rows: object[], gone: { id: string, at: string }[] }} SentDrafts
 */

import { toBase64, utf8 } from "../bytes.js";
import { isNews } from "../store/draft_rows.js";
import { textMark } from "../text_mark.js";
import { cleaned } from "../texts.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { findPolicy } from "../vault/policy.js";
import { draftPurpose, seal } from "../vault/sealing.js";
import { isReadableDraft, wireDraft } from "../wire.js";

/** For so long a discarded draft can be had back. */
const UNDONE_WITHIN = 24 * 60 * 60_000;
const VISITS = IDBKeyRange.bound("visit-", "visit-\uffff");

/** Of so many drafts that were saved it is known what they became, and of all whose changes still wait. */
const SAVED = 20;

/** In one push. Sealed they grow by a third, and the server takes no more than a million bytes. */
const [MOST_DRAFTS, MOST_BYTES] = [500, 450_000];
/** One that goes alone may be this large. What is larger stays on the phone, and holds no other back. */
const MOST_ALONE = 700_000;

/** Stores that a change of drafts touches. */
export const DRAFT_STORES = ["draft", "fact", "document"];
/** Where it can be read what a draft became. */
const CHANGES = ["outbox", "delivered"];

/** Whether it still asks for something: to be saved, or discarded. @param {DraftRow} row */
export const isOpen = (row) => isReadableDraft(row) && !row.discarded_at && row.text.trim() !== "";

/** Which field of which page it was typed in: `data-draft`. @param {DraftRow} row */
const fieldOf = ({ field, key }) => field ?? key;

/**
 * Keep what is being typed, although nobody has saved it. A window that has not seen what another one wrote meanwhile
 * does not overwrite it: it gets a draft of its own.
 * @param {Phone} phone
 * @param {Typed} typed
 * @param {() => void} [tell] called when there is one more now, or one less
 * @returns {Promise<string>} the id that this window's words are kept under from here on
 */
export async function keepDraft(phone, typed, tell) {
  const { id, isNew, isGone } = await transaction(
    phone.person,
    [...DRAFT_STORES, ...CHANGES],
    "readwrite",
    async (tx) => {
      const drafts = tx.objectStore("draft");
      await joinDrafts(tx, phone);
      /** @type {DraftRow[]} */
      const rows = await drafts.getAll();
      const found = rows.find((row) => isSame(row, typed, tx.isVaultLocked));
      const mine = found && isSeen(found, typed, tx.isVaultLocked) ? found : undefined;
      if (typed.text.trim() === "") {
        if (mine) await remove(tx, phone, mine);
        return { id: (tx.isVaultLocked ? "" : mine?.id) || typed.id || "", isGone: Boolean(mine) };
      }
      if (typed.id && !found && isSaying(await findSaved(tx, typed.id), typed.text)) return { id: typed.id };
      const row = await written(tx, phone, typed, mine, rows, Boolean(found));
      await drafts.put(row);
      if (!mine) await tx.objectStore("fact").put(ROOM, "room");
      // What lies beside it is joined to the window's own words later.
      return { id: (tx.isVaultLocked && typed.id) || row.id, isNew: !mine };
    },
  );
  if (isNew || isGone) tell?.();
  if (isNew) await giveBackRoom(phone);
  return id;
}

/** Kept for a moment with the first letters: where a page of words has no room, the carer hears it before she has written it. */
const ROOM = "x".repeat(16_384);

/** @param {Phone} phone */
function giveBackRoom({ person }) {
  return transaction(person, ["fact"], "readwrite", (tx) => tx.store.delete("room"));
}

/** @param {DraftRow} row @param {Typed} typed @param {boolean} isLocked */
function isSame(row, typed, isLocked) {
  if (isLocked) return row.key === keyWhenLocked(typed);
  if (typed.id && row.id) return row.id === typed.id;
  return fieldOf(row) === typed.field && !(typed.id && row.id);
}

/** Whether this window has seen the words that it is about to replace. @param {DraftRow} row @param {Typed} typed @param {boolean} isLocked */
function isSeen(row, { seen, text }, isLocked) {
  if (isLocked) return true;
  return !row.discarded_at && (!seen || row.text === text || seen.includes(textMark(row.text)));
}

const LOCKED = " locked";

/** While it is locked nobody can read what is there: what comes then lies beside it. @param {Typed} typed */
const keyWhenLocked = ({ field, id }) => `${field} ${id ?? ""}${LOCKED}`;

/**
 * @param {any} tx
 * @param {Phone} phone
 * @param {Typed} typed
 * @param {DraftRow | undefined} before
 * @param {DraftRow[]} rows
 * @param {boolean} isAnothers whether the id is taken by words that this window has not seen
 * @returns {Promise<DraftRow>}
 */
async function written(tx, phone, typed, before, rows, isAnothers) {
  const { field, text } = typed;
  const at = later(phone, before?.at);
  const id = before?.id ?? ((!isAnothers && !tx.isVaultLocked && typed.id) || phone.newId());
  const isFree = rows.every((row) => row.key !== field);
  const key = tx.isVaultLocked ? keyWhenLocked(typed) : isFree ? field : `${field} ${id}`;
  // One that lies closed does not say when it was begun: it was there by then.
  const closed = before && !isReadableDraft(before) ? before.at : null;
  const known = { key: before?.key ?? key, since: before ? (before.since ?? closed) : at };
  const basis = before || !typed.basis ? {} : { basis: typed.basis };
  const beside = tx.isVaultLocked ? { window: typed.id ?? "" } : {};
  const become = /** @type {DraftRow} */ ({
    ...before,
    ...basis,
    ...beside,
    ...(await form(tx, typed, before)),
  });
  return { ...become, ...known, field, id, text, at, dn: await next(tx) };
}

/** What change it would become, and about whom. @param {any} tx @param {Typed} typed @param {DraftRow} [before] */
async function form(tx, { field, name, args }, before) {
  if (!name || !args)
    return before?.name
      ? {}
      : derived(field, tx.isVaultLocked ? [] : await tx.objectStore("document").getAll(VISITS));
  const visit = tx.isVaultLocked ? undefined : await tx.objectStore("document").get(`visit-${args.visit_id}`);
  const about = visit ? aboutOf(visit.body, args) : before?.about;
  return { name, args, visit_id: args.visit_id ?? "", about: about ?? aboutOf(null, args) };
}

/** Whose visit it is about, so that it can be told when the document is gone. @param {any} visit its document, if it is here @param {import("../shapes.js").Args} args @returns {import("../shapes.js").About} */
export function aboutOf(visit, args) {
  const step = visit?.steps?.find((/** @type {{ id: string }} */ each) => each.id === args.step_id);
  return {
    visit_id: args.visit_id ?? "",
    citizen: visit?.citizen?.name ?? "",
    starts_at: visit?.starts_at ?? null,
    label: step?.label ?? "",
  };
}

/**
 * What an older app's draft would become, by the name of its field and the documents that are here.
 * @param {string} field
 * @param {import("../shapes.js").StoredDocument[]} documents
 */
function derived(field, documents) {
  const [, kind = "", id] = /^(deviation-|reason-)?(.*)$/.exec(field) ?? [];
  const bodies = documents.map(({ body }) => body);
  const ofStep = (/** @type {any} */ visit) => visit.steps?.some((/** @type {any} */ each) => each.id === id);
  const ofNote = (/** @type {any} */ visit) => visit.notes?.some((/** @type {any} */ each) => each.id === id);
  const noted = kind ? undefined : bodies.find(ofNote);
  const visit =
    kind === "reason-" ? bodies.find(ofStep) : (noted ?? bodies.find((each) => each.visit_id === id));
  const visit_id = visit?.visit_id ?? (kind === "reason-" ? "" : id);
  const [name, args] = /** @type {Record<string, [string, import("../shapes.js").Args]>} */ ({
    "deviation-": ["report_deviation", { visit_id }],
    "reason-": ["answer_step", { visit_id, step_id: id, answer: "not_done" }],
    "": noted ? ["correct_note", { visit_id, corrects: id }] : ["write_note", { visit_id }],
  })[kind];
  return { name, args, visit_id, about: aboutOf(visit, args) };
}

/** A time later than before, whatever the clock says: the server keeps the latest. @param {Phone} phone @param {string} [before] */
function later(phone, before) {
  return new Date(Math.max(phone.clock(), before ? Date.parse(before) + 1 : 0)).toISOString();
}

/** Drafts are another set from here on. @param {any} tx @returns {Promise<number>} its number */
async function next(tx) {
  const facts = tx.objectStore("fact");
  const n = ((await facts.get("draft_n")) ?? 0) + 1;
  await facts.put(n, "draft_n");
  return n;
}

/** It is no more, and the server is to hear it. @param {any} tx @param {Phone} phone @param {{ key: string, id?: string, at?: string }} row */
async function remove(tx, phone, row) {
  await tx.objectStore("draft").delete(row.key);
  if (row.id) await tellGone(tx, phone, row.id, row.at);
}

/** @param {any} tx @param {Phone} phone @param {string} id @param {string} [at] when it was last typed in */
async function tellGone(tx, phone, id, at) {
  const facts = tx.objectStore("fact");
  /** @type {Gone[]} */
  const gone = (await facts.get("draft_gone")) ?? [];
  const mine = { id, at: later(phone, at), dn: await next(tx) };
  await facts.put([...gone.filter((each) => each.id !== id), mine], "draft_gone");
}

/**
 * Its words were saved: the draft that they were typed in is no more, nor one in which exactly the same stood. Another
 * window's words stay. In the transaction that stores the change.
 * @param {any} tx over DRAFT_STORES
 * @param {Phone} phone
 * @param {{ field: string, text: string, id?: string, at?: string }} saved id: what the window called its draft, "" for
 *   none, undefined from an older page; at: of one that is saved where all are listed, when it was last typed in
 */
export async function dropSaved(tx, phone, { field, text, id, at }) {
  if (tx.isVaultLocked) return;
  /** @type {DraftRow[]} */
  const rows = await tx.objectStore("draft").getAll();
  const mine = rows.filter((row) => fieldOf(row) === field && isReadableDraft(row));
  const isSaved = (/** @type {DraftRow} */ row) =>
    cleaned(row.text) === text || (id === undefined ? text.startsWith(row.text) : !at && row.id === id);
  const saved = mine.filter(isSaved);
  for (const row of saved) await remove(tx, phone, row);
  if (at && id && !saved.some((row) => row.id === id) && !rows.some((row) => row.id === id))
    await tellGone(tx, phone, id, at);
}

/**
 * What was saved is half-written again: its change was undone. Beside what its field has in it by now.
 * @param {any} tx over DRAFT_STORES, unlocked
 * @param {Phone} phone
 * @param {{ field: string, text: string, at: string, name: string, args: import("../shapes.js").Args, version: number, undone_by: string }} words
 */
export async function keepAgain(tx, phone, { version, ...words }) {
  const drafts = tx.objectStore("draft");
  const id = phone.newId();
  const key = (await drafts.get(words.field)) ? `${words.field} ${id}` : words.field;
  const visit_id = words.args.visit_id ?? "";
  const visit = await tx.objectStore("document").get(`visit-${visit_id}`);
  const about = aboutOf(visit?.body, words.args);
  const basis = { version, over: "" };
  await drafts.put({ ...words, key, id, since: words.at, visit_id, about, basis, dn: await next(tx) });
}

/** @param {any} tx over `fact` and `outbox` @param {{ id?: string, n: number, change: string }} saved id: of the draft, if it was one; n, change: what it became */
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
 * @returns {Promise<import("../shapes.js").WaitingChange | undefined>}
 */
export async function findSaved(tx, id) {
  if (tx.isVaultLocked) return undefined;
  const all = (await tx.objectStore("fact").get("draft_saved")) ?? [];
  const saved = all.findLast((/** @type {{ id: string }} */ each) => each.id === id);
  if (!saved) return undefined;
  const rows = await Promise.all(CHANGES.map((name) => tx.objectStore(name).get(saved.n)));
  return rows.find((row) => row?.id === saved.change && row.args);
}

/** @param {import("../shapes.js").WaitingChange | undefined} saved @param {string} text */
const isSaying = (saved, text) => (saved?.args.text ?? saved?.args.reason) === cleaned(text);

/**
 * Its carer does not want it. It can be had back for a day.
 * @param {Phone} phone
 * @param {DraftRow} draft one of this phone's, or one that was written on another
 */
export function discardDraft(phone, draft) {
  return transaction(phone.person, DRAFT_STORES, "readwrite", async (tx) => {
    const rows = await tx.objectStore("draft").getAll();
    const row = rows.find((/** @type {DraftRow} */ each) => each.id === draft.id) ?? draft;
    if (row.discarded_at || row.text !== draft.text) return;
    await tellGone(tx, phone, draft.id, row.at);
    const key = rows.includes(row) ? row.key : `${draft.field} ${draft.id}`;
    await tx.objectStore("draft").put({ ...row, key, discarded_at: new Date(phone.clock()).toISOString() });
  });
}

/** It is half-written again, as another draft: the server has heard that the first is no more. @param {Phone} phone @param {string} id */
export function restoreDraft(phone, id) {
  return transaction(phone.person, DRAFT_STORES, "readwrite", async (tx) => {
    // What nobody can read just now would be told of under an id that is not the sealed one's.
    if (tx.isVaultLocked) return;
    const rows = await tx.objectStore("draft").getAll();
    const row = rows.find((/** @type {DraftRow} */ each) => each.id === id);
    if (!row?.discarded_at) return;
    const { discarded_at: _, discarded_heard: __, ...again } = row;
    await tx
      .objectStore("draft")
      .put({ ...again, id: phone.newId(), at: later(phone, row.at), dn: await next(tx) });
  });
}

/**
 * What was written while the vault was locked becomes its window's draft, now that it can be read. Words that it only goes
 * on from are in it; any others stay beside it.
 * @param {any} tx over DRAFT_STORES; where there is such a draft, over CHANGES too
 * @param {Phone} phone
 */
export async function joinDrafts(tx, phone) {
  if (tx.isVaultLocked) return;
  /** @type {string[]} */
  const keys = await tx.objectStore("draft").getAllKeys();
  // Hardly ever: the others are not opened for it.
  if (!keys.some((key) => key.endsWith(LOCKED))) return;
  /** @type {DraftRow[]} */
  const rows = await tx.objectStore("draft").getAll();
  const written = rows.filter((row) => row.window !== undefined && isReadableDraft(row));
  for (const row of written.sort((a, b) => (a.dn ?? 0) - (b.dn ?? 0))) await join(tx, phone, row);
}

/** Before a page is drawn. @param {Phone} phone */
export const joinWritten = (phone) =>
  transaction(phone.person, [...DRAFT_STORES, ...CHANGES], "readwrite", (tx) => joinDrafts(tx, phone));

/** @param {any} tx @param {Phone} phone @param {DraftRow} row */
async function join(tx, phone, { window = "", ...late }) {
  const drafts = tx.objectStore("draft");
  await drafts.delete(late.key);
  const isSaved = Boolean(window) && isSaying(await findSaved(tx, window), late.text);
  /** @type {DraftRow[]} */
  const rows = isSaved ? [] : await drafts.getAll();
  const mine = rows.find((row) => isOpen(row) && isOfWindow(row, late.field, window));
  const older = mine && late.text.startsWith(mine.text) ? mine : undefined;
  if (isSaved || older) await tellGone(tx, phone, late.id, late.at);
  if (isSaved) return;
  const at = new Date(Math.max(...[mine?.at, late.at].map((time) => Date.parse(time ?? late.at))) + 1);
  const isFree = rows.every(({ key }) => key !== late.field);
  const key = older?.key ?? (isFree ? late.field : `${late.field} ${late.id}`);
  const { id, since, basis } = { ...late, ...older };
  const become = await form(tx, window ? late : { field: late.field, text: late.text }, older);
  const known = { ...{ key, id, at: at.toISOString(), dn: await next(tx) }, ...(basis ? { basis } : {}) };
  await drafts.put({ ...late, ...older, ...become, ...known, since, text: late.text });
}

/** Whether the same window has typed it, in the same field. @param {DraftRow} row @param {string} field @param {string} window "" for an older page's */
const isOfWindow = (row, field, window) => (window ? row.id === window : fieldOf(row) === field);

/** Whose drafts have been looked at in this worker's life. @type {Set<string>} */
const tidied = new Set();

/**
 * What an older app kept gets what it lacks.
 * @param {any} tx over DRAFT_STORES
 * @param {Phone} phone
 */
export async function tidyDrafts(tx, phone) {
  await joinDrafts(tx, phone);
  if (tx.isVaultLocked || tidied.has(phone.person)) return;
  const drafts = tx.objectStore("draft");
  /** @type {DraftRow[]} */
  const rows = await drafts.getAll();
  tidied.add(phone.person);
  const older = rows.filter((row) => !row.id && typeof row.text === "string");
  const documents = older.length ? await tx.objectStore("document").getAll(VISITS) : [];
  for (const row of older) {
    const known = { id: phone.newId(), field: row.key, since: null, at: later(phone), dn: await next(tx) };
    await drafts.put({ ...row, ...derived(row.key, documents), ...known });
  }
}

/**
 * What was discarded long ago goes: when the server's clock has said so twice, never by one reading of the phone's.
 * @param {any} tx over `draft`
 * @param {string} now the server's
 */
export async function forgetDiscarded(tx, now) {
  if (tx.isVaultLocked) return;
  const drafts = tx.objectStore("draft");
  for (const row of await drafts.getAll()) {
    if (!row.discarded_at) continue;
    if (!row.discarded_heard) await drafts.put({ ...row, discarded_heard: now });
    else if (Date.parse(now) - Date.parse(row.discarded_heard) > UNDONE_WITHIN) await drafts.delete(row.key);
  }
}

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

/** Where among the documents it lies what the carer has half-written elsewhere. @param {string} person */
export const unsentWords = (person) => `unsent-${person}`;
/** @param {string} id */
export const isUnsentWords = (id) => id.startsWith("unsent-");

/**
 * What the phone tells of it: which list it knows, and up to which number its own drafts are not on it any more. Nothing
 * to a server that knows of no drafts.
 * @param {any} tx over DRAFT_STORES
 * @param {string} person
 * @returns {Promise<{ digest: string, floor: number } | undefined>}
 */
export async function unsentKnown(tx, person) {
  const facts = tx.objectStore("fact");
  const [heard, floor = 0] = await Promise.all([facts.get("draft_heard"), facts.get("draft_floor")]);
  if (typeof heard !== "number") return undefined;
  return { digest: (await tx.objectStore("document").get(unsentWords(person)))?.version ?? "", floor };
}

/**
 * All of what the carer has half-written elsewhere, when it is another list than before.
 * @param {any} tx over DRAFT_STORES, unlocked
 * @param {string} person
 * @param {import("./exchange.js").Answer} answer
 * @returns {Promise<number>} whether something came
 */
export async function storeUnsent(tx, person, { unsent }) {
  const [facts, documents] = [tx.objectStore("fact"), tx.objectStore("document")];
  const id = unsentWords(person);
  if (unsent) {
    const drafts = await Promise.all(unsent.drafts.map((draft) => named(documents, draft)));
    await documents.put({ id, version: unsent.digest, day: null, body: { drafts } });
    await dropSettled(tx.objectStore("draft"), unsent.settled ?? []);
  }
  const listed = new Set(
    (await documents.get(id))?.body.drafts.map((/** @type {{ id: string }} */ draft) => draft.id),
  );
  // What was settled here is remembered for as long as it is still listed.
  const [heard = 0, gone = []] = await Promise.all([facts.get("draft_heard"), facts.get("draft_gone")]);
  const kept = gone.filter((/** @type {Gone} */ { id, dn }) => dn > heard || listed.has(id));
  if (kept.length < gone.length) await facts.put(kept, "draft_gone");
  return unsent ? 1 : 0;
}

/** What was written on a phone that was locked does not say about whom; the visit says it. @param {any} documents @param {any} draft */
async function named(documents, draft) {
  const { about, args = {} } = draft;
  if (!args.visit_id || about?.citizen) return draft;
  const visit = await documents.get(`visit-${args.visit_id}`);
  return visit ? { ...draft, about: aboutOf(visit.body, args) } : draft;
}

/**
 * What was saved or discarded on another phone, or on the server's page, is not half-written here any more; unless it
 * was typed in since.
 * @param {any} drafts
 * @param {{ id: string, at: string }[]} settled
 */
async function dropSettled(drafts, settled) {
  const times = new Map(settled.map(({ id, at }) => [id, at]));
  if (!times.size) return;
  for (const { key, id, at } of await drafts.getAll())
    if (times.has(id) && times.get(id) === at) await drafts.delete(key);
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
