// Asks a passkey for the secret that it gives to whoever proves to be its owner (WebAuthn's PRF extension). It is for
// the phone alone: the challenge is our own, and the proof itself is thrown away, so that it works without a network.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** Whether this browser has passkeys at all; only a result says that one gives a secret. */
export const mayHavePasskeys = () => "PublicKeyCredential" in globalThis;

/**
 * @param {Bytes} salt what it is asked with; the same gives the same
 * @returns {Promise<Bytes | null>} 32 bytes, or null when there is no passkey that gives any, or its owner said no
 */
export async function askPasskey(salt) {
  const publicKey = /** @type {any} */ ({
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    userVerification: "required",
    extensions: { prf: { eval: { first: salt } } },
  });
  try {
    const credential = /** @type {any} */ (await navigator.credentials.get({ publicKey }));
    const secret = credential?.getClientExtensionResults().prf?.results?.first;
    return secret ? new Uint8Array(secret) : null;
  } catch {
    return null;
  }
}
