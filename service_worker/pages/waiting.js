/**
 * Knows how what waits and what needs attention is shown, and saved as a file. Knows nothing about sending.
 *
 * @typedef {import("../shapes.js").WaitingChange} WaitingChange
 * @typedef {import("../shapes.js").AttentionRow} AttentionRow
 * @typedef {import("./page_data.js").PageData} PageData
 */

import { toBase64 } from "../bytes.js";
import { inTime } from "../in_time.js";
import { isUnsent, PHOTO_STORES } from "../store/photo_rows.js";
import { PORTAL, TOO_MUCH } from "../sync/sync.js";
import { unsentWords } from "../sync/unsent_words.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { wire } from "../wire.js";
import { dayOf, isElsewhere } from "./days.js";
import { listDiscarded, listUnsaved, shownDraft } from "./unsaved.js";

/** Milliseconds: the page waits for it. */
const ASKED_FOR = 500;

/** @type {(data: PageData, template: string) => Promise<{ template: string, context: object }>} */
export async function showWaiting(data, template) {
  const waiting = data.waiting.map((change) => ({
    ...named(change),
    n: change.n,
    blocked: data.blocked.includes(change.id),
    undone: data.waiting.find(({ id }) => id === change.args.change_id)?.name ?? "",
  }));
  const settled = settledOf(data);
  const attention = data.attention.map((row) => ({
    ...named(row),
    ...outcome(row),
    settled: settled[row.id] ?? null,
  }));
  const [unsaved, discarded] = [data.unsaved, data.discarded].map((drafts) =>
    drafts.map((draft) => shownDraft(draft, data.skew_ms)),
  );
  const photos = data.photos.map(shownPhoto);
  const phone = (data.phone_id ?? "").slice(0, 8);
  return {
    template,
    context: {
      waiting,
      photos,
      attention,
      unsaved,
      discarded,
      space_mb: await spaceLeft(),
      phone,
      missing: data.missing,
      is_portal: data.trouble === PORTAL,
      is_slowed: data.trouble === TOO_MUCH,
      is_elsewhere: isElsewhere(data.now),
    },
  };
}

/**
 * Everything on this phone that the server has not taken as it was, as it will be sent, readable without the app.
 * @param {import("../shapes.js").Phone} phone
 */
export function exportWaiting(phone) {
  const stores = ["outbox", "attention", "draft", "fact", "document", ...PHOTO_STORES];
  return transaction(phone.person, stores, "readonly", async (tx) => {
    const [outbox, attention, rows, phoneId, gone = [], own] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("attention").getAll(),
      tx.objectStore("draft").getAll(),
      tx.objectStore("fact").get("phone_id"),
      tx.objectStore("fact").get("draft_gone"),
      tx.objectStore("document").get(unsentWords(phone.person)),
    ]);
    const unsaved = listUnsaved({ rows, gone, listed: own?.body?.drafts ?? [] });
    const photos = await unsentPhotos(tx);
    return {
      phone: phoneId ?? null,
      person: phone.person,
      build: phone.build,
      saved_at: new Date(phone.clock()).toISOString(),
      waiting: outbox.map((/** @type {WaitingChange} */ change) => ({
        ...wire(change),
        about: change.about,
      })),
      attention,
      photos,
      drafts: [...unsaved, ...listDiscarded(rows)],
    };
  });
}

/** The pictures themselves, as text. @param {any} tx */
async function unsentPhotos(tx) {
  const rows = (await tx.objectStore("photo").getAll()).filter(isUnsent);
  return Promise.all(
    rows.map(async (/** @type {import("../photos/photo_store.js").PhotoRow} */ row) => {
      const kept = await tx.objectStore("photo_bytes").get(row.sha256);
      return { ...row, base64: kept?.bytes ? toBase64(kept.bytes) : null };
    }),
  );
}

/** @param {import("../photos/photo_store.js").PhotoRow} photo */
const shownPhoto = ({ sha256, type, size, at, about, problem = "" }) => ({
  ...{ sha256, type, at, problem, key: sha256.slice(0, 12), kilobytes: Math.ceil(size / 1000) },
  ...{ citizen: about.citizen, visit_id: about.visit_id, label: about.label },
});

/** By whom and when a leader has dealt with what was turned down, by its id. Twin: pwa/care/documents/settled.py. @param {PageData} data */
const settledOf = ({ settled }) => Object.fromEntries(settled.map(({ id, at, by }) => [id, { at, by }]));

/** Which argument a change has chosen from a list. Twin: pwa/care/documents/said.py. @type {Record<string, string>} */
const CHOSEN = {
  answer_step: "answer",
  report_deviation: "kind",
  choose_language: "language",
  report_observation: "area",
  report_event: "hurt",
  class_event: "class",
  tell_event: "part",
};

/** What was filled in, where it is not known what was asked; a row's name is for no eyes. @param {any[]} [values] @param {any} [kind] */
const textsOf = (values = [], kind = "") =>
  (kind === "repeating_group" ? [] : values)
    .map((value) => (typeof value === "object" ? value.other : typeof value === "boolean" ? "" : value))
    .join("\n");

/** What was chosen, and what was written. @type {(name: string, args: WaitingChange["args"]) => { chosen: string, words: string }} */
const said = (name, args) => ({
  chosen: (Object.hasOwn(CHOSEN, name) && args[CHOSEN[name]]) || "",
  words: args.text || args.reason || textsOf(args.values, args.kind),
});

/** @param {WaitingChange} change */
function named(change) {
  const { id, name, at, about, args } = change;
  const { visit_id, citizen, starts_at, label, filled } = about;
  const told = filled ? { filled: { ...filled, day: dayOf(starts_at ?? at) }, words: args.reason ?? "" } : {};
  return { id, name, at, visit_id, citizen, starts_at, ...said(name, args), step: label ?? "", ...told };
}

/** @param {AttentionRow} row */
const outcome = ({ fate, problem, message, next_step, read_at }) => ({
  fate,
  problem,
  message,
  next_step,
  read_at,
});

/** Megabytes left for us, or null where the browser does not say, or not at once. @returns {Promise<number | null>} */
async function spaceLeft() {
  const asked = navigator.storage.estimate().catch(() => /** @type {StorageEstimate} */ ({}));
  const { quota, usage = 0 } = await inTime(asked, ASKED_FOR, () => /** @type {StorageEstimate} */ ({}));
  return quota === undefined ? null : Math.floor((quota - usage) / 1_000_000);
}
