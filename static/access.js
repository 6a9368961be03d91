// One's own access: says who sits there, and makes one more passkey. The rest of the page are forms.

import { leaveFor, showWhetherPossible, whileAsleep } from "./passkey_page.js";
import { ask, makePasskey, usePasskey } from "./passkeys.js";

async function confirm() {
  const options = await ask("/access/confirm/challenge");
  const { to } = await ask("/access/confirm", await usePasskey(options));
  location.replace(to);
}

async function add() {
  const options = await ask("/access/passkeys/challenge");
  const { to } = await ask("/access/passkeys", await makePasskey(options));
  location.replace(to);
}

showWhetherPossible();
for (const what of ["link", "confirm"])
  document
    .getElementById(`sso-${what}`)
    ?.addEventListener("click", (press) => whileAsleep(press, () => leaveFor(`/access/sso/${what}`)));
document.getElementById("confirm")?.addEventListener("click", (press) => whileAsleep(press, confirm));
document.getElementById("add-passkey")?.addEventListener("click", (press) => whileAsleep(press, add));
