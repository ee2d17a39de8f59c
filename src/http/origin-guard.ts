import { isIPv4 } from "node:net";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./problem.ts";

/** Whether a name or address is this machine itself, reachable from nowhere else. */
export const isLoopback = (host: string): boolean => {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
};

/** A host without its port; null where it is none. */
const hostName = (host: string): string | null =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase() ?? null;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keeps web pages out. One that had its name resolve to this machine would ask under that name (DNS rebinding); one that posts here from elsewhere says its origin, or the
 * browser says for it that it is another site. Programs send neither.
 *
 * @param boundHost the address that the server is bound to. @param allowedHosts further names; with none, a server that listens to the network takes any.
 */
export function refuseForeignOrigin(boundHost: string, allowedHosts: readonly string[]): MiddlewareHandler<AppEnv> {
  const allowsAnyHost = !isLoopback(boundHost) && allowedHosts.length === 0;
  return async (c, next) => {
    const host = hostName(c.req.header("host") ?? new URL(c.req.url).host);
    if (
      host === null ||
      !(allowsAnyHost || isLoopback(host) || host === boundHost.toLowerCase() || allowedHosts.includes(host))
    )
      throw refusal(421, "This server does not go by the name in the Host header.", {
        hint: "Add it to http.allowedHosts in config.yaml, if it is its name.",
      });
    if (!SAFE_METHODS.has(c.req.method)) {
      const origin = c.req.header("origin");
      const site = c.req.header("sec-fetch-site");
      const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === c.req.header("host"));
      if (!isOwn || (site !== undefined && site !== "same-origin" && site !== "none"))
        throw refusal(403, "A page of another site asked for this.");
    }
    return next();
  };
}
