import { z } from "zod";
import type { ProxySettings } from "../connectors/http/proxy.ts";
import { type Env, fromEnv, maskedUrl, set } from "./env.ts";

const ProxyUrl = z.url({ protocol: /^https?$/, error: "a proxy is given as http://host:port" });

/** curl's names, in lower case first: they win over the upper-case ones. @throws {IncidentError} CONFIG */
export function readProxy(env: Env): ProxySettings {
  const http = fromEnv(env, "http_proxy", ProxyUrl) ?? fromEnv(env, "HTTP_PROXY", ProxyUrl) ?? null;
  const https = fromEnv(env, "https_proxy", ProxyUrl) ?? fromEnv(env, "HTTPS_PROXY", ProxyUrl) ?? null;
  const noProxy = set(env.no_proxy) ?? set(env.NO_PROXY) ?? "";
  return { http, https, noProxy: noProxy.split(/[\s,]+/).filter((host) => host !== "") };
}

export const maskProxy = ({ http, https, noProxy }: ProxySettings): ProxySettings => ({
  http: http === null ? null : maskedUrl(http),
  https: https === null ? null : maskedUrl(https),
  noProxy,
});
