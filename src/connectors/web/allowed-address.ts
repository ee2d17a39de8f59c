/** A path segment that some server reads as the parent folder: `..`, and `..;x`, which a URL parser leaves alone. */
const STEPS_UP = /^\.{1,2}(?:;|$)/;

/**
 * Checks an address against allowed prefixes: the same protocol, host and port, and at or below the prefix's path,
 * segment by segment.
 *
 * @returns the address without its fragment; null when it is not allowed, has user info or a query, or has a path that
 *   servers may read in another way.
 */
export function allowedAddress(address: string, prefixes: readonly string[]): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== "" || url.password !== "" || url.search !== "" || !isPlainPath(url.pathname)) return null;
  url.search = "";
  url.hash = "";
  return prefixes.some((prefix) => isBelow(url, new URL(prefix))) ? url : null;
}

const isBelow = (url: URL, prefix: URL): boolean =>
  url.origin === prefix.origin &&
  (url.pathname === prefix.pathname || url.pathname.startsWith(prefix.pathname.replace(/\/?$/, "/")));

/** Escapes may hide a slash, a parent step or another escape; URL leaves them as they are. */
function isPlainPath(path: string): boolean {
  const parts = path.split("/").map(decoded);
  return parts.every((part) => part !== null && !/[\\/%\p{Cc}]/u.test(part) && !STEPS_UP.test(part));
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
