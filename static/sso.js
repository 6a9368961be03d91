// Where a provider sends people back to: hands on, once, what it says in the address, and leads on. That it is asked
// for by a page of ours lets the cookies come along that only our pages bring, and the service worker hear of it.

import { part } from "./passkey_page.js";
import { ask, Refused } from "./passkeys.js";

/** Whom to tell, by what it was begun for: the state says so before its dot. */
const TOLD = new Map([
  ["sso", "/sign-in/sso/answer"],
  ["sso_link", "/access/sso/linked"],
  ["sso_confirm", "/access/sso/confirmed"],
]);

const said = Object.fromEntries(new URLSearchParams(location.search));
const kind = (said.state ?? "").split(".")[0];
const isOwn = kind === "sso_link" || kind === "sso_confirm";

/** @param {string} words */
function tell(words) {
  part("problem-words").textContent = words;
  if (isOwn) part("way-back").setAttribute("href", "/access");
  part("coming").hidden = true;
  part("not-in").hidden = false;
}

// A code stays in no history.
history.replaceState(null, "", location.pathname);
try {
  const { to } = await ask(TOLD.get(kind) ?? "/sign-in/sso/answer", said);
  location.replace(to);
} catch (error) {
  tell(error instanceof Refused ? error.message : part("no-contact").innerText);
}
