/**
 * Fetches the pictures of guides, checks every byte, and gives up in time when the phone is nearly full. Knows
 * hashes; knows no guide's words.
 *
 * @typedef {import("../shapes.js").Phone} Phone
 * @typedef {import("../shapes.js").MediaFile} MediaFile
 */

import { ifWiped } from "../store/databases.js";
import { transaction } from "../vault/encrypted_transaction.js";
import { shownOfVault } from "../vault/proof.js";

/** Shared by the carers of this phone: guides hold nothing personal. */
export const MEDIA_CACHE = "haand-media";

const AT_ONCE = 3;
const TIMEOUT = 30_000;
const SPACE_FOR_ANSWERS = 50_000_000;

/** A drawing that is opened by itself can do nothing. */
const SANDBOX = {
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Fetch what the guides on this phone lack. What does not come now comes next time.
 * @param {Phone} phone
 * @returns {Promise<boolean>} whether any picture came
 */
export function fetchMedia(phone) {
  return navigator.locks.request("haand-media", { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    const lacking = await findLacking(phone).catch(ifWiped(/** @type {MediaFile[]} */ ([])));
    let came = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let file = lacking.shift(); file && (await hasRoom(file)); file = lacking.shift()) {
          if (await fetchFile(phone, file)) came += 1;
        }
      }),
    );
    return came > 0;
  });
}

/**
 * The files that a guide needs and the cache lacks. A note of a file that the browser threw away is struck out.
 * @param {Phone} phone
 * @returns {Promise<MediaFile[]>}
 */
async function findLacking(phone) {
  const cache = await caches.open(MEDIA_CACHE);
  const kept = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  return transaction(phone.person, ["document", "media"], "readwrite", async (tx) => {
    if (tx.isVaultLocked) return [];
    const guides = await tx.objectStore("document").getAll(IDBKeyRange.bound("guide-", "guide-\uffff"));
    const noted = new Set(await tx.objectStore("media").getAllKeys());
    /** @type {Map<string, MediaFile>} */
    const wanted = new Map();
    for (const { body } of guides) for (const file of body.media) wanted.set(file.sha256, file);
    const gone = [...noted].filter((sha256) => !kept.has(`/media/${sha256}`));
    await Promise.all(gone.map((sha256) => tx.objectStore("media").delete(sha256)));
    return [...wanted.values()].filter(({ sha256 }) => gone.includes(sha256) || !noted.has(sha256));
  });
}

/** @param {Phone} phone @param {MediaFile} file */
async function fetchFile(phone, { sha256, type }) {
  try {
    const cache = await caches.open(MEDIA_CACHE);
    const bytes = await (await findBytes(phone, cache, sha256)).arrayBuffer();
    if ((await hexDigest(bytes)) !== sha256) {
      await cache.delete(`/media/${sha256}`);
      return false;
    }
    const headers = { "Content-Type": type, ...SANDBOX };
    await cache.put(`/media/${sha256}`, new Response(bytes, { headers }));
    await transaction(phone.person, ["media"], "readwrite", (tx) =>
      tx.store.put({ sha256, bytes: bytes.byteLength, verified_at: new Date(phone.clock()).toISOString() }),
    );
    return true;
  } catch {
    return false;
  }
}

/** Another carer's guides may have brought it already. @param {Phone} phone @param {Cache} cache @param {string} sha256 */
async function findBytes(phone, cache, sha256) {
  const kept = await cache.match(`/media/${sha256}`);
  if (kept) return kept;
  const response = await phone.fetch(`/media/${sha256}`, {
    headers: { "Haand-Vault": await shownOfVault(phone.person) },
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status !== 200) throw new Error("the picture did not come");
  return response;
}

/** @param {ArrayBuffer} bytes */
async function hexDigest(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Answers come before pictures. @param {MediaFile} file */
async function hasRoom(file) {
  const { quota, usage = 0 } = await navigator.storage
    .estimate()
    .catch(() => /** @type {StorageEstimate} */ ({}));
  return quota === undefined || quota - usage - file.bytes > SPACE_FOR_ANSWERS;
}
