/**
 * Knows which words a message has in a language. Twin of pwa/templating/translation.py, which makes the catalogues; which plural
 * form a number takes is asked of the browser, by the same rule (CLDR's).
 *
 * @typedef {{ messages: Record<string, string[]>, plural_forms: Record<string, number> }} Catalogue
 */

/** @type {Record<string, Catalogue>} */
let catalogues = {};

/** Say which catalogues there are. @param {Record<string, Catalogue>} given */
export const useCatalogues = (given) => {
  catalogues = given;
};

/** @param {string} language @returns {Catalogue} */
const catalogue = (language) => {
  if (!Object.hasOwn(catalogues, language)) throw new RangeError(`there is no catalogue for ${language}`);
  return catalogues[language];
};

/** @param {Catalogue} known @param {string} message */
const forms = (known, message) => (Object.hasOwn(known.messages, message) ? known.messages[message] : []);

/** A message, not yet filled in. @param {string} message @param {string} language @returns {string} */
export const findMessage = (message, language) =>
  forms(catalogue(language), message).find(Boolean) ?? message;

/** A message for a number, not yet filled in. @type {(one: string, many: string, number: number, language: string) => string} */
export const findPlural = (one, many, number, language) => {
  const known = catalogue(language);
  const form = known.plural_forms[new Intl.PluralRules(language).select(number)];
  return forms(known, one)[form] || (number === 1 ? one : many);
};

/** A message in a language, filled in. @param {string} message @param {string} language @param {Record<string, string | number>} [values] */
export const translate = (message, language, values = {}) =>
  findMessage(message, language).replace(/%(?:\((\w+)\)s|%)/g, (sign, name) =>
    name ? String(values[name]) : sign[0],
  );
