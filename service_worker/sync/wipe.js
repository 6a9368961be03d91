/**
 * Executes the order that this phone is to be wiped: what waits is delivered, then nothing is left. Knows stores, and who is
 * told; knows no pages.
 *
 * @typedef {import("./orders.js").Signed} Signed
 * @typedef {import("../shapes.js").Phone} Phone
 */

import { toBase64, utf8 } from "../bytes.js";
import { notifyClients } from "../clients.js";
import { scope } from "../scope.js";
import { carerDatabase, destroy, PHONE, wipe as wipeStores } from "../store/databases.js";
import { currentPerson, everybody, fact, setCurrentPerson } from "../store/facts.js";
import { withVaultLock } from "../vault/encrypted_transaction.js";
import { fetchPolicy, findPolicy } from "../vault/policy.js";
import { lock } from "../vault/vault.js";
import { forgetVault, keepOnlySealed, waits } from "../vault/vault_expiry.js";
import { readOrder } from "./orders.js";
import { sync } from "./sync.js";

const TIMEOUT = 8_000;

/**
 * Do what is ordered, if it is an order to this phone. What others have left on a lost phone is sent first; what could
 * not be sent stays, sealed, and nothing else does.
 * @param {Phone} phone
 * @param {Signed} signed
 * @returns {Promise<boolean>} whether it was done
 */
export async function executeWipeOrder(phone, signed) {
  if (!(await findPolicy())?.order_keys) await fetchPolicy(phone, "now");
  const [policy, phoneId] = [await findPolicy(), await fact(phone.person, "phone_id")];
  const order = await readOrder(signed, policy?.order_keys ?? [], phoneId);
  if (!order) return false;
  const people = order.what === "phone" ? await everybody() : [phone.person];
  const orders = [signed];
  for (const person of people)
    if (person !== phone.person) orders.push(...(await sendFor(phone, person, signed)));
  let isDone = true;
  for (const person of people) {
    if (!(await waits(person))) await wipe(person);
    else {
      isDone = false;
      await keepOnlySealed(person);
    }
  }
  if (!isDone) return false;
  await Promise.all(orders.map((each) => confirm(phone, each)));
  if (order.what === "phone") await forgetTheApp();
  await notifyClients({ about: "start over" });
  return true;
}

/**
 * What another carer has left on a lost phone is sent, and the server hears that it was here: hers is lost with it.
 * @param {Phone} phone
 * @param {string} person
 * @param {Signed} signed
 * @returns {Promise<Signed[]>} the order that was given for it
 */
async function sendFor(phone, person, { text, signature }) {
  const shows = { "Haand-Order": `${toBase64(utf8(text))}.${signature}` };
  // Whatever goes wrong with it, the phone is wiped all the same.
  const flushed = await sync({ ...phone, person, shows }).catch(() => null);
  return flushed?.order ? [flushed.order] : [];
}

/** Nothing of this carer's is left, and the open pages show nothing any more. @param {string} person */
async function wipe(person) {
  await lock(person);
  await withVaultLock(person, "readwrite", () => wipeStores(carerDatabase(person)));
  await forgetVault(person);
  if ((await currentPerson()) === person) await setCurrentPerson(null);
}

/** The server is told; that it does not hear is no reason to keep anything. @param {Phone} phone @param {Signed} signed */
async function confirm(phone, signed) {
  const how = /** @type {RequestInit} */ ({
    method: "POST",
    body: JSON.stringify(signed),
    headers: { "Content-Type": "application/json" },
    cache: "no-store",
  });
  await phone.fetch("/wiped", { ...how, signal: AbortSignal.timeout(TIMEOUT) }).catch(() => {});
}

/** The files and the worker itself, which some browsers keep when they clear the rest. */
async function forgetTheApp() {
  await destroy(PHONE);
  for (const name of await caches.keys()) await caches.delete(name);
  await scope.registration.unregister();
}
