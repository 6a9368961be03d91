// What the browser lets this page turn into code (Trusted Types): the HTML that htmx swaps in, and the worker's one
// address. A script in what is swapped in is refused. Knows no pages.

const WORKER = "/service_worker.js";

/** As it came: only our own address can be asked (connect-src), and its templates escape. @param {string} html */
const createHTML = (html) => html;

/** @param {string} address */
function createScriptURL(address) {
  if (address === WORKER) return address;
  throw new TypeError("not an address to run code from");
}

const { trustedTypes } = /** @type {any} */ (window);
const policy = trustedTypes?.createPolicy("haand", { createHTML, createScriptURL });

/** Where the worker is, as the browser wants to hear it. @type {string} */
export const workerAddress = policy?.createScriptURL(WORKER) ?? WORKER;

if (policy) {
  const init = (/** @type {{ initSecurity: (policy: unknown) => void }} */ htmx) => htmx.initSecurity(policy);
  /** @type {any} */ (window).htmx.registerExtension("trusted", { init });
}
