/** A segment that some server takes for the folder above: `..`, and `..;x`, which a URL parser leaves alone. */
const STEPS_UP = /^\.{1,2}(?:;|$)/;

/**
 * Holds an address against the prefixes that are allowed: the same protocol, host and port, and at or below the prefix's path, part by part.
 *
 * @returns the address without its fragment; null where it is not allowed, where it holds user info or a query, or where servers may read its path otherwise than it reads here.
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

/** Escapes may hide a slash, a step up or another escape, which URL leaves as they are. */
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
