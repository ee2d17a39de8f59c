import type { BackendConfig } from "../../config.ts";
import { type Backend, openBackend } from "../../connectors/backend.ts";
import type { HttpServer } from "../../connectors/http/types.ts";
import type { BackendDeps } from "./types.ts";

/**
 * @param label how messages name the product, such as `Prometheus`. @param more the vendor's own, such as `refusal`.
 */
export const openBackendOf = (
  { name, url, auth, headers, tls, timeoutMs, limits, settings }: BackendConfig,
  label: string,
  { proxy }: BackendDeps,
  more: Partial<HttpServer> = {},
): Backend =>
  openBackend(
    {
      url,
      label: name === label.toLowerCase().replaceAll(" ", "") ? label : `${label} "${name}"`,
      settings,
      auth,
      headers,
      tls,
      proxy,
      timeouts: { totalMs: timeoutMs },
      ...more,
    },
    limits,
  );
