// The server's page for a phone that is locked, or was loaded past its worker: it brings the worker back, and that unlocks.
// Where something was written nothing is left by itself, nor where the worker has led here because it knows of no vault. Nor where
// it was the worker that asked for this page: it has shown all that it has, and would lead back here without end.

import { workerAddress } from "./trusted_types.js";

async function bringBack() {
  const { serviceWorker } = navigator;
  const link = document.getElementById("to-unlock");
  if (!serviceWorker || !(link instanceof HTMLAnchorElement)) return;
  const isAskedByWorker = Boolean(serviceWorker.controller);
  const leadsBack = new URL(link.href).searchParams.get("next") === location.pathname;
  const how = /** @type {RegistrationOptions} */ ({ type: "module", scope: "/", updateViaCache: "imports" });
  await serviceWorker.register(workerAddress, how);
  await serviceWorker.ready;
  if (location.pathname === "/unlock" || document.querySelector("textarea")) return;
  if (!(isAskedByWorker && leadsBack)) location.replace(link.href);
}

bringBack().catch(console.error);
