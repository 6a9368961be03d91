// A form that is sent once a passkey has proved anew who sits there.

import { part, showWhetherPossible, whileAsleep } from "./passkey_page.js";
import { ask, usePasskey } from "./passkeys.js";

async function reauthenticate() {
  const options = await ask("/access/confirm/challenge");
  await ask("/access/confirm", await usePasskey(options));
  /** @type {HTMLFormElement} */ (part("reauthenticate")).submit();
}

showWhetherPossible();
part("reauthenticate").addEventListener("submit", (press) => whileAsleep(press, reauthenticate));
