// The door: a button that asks for a passkey, and a field for a code, which offers passkeys too. Knows no more of a
// person than the server says.

import {
  isHereAlready,
  leaveFor,
  part,
  showProblem,
  showWhetherPossible,
  whileAsleep,
} from "./passkey_page.js";
import { arePossible, ask, canBeOffered, makePasskey, Refused, usePasskey } from "./passkeys.js";
import { ask as askWorker, isAnswered, say, startListening } from "./worker.js";

/** A challenge holds for five minutes. */
const NEW_CHALLENGE = 4 * 60_000;

let offering = new AbortController();

/** @param {string} address @param {Record<string, any>} credential */
async function comeIn(address, credential) {
  const { to } = await ask(address, credential);
  location.replace(to);
}

async function signIn() {
  offering.abort();
  try {
    await comeIn("/sign-in/answer", await usePasskey(await ask("/sign-in/challenge")));
  } catch (error) {
    offer();
    throw error;
  }
}

/** Let the field offer what passkeys there are, for as long as the page is open, where the browser can. */
async function offer() {
  if (!(await canBeOffered())) return;
  offering = new AbortController();
  const { signal } = offering;
  const again = setTimeout(() => {
    offering.abort();
    offer();
  }, NEW_CHALLENGE);
  signal.addEventListener("abort", () => clearTimeout(again));
  try {
    const options = await ask("/sign-in/challenge");
    await comeIn("/sign-in/answer", await usePasskey(options, { mediation: "conditional", signal }));
  } catch (error) {
    // That nobody chose one, or could not, is no news: nobody has pressed anything.
    if (error instanceof Refused) showProblem(error.message);
  }
}

/** Somebody has a code: say whose it is, and wait for the press that makes the passkey. */
async function useCode() {
  offering.abort();
  const field = /** @type {HTMLInputElement} */ (part("code"));
  const { name, options } = await ask("/sign-in/code", { code: field.value });
  part("newcomer").textContent = name;
  part("door").hidden = true;
  part("welcome").hidden = false;
  part("make-passkey").focus();
  part("make-passkey").onclick = (press) => whileAsleep(press, () => welcome(options));
}

/** @param {Record<string, any>} options */
async function welcome(options) {
  try {
    await comeIn("/sign-in/passkey", await makePasskey(options));
  } catch (error) {
    if (isHereAlready(error)) return useTheOneHere(error);
    // What was asked for is used up once it was answered; the code is not.
    if (error instanceof Refused) startOver();
    throw error;
  }
}

/** She has a code for a phone that has her passkey already: that lets her in. @param {unknown} why */
async function useTheOneHere(why) {
  try {
    await signIn();
  } catch (error) {
    startOver();
    throw error instanceof Refused ? error : why;
  }
}

async function signInElsewhere() {
  offering.abort();
  await leaveFor("/sign-in/sso");
}

function startOver() {
  part("door").hidden = false;
  part("welcome").hidden = true;
  offer();
}

/** The code of an invitation's link. It stands behind the `#`, which no server and no log ever sees. */
function takeCodeFromLink() {
  const code = location.hash.slice(1);
  if (!/^\d{12}$/.test(code)) return false;
  history.replaceState(null, "", location.pathname);
  /** @type {HTMLInputElement} */ (part("code")).value = code;
  return true;
}

/** What waits on this phone is said, whoever it is that comes; and it goes, if it may. */
async function showLeftHere() {
  if (!isAnswered()) return;
  startListening(() => {});
  const { count, mine } = await askWorker({ about: "left here" });
  part("left-here").hidden = !count;
  part("left-here-mine").hidden = !mine;
  if (count) say({ about: "visible" });
}

function followLink() {
  if (!takeCodeFromLink()) return false;
  part("door").hidden = false;
  part("welcome").hidden = true;
  whileAsleep(new Event("submit"), useCode);
  return true;
}

showWhetherPossible();
showLeftHere().catch(console.error);
const elsewhere = document.getElementById("sso");
elsewhere?.addEventListener("click", (press) => whileAsleep(press, signInElsewhere));
part("door").hidden = !(arePossible || elsewhere);
for (const each of document.querySelectorAll(".of-passkeys")) each.toggleAttribute("hidden", !arePossible);
if (arePossible) {
  part("sign-in").addEventListener("click", (press) => whileAsleep(press, signIn));
  part("with-code").addEventListener("submit", (press) => whileAsleep(press, useCode));
  part("not-me").addEventListener("click", startOver);
  if (!followLink()) offer();
  // A link that is opened in a tab that stands here already loads no page.
  addEventListener("hashchange", followLink);
}
