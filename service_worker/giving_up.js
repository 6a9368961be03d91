/**
 * Gives up what a vault holds: after long without contact, after a sign-out, or with the vault itself. What waits is
 * sealed to the server beside it, and stays. Knows stores; knows no page and no server.
 */

import { alone } from "./enclosed.js";
import { fact, ownFact, setCurrentPerson, setOwnFact } from "./phone.js";
import { findPolicy } from "./policy.js";
import { PERSONAL } from "./rows.js";
import { carerDatabase, transaction } from "./store.js";
import { lock, noteVault } from "./vault.js";

const HOUR = 60 * 60_000;

/**
 * Without contact for so long, what the vault holds is given up, whoever has the phone: its key is gone. The same PIN
 * begins it anew.
 * @param {string} person
 * @returns {Promise<boolean>} whether it was so long
 */
export async function giveUpIfAlone(person) {
  const [policy, contact] = [await findPolicy(), await fact(person, "contact_at")];
  if (!policy || !contact || Date.now() - contact < policy.hours * HOUR) return false;
  const isFull = await transaction(carerDatabase(person), ["slot"], "readonly", async (tx) =>
    (await tx.store.getAll()).some((/** @type {import("./slots.js").Slot} */ slot) => slot.wrapped),
  );
  if (isFull) await alone(person, "readwrite", () => giveUp(person, "its content"));
  return true;
}

/** The same for everybody on this phone: whoever has it, nobody else's day lies on it for ever. */
export async function giveUpAllAlone() {
  for (const person of Object.keys((await ownFact("vaults")) ?? {})) await giveUpIfAlone(person);
}

/**
 * The vault is gone, as after five wrong PINs or when its carer has forgotten hers. Nobody gets another one on this
 * phone without signing in anew.
 * @param {string} person
 */
export async function giveUpVault(person) {
  await setOwnFact("sign_out_due", true);
  await alone(person, "readwrite", () => giveUp(person, "all of it"));
  await setCurrentPerson(null);
}

/**
 * After a sign-out: all of the vault goes, unless something still waits in it.
 * @param {string} person
 */
export async function leaveVault(person) {
  if (await waits(person)) await lock(person);
  else await alone(person, "readwrite", () => giveUp(person, "all of it"));
}

/** How much has not been delivered. @param {string} person @returns {Promise<number>} */
export function waits(person) {
  return transaction(carerDatabase(person), ["outbox"], "readonly", (tx) => tx.store.count());
}

/** There is no vault of this carer's on this phone any more. @param {string} person */
export async function forgetVault(person) {
  noteVault(person, null);
  const { [person]: _, ...others } = (await ownFact("vaults")) ?? {};
  await setOwnFact("vaults", others);
}

/** Only what the server alone can open is left, whoever has the phone. @param {string} person */
export function giveUpAllButSealed(person) {
  return alone(person, "readwrite", () => giveUp(person, "all of it"));
}

/** @param {string} person @param {"its content" | "all of it"} what */
async function giveUp(person, what) {
  await lock(person);
  const stores = [...PERSONAL, "slot", "fact"];
  await transaction(carerDatabase(person), stores, "readwrite", async (tx) => {
    const store = (/** @type {string} */ name) => tx.objectStore(name);
    const slots = await store("slot").getAll();
    await Promise.all([
      ...["document", "draft", "attention", "slot"].map((name) => store(name).clear()),
      ...["cursor", "heard_at"].map((name) => store("fact").delete(name)),
      keepSealed(store("outbox")),
      keepSealed(store("delivered")),
    ]);
    if (what === "all of it") await store("fact").delete("vault");
    else
      await Promise.all(
        slots.map((/** @type {import("./slots.js").Slot} */ slot) =>
          store("slot").put({ ...slot, wrapped: null }),
        ),
      );
  });
  if (what === "all of it") await forgetVault(person);
}

/** What is left of changes is what only the server opens. @param {any} changes */
async function keepSealed(changes) {
  for (const { box, ...outside } of await changes.getAll()) {
    if (outside.sealed || outside.name) await changes.put(outside);
    else await changes.delete(outside.n);
  }
}
