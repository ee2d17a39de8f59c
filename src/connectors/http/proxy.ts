/** Proxies for outgoing requests. `noProxy`: hosts, `.domains` and `host:port` that are reached directly. */
export type ProxySettings = { http: string | null; https: string | null; noProxy: readonly string[] };

/** A proxy cannot reach this machine's own loopback. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * The options of undici's `EnvHttpProxyAgent`; null when no proxy is configured.
 * An empty string, unlike undefined, stops undici from reading the environment itself.
 */
export function proxyOptions(
  proxy: ProxySettings | null,
): { httpProxy: string; httpsProxy: string; noProxy: string } | null {
  if (proxy === null || (proxy.http === null && proxy.https === null)) return null;
  return {
    httpProxy: proxy.http ?? "",
    httpsProxy: proxy.https ?? "",
    noProxy: [...LOOPBACK, ...proxy.noProxy].join(","),
  };
}
