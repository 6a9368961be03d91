// The browser's part of passkeys (WebAuthn Level 3): asks for one, and hands on what it says less what keys are made
// of. Knows no pages.

/** @typedef {Record<string, any>} Json */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const Credential = /** @type {any} */ (window).PublicKeyCredential;

/** The server is asked no longer than this. Milliseconds. */
const PATIENCE = 30_000;

/** Whether this browser has passkeys as we ask for them. */
export const arePossible = Boolean(
  Credential?.parseCreationOptionsFromJSON && Credential.parseRequestOptionsFromJSON && navigator.credentials,
);

/** Whether a field can offer them while the person types. @returns {Promise<boolean>} */
export async function canBeOffered() {
  return arePossible && ((await Credential.isConditionalMediationAvailable?.()) ?? false);
}

/**
 * Ask the person to show who they are.
 * @param {Json} options as the server wrote them
 * @param {{ mediation?: "conditional", signal?: AbortSignal }} [how] conditional: when the person chooses one in a field
 * @returns {Promise<Json>}
 */
export async function usePasskey(options, how = {}) {
  return withoutKeys(await askOwner(Credential.parseRequestOptionsFromJSON(options), how));
}

/**
 * Ask a passkey for the secret that it gives to whoever proves to be its owner (PRF, WebAuthn §10.1.4). It is for the
 * phone alone: the challenge is our own and the proof is thrown away, so that it works without a network.
 * @param {Bytes} salt what it is asked with; the same gives the same
 * @param {Bytes | null} [passkeyId] the one that gave it before; without, the person chooses
 * @returns {Promise<{ id: Bytes, secret: Bytes } | null>} 32 bytes; null when there is no passkey that gives any, or
 *   its owner said no
 */
export async function askForSecret(salt, passkeyId = null) {
  const asked = {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    userVerification: "required",
    allowCredentials: passkeyId ? [{ type: "public-key", id: passkeyId }] : [],
    extensions: { prf: { eval: { first: salt } } },
  };
  try {
    const credential = await askOwner(asked);
    const secret = credential.getClientExtensionResults().prf?.results?.first;
    return secret ? { id: new Uint8Array(credential.rawId), secret: new Uint8Array(secret) } : null;
  } catch {
    return null;
  }
}

/** @param {object} publicKey @param {object} [how] @returns {Promise<any>} */
function askOwner(publicKey, how = {}) {
  return navigator.credentials.get(/** @type {CredentialRequestOptions} */ ({ publicKey, ...how }));
}

/**
 * Ask the phone to make a new one.
 * @param {Json} options as the server wrote them
 * @returns {Promise<Json>}
 */
export async function makePasskey(options) {
  const publicKey = Credential.parseCreationOptionsFromJSON(options);
  return withoutKeys(await navigator.credentials.create({ publicKey }));
}

/**
 * What an extension gives out may be the key to everything on this phone (PRF). It is named here by what may leave.
 * @param {any} credential
 * @returns {Json}
 */
function withoutKeys(credential) {
  const { clientExtensionResults, ...said } = credential.toJSON();
  const { credProps, prf } = clientExtensionResults ?? {};
  const enabled = prf?.enabled === undefined ? {} : { prf: { enabled: prf.enabled } };
  return { ...said, clientExtensionResults: { ...(credProps ? { credProps } : {}), ...enabled } };
}

/** The server's no, in its own words. */
export class Refused extends Error {
  /** @param {{ detail?: string, code?: string }} problem */
  constructor({ detail, code }) {
    super(detail ?? "");
    this.code = code ?? "";
  }
}

/**
 * Ask our server, and give its answer. Throws Refused; TypeError when it cannot be reached, and a TimeoutError (DOMException)
 * when it does not answer.
 * @param {string} address
 * @param {Json} [content]
 * @returns {Promise<Json>}
 */
export async function ask(address, content = {}) {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(content), signal });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said);
  return said;
}
