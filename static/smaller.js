// Makes a photo small, drawn anew from its points, so that nothing else of the file stays. Knows canvases; knows no pages.

/** The longest edge, in points. */
const LONGEST = 1600;
const QUALITY = 0.82;
/** More than any phone's camera makes, and than any phone has the memory for. */
const MOST_POINTS = 150_000_000;
/** How a file says that it is HEIC, from its fifth byte on (ISO/IEC 23008-12 §10.2). */
const HEIC = /^ftyp(hei[cfmsx]|hev[cmsx]|mif1|msf1)/;
const HEAD = [4, 12];

/** Why there is none; its name is the word's on the page. */
export class NotMade extends Error {
  /** @param {"heic" | "not_read" | "too_large"} word */
  constructor(word) {
    super(word);
    this.word = word;
  }
}

/**
 * The photo, upright, as a JPEG of at most LONGEST points. Throws NotMade.
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
export async function makeSmaller(file) {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode().catch(() => {
      throw new NotMade("not_read");
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    if (!width || !height) throw new NotMade("not_read");
    if (width * height > MOST_POINTS) throw new NotMade("too_large");
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    return await drawn(
      image,
      Math.max(1, Math.round(width * scale)),
      Math.max(1, Math.round(height * scale)),
    );
  } catch (error) {
    if (error instanceof NotMade && error.word === "not_read" && (await isHeic(file)))
      throw new NotMade("heic");
    throw error;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @param {HTMLImageElement} image @param {number} width @param {number} height @returns {Promise<Blob>} */
async function drawn(image, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new NotMade("too_large");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  // The memory is wanted back at once.
  canvas.width = 0;
  if (!made) throw new NotMade("too_large");
  return /** @type {Blob} */ (made);
}

/** @param {Blob} file */
async function isHeic(file) {
  const head = await file
    .slice(...HEAD)
    .text()
    .catch(() => "");
  return HEIC.test(head);
}
