import type { useCatalogues } from "../service_worker/jinja/translation.js";

/** The words of every language, by its code. */
declare const catalogues: Parameters<typeof useCatalogues>[0];
export default catalogues;
