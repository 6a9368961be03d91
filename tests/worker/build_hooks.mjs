/** Lets the service worker's modules find the rest of their build in node, and lets a worker be born again. */

/** @type {{ build: string, idb: string }} */
let places;

export function initialize(given) {
  places = given;
}

export async function resolve(specifier, context, next) {
  const parent = context.parentURL ?? "";
  if (!parent.includes("/service_worker/") || !specifier.startsWith(".")) return next(specifier, context);
  if (specifier === "../vendor/idb.js") return next(places.idb, context);
  if (specifier.startsWith("../")) return next(new URL(specifier.slice(3), places.build).href, context);
  const found = await next(specifier, context);
  return { ...found, url: found.url + new URL(parent).search };
}
