// Whether the server is heard, on a leader's page that follows nothing: it says so and stops saying so as one that follows does
// where it hears no stream (following.js), and the count of what needs a look goes on. What else it shows is from when it came.

import { showContact } from "./contact.js";
import { askWhoIsIn } from "./who_is_in.js";

const EVERY = 10_000;
/** By this machine's clock. */
let heardAt = Date.now();

async function ask() {
  if (document.visibilityState !== "visible") return;
  const isHeard = (await askWhoIsIn()) !== "unknown";
  if (isHeard) heardAt = Date.now();
  showContact(isHeard ? "unknown" : "lost", heardAt);
  // Fetches the count; a page that is shown to somebody else by now is signed_in.js's.
  if (isHeard) document.body.dispatchEvent(new CustomEvent("haand-heard"));
}

if (!document.querySelector("[data-stream]")) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  for (const told of ["online", "offline"]) addEventListener(told, ask);
}
