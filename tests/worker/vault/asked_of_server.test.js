/** What the worker asks of the server for a carer shows that her vault is open, whichever address it is. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { openDB } from "idb";
import { ask } from "../on_phone.mjs";
import { silent } from "../server.mjs";
import { listen, makeVaultedPhone } from "../vaulted.mjs";

/** What is asked for with the cookie alone, or with none: the ways in and out, files, and what speaks for itself. */
const FOR_EVERYBODY =
  /^\/(sign-in|sign-out|demo|sso|sync|vault|wiped|healthz|readyz|openapi|build|static|service_worker|manifest|\.well-known|board\/live)/;

/** Every address that the server's routes name, in each way that it is asked for. */
function addressesOfServer(phone) {
  const folder = new URL("../../../pwa/", import.meta.url);
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith("routes.py"));
  const text = files.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  return Array.from(
    text.matchAll(/Route\("([^"]+)",.*?(methods=\["(\w+)"\])?\),?$/gm),
    ([, path, , method]) => ({
      method: method ?? "GET",
      path: path
        .replace("{visit_id}", phone.visit.visit_id)
        .replace("{day}", phone.visit.day)
        .replace("{sha256}", "a".repeat(64))
        .replaceAll(/\{[^}]+\}/g, "none"),
    }),
  );
}

/** Its documents have not come yet. */
async function forgetDay(phone) {
  phone.server.instead = silent;
  const database = await openDB(`haand-${phone.me.id}`);
  await Promise.all([database.delete("fact", "heard_at"), database.clear("document")]);
  database.close();
}

test("whatever the worker asks of the server for its carer shows the open vault's secret, on every address that the server has", async () => {
  const phone = await makeVaultedPhone();
  const secret = phone.server.vaults.at(-1);
  const made = addressesOfServer(phone).filter(({ path }) => path !== "/lock" && !FOR_EVERYBODY.test(path));
  const askedOf = new Set();
  for (const isReady of [true, false]) {
    if (!isReady) await forgetDay(phone);
    for (const { method, path } of made) {
      const asked = listen(phone);
      const answer = await ask(method, path, {
        mode: "navigate",
        headers: { "HX-Person": phone.me.id },
        body: method === "GET" ? undefined : new URLSearchParams({ name: "Ny Vikar" }),
      });
      const shown = asked.map(({ headers }) => headers.get("Haand-Vault"));
      assert.deepEqual(
        shown.filter((each) => each !== secret),
        [],
        `${method} ${path}`,
      );
      assert.ok(answer, `${method} ${path} is the browser's own`);
      if (asked.length) askedOf.add(path);
    }
  }
  assert.ok(askedOf.has(`/visits/${phone.visit.visit_id}/notes`));
  assert.ok(askedOf.size > 30, `${askedOf.size} addresses`);
});
