/** Lets the service worker's modules find the rest of their build in node, and lets a worker be born again. */

/** @type {{ build: string, idb: string }} */
let places;

const ROOT = new URL("../../", import.meta.url).href;
const WORKER = new URL("service_worker/", ROOT).href;

export function initialize(given) {
  places = given;
}

export async function resolve(specifier, context, next) {
  const parent = context.parentURL ?? "";
  if (!parent.startsWith(WORKER) || !specifier.startsWith(".")) return next(specifier, context);
  const { href } = new URL(specifier, parent);
  if (!href.startsWith(WORKER)) {
    const beside = href.slice(ROOT.length);
    return next(beside === "vendor/idb.js" ? places.idb : new URL(beside, places.build).href, context);
  }
  const found = await next(specifier, context);
  return { ...found, url: found.url + new URL(parent).search };
}
