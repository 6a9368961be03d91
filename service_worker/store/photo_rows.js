/** Knows which pictures the server lacks, also while nobody can read them. Knows no pictures. */

/** What is known of each, and its bytes. */
export const PHOTO_STORES = ["photo", "photo_bytes"];

/** @param {{ delivered_at: string | null }} row */
export const isUnsent = ({ delivered_at }) => !delivered_at;

/** How many wait. @param {any} tx over `photo`, as it lies on the disk @returns {Promise<number>} */
export const countUnsent = async (tx) => (await tx.objectStore("photo").getAll()).filter(isUnsent).length;
