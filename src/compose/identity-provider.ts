import type { Config } from "../config.ts";
import { openHttpDoor } from "../connectors/http.ts";
import type { IdentityProvider } from "../domain/identity-provider.ts";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** The configured identity provider; null without one. Its libraries load only when there is one. */
export async function openIdentityProvider(
  { web: { oidc }, proxy }: Pick<Config, "web" | "proxy">,
  now: () => number = Date.now,
): Promise<IdentityProvider | null> {
  if (oidc === null) return null;
  const { oidcProvider } = await import("../connectors/oidc/provider.ts");
  const door = openHttpDoor({
    url: null,
    label: oidc.label,
    settings: { address: "web.oidc.issuer" },
    proxy,
    timeouts: { connectMs: TIMEOUT_MS, headersMs: TIMEOUT_MS },
    maxBytes: MAX_BYTES,
    maxRedirects: 0,
  });
  return oidcProvider(oidc, { request: door.fetch, now });
}
