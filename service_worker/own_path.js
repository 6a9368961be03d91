/** Knows which of the addresses that somebody else may have written leads to a page of ours. Knows no pages. */

/**
 * The path and query of an address of ours; "/" for every other. It is read as the browser will read it (URL Standard), who
 * drops tabs and line ends and takes `\` for `/`; what is led to is put together anew, so that nothing else comes along.
 * @param {string} written
 * @returns {string}
 */
export function ownPath(written) {
  if (!URL.canParse(written, location.origin)) return "/";
  const { protocol, origin, pathname, search } = new URL(written, location.origin);
  const isOurs = origin === location.origin && protocol === new URL(location.origin).protocol;
  // A path of ours that begins with two slashes is, written alone, another's address.
  return isOurs && !pathname.startsWith("//") ? pathname + search : "/";
}
