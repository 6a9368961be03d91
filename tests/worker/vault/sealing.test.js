/** Sealing is HPKE: what RFC 9180's own test vectors say, by the phone's code. The server's is in tests/care/test_sealed.py. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fromHex } from "../../../service_worker/bytes.js";
import { encapsulate, schedule } from "../../../service_worker/vault/sealing.js";

const VECTORS = JSON.parse(readFileSync(new URL("../../hpke_vectors.json", import.meta.url), "utf8"));
const CURVE = { name: "ECDH", namedCurve: "P-256" };

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const inJwk = (bytes) => Buffer.from(bytes).toString("base64url");

/** The pair that a vector has drawn by lot. */
async function ephemeralPair({ skEm, pkEm }) {
  const point = fromHex(pkEm);
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), fromHex(skEm)].map(inJwk);
  const privateKey = await crypto.subtle.importKey(
    "jwk",
    { kty: "EC", crv: "P-256", x, y, d },
    CURVE,
    false,
    ["deriveBits"],
  );
  return { privateKey, publicKey: await crypto.subtle.importKey("raw", point, CURVE, true, []) };
}

describe("HPKE as RFC 9180 has it", () => {
  for (const vector of [...VECTORS.key_agreement, ...VECTORS.sealing])
    test(`DHKEM(P-256, HKDF-SHA256) agrees on the secret of ${vector.number}`, async () => {
      const { point, secret } = await encapsulate(fromHex(vector.pkRm), await ephemeralPair(vector));

      assert.equal(hex(point), vector.enc);
      assert.equal(hex(secret), vector.shared_secret);
    });

  for (const vector of VECTORS.sealing)
    test(`HKDF-SHA256 and AES-256-GCM seal ${vector.number}, byte for byte`, async () => {
      const { aad, ct, pt } = vector.sealed;
      const { secret } = await encapsulate(fromHex(vector.pkRm), await ephemeralPair(vector));

      const { key, nonce } = await schedule(secret, fromHex(vector.info));
      const how = { name: "AES-GCM", iv: nonce, additionalData: fromHex(aad) };

      assert.equal(hex(nonce), vector.base_nonce);
      assert.equal(hex(await crypto.subtle.encrypt(how, key, fromHex(pt))), ct);
    });
});
