const HERE = "http://here";

/** Paths that make no sense to come back to: the sign-in itself, and answers for programs. */
const NOT_PAGES = /^\/(?:sign-in|sign-out|v1|assets|mcp)(?:\/|$)/;

/**
 * A path of this server to go to after a form or a sign-in; `/` for anything else, such as an address of another site.
 * A browser reads `//host` and `/\host` as addresses, also where `..` leads to them.
 */
export function ownPath(path: unknown): string {
  if (typeof path !== "string" || path.length > 2_000 || !/^\/[\x21-\x7e]*$/.test(path) || path.includes("\\"))
    return "/";
  if (path.startsWith("//") || !URL.canParse(path, HERE)) return "/";
  const { origin, pathname, search } = new URL(path, HERE);
  const isOwn = origin === HERE && !pathname.startsWith("//") && !NOT_PAGES.test(pathname);
  return isOwn ? pathname + search : "/";
}
