import { isIPv4 } from "node:net";
import type { MiddlewareHandler } from "hono";
import { refusal } from "./problem.ts";

/** True for names and addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean => {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
};

/** A host without its port; null when it is not a valid host. */
const hostName = (host: string): string | null =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase() ?? null;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses requests from web pages of other sites. A page whose name resolves to this machine sends that name as Host
 * (DNS rebinding). A page that posts from elsewhere sends its Origin, or the browser sets Sec-Fetch-Site. Programs send
 * neither.
 *
 * @param boundHost the address that the server listens on.
 * @param allowedHosts further host names. Without any, a server on the network accepts every name.
 */
export function refuseForeignOrigin(boundHost: string, allowedHosts: readonly string[]): MiddlewareHandler {
  const allowsAnyHost = !isLoopback(boundHost) && allowedHosts.length === 0;
  return async (c, next) => {
    const host = hostName(c.req.header("host") ?? new URL(c.req.url).host);
    if (
      host === null ||
      !(allowsAnyHost || isLoopback(host) || host === boundHost.toLowerCase() || allowedHosts.includes(host))
    )
      throw refusal(421, "This server does not answer to the name in the Host header.", {
        hint: "If the name is right, add it to http.allowedHosts in config.yaml.",
      });
    if (!SAFE_METHODS.has(c.req.method)) {
      const origin = c.req.header("origin");
      const site = c.req.header("sec-fetch-site");
      const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === c.req.header("host"));
      if (!isOwn || (site !== undefined && site !== "same-origin" && site !== "none"))
        throw refusal(403, "A web page of another site sent this request.");
    }
    return next();
  };
}
