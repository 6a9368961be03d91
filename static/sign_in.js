// The door: a button that asks for a passkey, and a field that offers them. Knows no more of a person than the passkey
// says.

import { arePossible, ask, canBeOffered, Refused, usePasskey } from "./passkeys.js";
import { part, showProblem, showWhetherPossible, whileAsleep } from "./showing.js";

/** A challenge holds for five minutes. */
const NEW_CHALLENGE = 4 * 60_000;

let offering = new AbortController();

/** @param {Record<string, any>} credential */
async function letIn(credential) {
  const { to } = await ask("/sign-in/answer", credential);
  location.replace(to);
}

async function signIn() {
  offering.abort();
  try {
    await letIn(await usePasskey(await ask("/sign-in/challenge")));
  } catch (error) {
    offer();
    throw error;
  }
}

/** Let the field offer what passkeys there are, for as long as the page is open, where the browser can. */
async function offer() {
  if (!(await canBeOffered())) return;
  part("offered").hidden = false;
  offering = new AbortController();
  const { signal } = offering;
  const again = setTimeout(() => {
    offering.abort();
    offer();
  }, NEW_CHALLENGE);
  signal.addEventListener("abort", () => clearTimeout(again));
  try {
    const options = await ask("/sign-in/challenge");
    await letIn(await usePasskey(options, { mediation: "conditional", signal }));
  } catch (error) {
    // That nobody chose one, or could not, is no news: nobody has pressed anything.
    if (error instanceof Refused) showProblem(error.message);
  }
}

showWhetherPossible();
if (arePossible) {
  part("sign-in").hidden = false;
  part("sign-in").addEventListener("click", (press) => whileAsleep(press, signIn));
  offer();
}
