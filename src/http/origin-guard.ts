import { isIPv4 } from "node:net";
import type { MiddlewareHandler } from "hono";
import { refusal } from "./problem.ts";

/** True for names and addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean => {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
};

/** A host without its port; null when it is not a valid host. */
export const hostName = (host: string): string | null =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase() ?? null;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses requests from web pages of other sites. A page whose name resolves to this machine sends that name as Host
 * (DNS rebinding). A page that posts from elsewhere sends its Origin, or the browser sets Sec-Fetch-Site. Programs send
 * neither.
 *
 * @param boundHost the address that the server listens on.
 * @param allowedHosts further host names. Without any, a server on the network accepts every name.
 * @param publicUrl the origin under which browsers reach the server, perhaps through a proxy; null: not known.
 */
export function refuseForeignOrigin(
  boundHost: string,
  allowedHosts: readonly string[],
  publicUrl: string | null = null,
): MiddlewareHandler {
  const publicName = publicUrl === null ? null : new URL(publicUrl).hostname;
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host;
  const allowsAnyHost = !isLoopback(boundHost) && allowedHosts.length === 0;
  /** A page of this server. Under its public name, the scheme counts too: plain http is not the same site. */
  const isOwn = (origin: string, host: string | undefined): boolean => {
    if (origin === publicUrl) return true;
    if (!URL.canParse(origin) || new URL(origin).host !== host) return false;
    return host !== publicHost;
  };
  return async (c, next) => {
    const host = hostName(c.req.header("host") ?? new URL(c.req.url).host);
    if (
      host === null ||
      !(
        allowsAnyHost ||
        isLoopback(host) ||
        host === boundHost.toLowerCase() ||
        host === publicName ||
        allowedHosts.includes(host)
      )
    )
      throw refusal(421, "This server does not answer to the name in the Host header.", {
        hint: "If the name is right, add it to http.allowedHosts in config.yaml.",
      });
    if (!SAFE_METHODS.has(c.req.method)) {
      const origin = c.req.header("origin");
      const site = c.req.header("sec-fetch-site");
      if (
        (origin !== undefined && !isOwn(origin, c.req.header("host"))) ||
        (site !== undefined && site !== "same-origin" && site !== "none")
      )
        throw refusal(403, "A web page of another site sent this request.");
    }
    return next();
  };
}
