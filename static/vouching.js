// A form that waits for a passkey to say who sits there, and then goes where it was going.

import { ask, usePasskey } from "./passkeys.js";
import { part, showWhetherPossible, whileAsleep } from "./showing.js";

async function vouch() {
  const options = await ask("/access/confirm/challenge");
  await ask("/access/confirm", await usePasskey(options));
  /** @type {HTMLFormElement} */ (part("vouch")).submit();
}

showWhetherPossible();
part("vouch").addEventListener("submit", (press) => whileAsleep(press, vouch));
