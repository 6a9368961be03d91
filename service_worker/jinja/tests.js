/**
 * Knows the tests of Jinja's that the phone's templates use. Twin of jinja2.tests; pwa/templating/jinja_to_js/known.py names the
 * same ones.
 */

import { eq } from "./parts.js";

/** @type {Record<string, (value: unknown, other?: any) => boolean>} */
export const tests = {
  eq,
  none: (value) => value === null,
};
