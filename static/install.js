// The coach that helps the carer put the app on the home screen: a button where the browser has one to give, the
// steps where a person must take them. Shown until it is done or turned down.

const TURNED_DOWN = "haand-install-later";
const A_WEEK = 7 * 24 * 60 * 60 * 1000;

const isInstalled =
  matchMedia("(display-mode: standalone)").matches ||
  ("standalone" in navigator && navigator.standalone === true);
/** Safari on a phone has a home screen to add to, and no way for a page to ask. */
const isByHand = "standalone" in navigator;

/** @param {string} id */
const part = (id) => document.getElementById(id);

/** @typedef {Event & { prompt: () => Promise<{ outcome: string }> }} Offer */

export function coachInstalling() {
  if (isInstalled) keepStorage();
  const coach = part("install");
  if (!coach || isInstalled || isTurnedDown()) return;
  if (isByHand) show("install-steps");
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    show("install-now");
    part("install-now")?.addEventListener("click", () => accept(/** @type {Offer} */ (event)), {
      once: true,
    });
  });
  addEventListener("appinstalled", () => {
    coach.hidden = true;
    keepStorage();
  });
  part("install-later")?.addEventListener("click", () => {
    coach.hidden = true;
    remember(TURNED_DOWN, String(Date.now()));
  });
}

/** @param {string} id of the part that fits this browser */
function show(id) {
  for (const each of [part("install"), part(id)]) if (each) each.hidden = false;
}

/** @param {Offer} offer */
async function accept(offer) {
  const { outcome } = await offer.prompt();
  const coach = part("install");
  if (coach) coach.hidden = outcome === "accepted";
}

/** Asked for and never waited for: some browsers ask the person, and one never answers. */
function keepStorage() {
  navigator.storage?.persist?.().catch(() => {});
}

function isTurnedDown() {
  try {
    return Date.now() - Number(localStorage.getItem(TURNED_DOWN)) < A_WEEK;
  } catch {
    return false;
  }
}

/** @param {string} name @param {string} value */
function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Then the coach comes again.
  }
}
