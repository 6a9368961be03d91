/** What wraps a vault's key: a PIN, a passkey's secret, or both; and how a PIN is stretched. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { makeSlot, openSlot, WrongSecret } from "../../../service_worker/vault/key_slots.js";
import { chooseStretch, isEasy, stretch } from "../../../static/key_stretching.js";

const random = (length = 32) => crypto.getRandomValues(new Uint8Array(length));
const both = (first, second) => new Uint8Array([...first, ...second]);
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const useArgon2 = () => {
  globalThis.hashwasm = createRequire(import.meta.url)("hash-wasm");
};

for (const [kind, secret] of [
  ["pin", random()],
  ["prf", random()],
  ["prf+pin", random(64)],
]) {
  test(`a ${kind} slot gives the key to its own secret, in its own vault, and to no other`, async () => {
    const key = random();
    const slot = await makeSlot({ kind, stretch: null, prf_salt: null, passkey_id: null }, "v1", secret, key);

    assert.deepEqual(await openSlot(slot, "v1", secret), key);
    assert.equal(hex(slot.wrapped).includes(hex(key)), false);
    await assert.rejects(openSlot(slot, "v1", random(secret.length)), WrongSecret);
    await assert.rejects(openSlot(slot, "v1", secret.with(0, secret[0] ^ 1)), WrongSecret);
    await assert.rejects(openSlot(slot, "v2", secret));
  });
}

test("with both, neither the passkey nor the PIN opens it alone", async () => {
  const [prf, pin, another] = [random(), random(), random()];
  const slot = await makeSlot(
    { kind: "prf+pin", stretch: null, prf_salt: random(), passkey_id: random(16) },
    "v1",
    both(prf, pin),
    random(),
  );

  for (const secret of [prf, pin, both(prf, another), both(another, pin), both(pin, prf)])
    await assert.rejects(openSlot(slot, "v1", secret), WrongSecret);
});

test("a slot whose key was given up still knows its own secret", async () => {
  const secret = random();
  const slot = await makeSlot(
    { kind: "pin", stretch: null, prf_salt: null, passkey_id: null },
    "v1",
    secret,
    random(),
  );
  const givenUp = { ...slot, wrapped: null };

  assert.equal(await openSlot(givenUp, "v1", secret), null);
  await assert.rejects(openSlot(givenUp, "v1", random()), WrongSecret);
});

test("a PIN is stretched by Argon2id as its reference program does", async () => {
  useArgon2();
  const salt = new TextEncoder().encode("somesalt");
  const found = await stretch("password", { name: "argon2id", salt, memory: 65_536, rounds: 2 });

  assert.equal(hex(found), "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
});

test("where WebAssembly may not run it is stretched by PBKDF2, and the slot says so", async (t) => {
  useArgon2();
  const first = await chooseStretch();
  t.mock.method(WebAssembly, "compile", async () => {
    throw new WebAssembly.CompileError("not allowed by the policy");
  });
  const second = await chooseStretch();
  const salt = new TextEncoder().encode("salt");
  const known = await stretch("password", { name: "pbkdf2", salt, rounds: 4096 });

  assert.deepEqual([first.name, first.memory, first.rounds], ["argon2id", 19_456, 2]);
  assert.deepEqual([second.name, second.rounds], ["pbkdf2", 600_000]);
  assert.notDeepEqual(first.salt, second.salt);
  assert.equal(hex(known), "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
});

test("what anybody would try first is too easy", () => {
  for (const pin of ["000000", "111111", "123456", "654321", "890123", "210987", "121212", "123123"])
    assert.equal(isEasy(pin), true, pin);
  for (const pin of ["271828", "314159", "112233", "135790", "999998"]) assert.equal(isEasy(pin), false, pin);
});
