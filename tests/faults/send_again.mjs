// Sends pushes with the phone's own exchange: each through a proxy that cuts it somewhere, and then, because nothing
// was heard, once more without it. The first that comes through whole is the last.
// In: {"proxy": port, "server": port, "cookie": text, "pushes": [...]}.
// Out: for each push {"first": kind, "fates": [...] of the answer that was heard in the end}.
import { readFileSync } from "node:fs";
import { exchange } from "../../service_worker/sync/exchange.js";

const { proxy, server, cookie, pushes } = JSON.parse(readFileSync(0, "utf8"));

// What a browser adds by itself.
const added = { cookie, "Sec-Fetch-Site": "same-origin" };

const phoneAt = (port) => ({
  clock: Date.now,
  fetch: (path, init) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { ...init.headers, ...added } }),
});

const told = [];
for (const push of pushes) {
  const first = await exchange(phoneAt(proxy), push);
  const last = first.kind === "heard" ? first : await exchange(phoneAt(server), push);
  told.push({ first: first.kind, fates: last.answer?.fates });
  if (first.kind === "heard") break;
}
process.stdout.write(JSON.stringify(told));
