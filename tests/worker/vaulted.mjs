/** A phone whose carer has a vault, the server that can open what is sealed to it, and what tests ask of the phone. */

import { hkdfSync, webcrypto } from "node:crypto";
import { openDB } from "idb";
import { network, ORIGIN } from "./browser.mjs";
import { ask, makePhone, readRows } from "./on_phone.mjs";
import { makeServer } from "./server.mjs";

const STORES = ["document", "outbox", "delivered", "attention", "draft", "fact", "slot"];

/** What the server wants: a PIN, ten minutes, three days. The key is of nobody's: pytest opens what is sealed. */
export async function policy(slots = ["pin"]) {
  const { publicKey } = await webcrypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
    "deriveBits",
  ]);
  const point = Buffer.from(await webcrypto.subtle.exportKey("raw", publicKey));
  return {
    slots,
    lock_minutes: 10,
    hours: 72,
    seal_to: { id: "00".repeat(8), public: point.toString("base64") },
  };
}

/** What a page makes of a PIN, quickly. */
export const stretched = (pin) => new Uint8Array(hkdfSync("sha256", pin, "salt", "pin", 32));

const STRETCH = { name: "argon2id", salt: new Uint8Array(16), memory: 19_456, rounds: 2 };

/** A phone that has asked for a PIN, and was not given one yet. */
export async function makeLockablePhone({ visits = 2, slots = ["pin"] } = {}) {
  const phone = await makePhone({ visits, vault: await policy(slots) });
  return Object.assign(phone, {
    choose: (pin = "271828") => {
      const made = {
        kind: "pin",
        stretch: STRETCH,
        prf_salt: null,
        passkey_id: null,
        secret: stretched(pin),
      };
      return phone.tell({ about: "make vault", ...made });
    },
    unlock: (pin = "271828") => phone.tell({ about: "open vault", kind: "pin", secret: stretched(pin) }),
    lock: () => phone.ask("POST", "/lock", { mode: "navigate", body: "" }),
    /** Everything that lies in the carer's database, as somebody reads it who has the disk. */
    everything: () => everything(phone.me.id),
  });
}

/** The same phone, its vault made and its day in it. */
export async function makeVaultedPhone(given) {
  const phone = await makeLockablePhone(given);
  await phone.choose();
  await phone.hello();
  return phone;
}

/** Another carer signs in on the same phone, and chooses a code of his own. */
export async function secondCarer(first, name = "Ib Bo") {
  const server = makeServer({ visits: 1, vault: first.server.vault });
  server.me.name = name;
  server.visits[0].citizen.name = "Bo Holm";
  network.fetch = server.fetch;
  const said = { person: server.me.id };
  await first.say({ about: "hello", ...said });
  const made = {
    kind: "pin",
    stretch: STRETCH,
    prf_salt: null,
    passkey_id: null,
    secret: stretched("314159"),
  };
  await first.tell({ about: "make vault", ...said, ...made });
  return {
    me: server.me,
    server,
    ask,
    say: (message) => first.say(message),
    rows: (store) => readRows(server.me.id, store),
    open: (path) =>
      ask("GET", path, {
        mode: path.startsWith("/unlock") ? "navigate" : "same-origin",
        headers: { "HX-Person": server.me.id },
      }),
  };
}

/** Reads everything that lies in a carer's database. */
export const makeReader = (person) => () => everything(person);

async function everything(person) {
  const database = await openDB(`haand-${person}`);
  const rows = await Promise.all(STORES.map((store) => database.getAll(store)));
  database.close();
  return JSON.stringify(rows, (_name, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
  );
}

/** Time goes by, in the worker and in the page alike. */
export function passTime(t, milliseconds) {
  const now = Date.now();
  t.mock.method(Date, "now", () => now + milliseconds);
}

/** Where somebody who asks for this page is sent, or null. */
export async function sentTo(phone, path) {
  const { status, headers } = await phone.ask("GET", path, { mode: "navigate" });
  return status === 303
    ? new URL(headers.get("Location")).pathname + new URL(headers.get("Location")).search
    : null;
}

/** Whether every page leads to where it is unlocked. */
export const isLocked = async (phone) => (await sentTo(phone, "/"))?.startsWith("/unlock") ?? false;

/** The names and values of what the phone remembers for the carer. */
export async function facts(phone) {
  const database = await openDB(`haand-${phone.me.id}`);
  const [names, values] = [await database.getAllKeys("fact"), await database.getAll("fact")];
  database.close();
  return names.map((name, place) => [name, values[place]]);
}

/** What the worker asks of the server meanwhile, but for sync. */
export function listen(phone) {
  const asked = [];
  network.fetch = (url, how, request) => {
    const path = new URL(url, ORIGIN).pathname;
    if (path !== "/sync" && path !== "/vault" && path !== "/healthz")
      asked.push({
        path,
        method: how?.method ?? request?.method,
        headers: new Headers(how?.headers ?? request?.headers),
        how,
      });
    return phone.server.fetch(url, how);
  };
  return asked;
}
