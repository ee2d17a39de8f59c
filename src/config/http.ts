import { isIP } from "node:net";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, maskedSecret, secret } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

const PerSecond = numberOf(z.number(NO_NUMBER).positive().max(100_000));
/** Long enough that nobody guesses it. */
const Key = z.string().min(20, "an API key has at least 20 characters");
const Timeout = numberOf(z.number(NO_NUMBER).int().positive().max(600_000));
const HostName = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,253}$|^\[[0-9a-fA-F:]+\]$/, "give a host name without scheme and port");

/** An address, or a network such as 10.0.0.0/8. */
const Network = z.string().refine((text) => {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return family !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}, "give an IP address or a network such as 10.0.0.0/8");
const Networks = z.array(Network);
const NetworkList = z
  .string()
  .transform((text) => text.split(",").map((one) => one.trim()))
  .pipe(Networks);
/** Scheme, host and port: pages lie at its root. */
const Origin = z
  .url({ protocol: /^https?$/, error: "give an address such as https://causeway.example.com" })
  .refine((text) => /^https?:\/\/[^/?#@]+\/?$/i.test(text), "give scheme and host only, without a path")
  .transform((text) => new URL(text).origin);

export const HttpFile = z.strictObject({
  apiKey: Key.optional(),
  allowedHosts: z.array(HostName).optional(),
  publicUrl: Origin.optional(),
  trustedProxies: Networks.optional(),
  requestsPerSecond: PerSecond.optional(),
  webhooksPerSecond: PerSecond.optional(),
  headTimeoutMs: Timeout.optional(),
  bodyTimeoutMs: Timeout.optional(),
});

/** Settings of the HTTP server. */
export type HttpConfig = {
  /** An API key with all scopes, besides those of `causeway keys`. */
  apiKey: string | null;
  /** Host names that requests may use, besides this machine's; [] allows any when the server listens on the network. */
  allowedHosts: readonly string[];
  /** The origin under which browsers reach the server, such as `https://causeway.example.com`; null: not given. */
  publicUrl: string | null;
  /** Addresses and networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count. */
  trustedProxies: readonly string[];
  /** Average for one key or address; a burst may be ten times as large. */
  requestsPerSecond: number;
  webhooksPerSecond: number;
  /**
   * Longest time until the headers are complete, and then until a JSON body is; also the longest pause in an upload.
   */
  headTimeoutMs: number;
  bodyTimeoutMs: number;
};

const DEFAULTS = {
  requestsPerSecond: 50,
  webhooksPerSecond: 1_000,
  headTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
} as const;

/** @throws {IncidentError} CONFIG */
export const readHttp = (env: Env, file: z.infer<typeof HttpFile> = {}): HttpConfig => ({
  apiKey: apiKeyOf(env) ?? file.apiKey ?? null,
  allowedHosts: (file.allowedHosts ?? []).map((host) => host.toLowerCase()),
  publicUrl: fromEnv(env, "CAUSEWAY_PUBLIC_URL", Origin) ?? file.publicUrl ?? null,
  trustedProxies: fromEnv(env, "CAUSEWAY_TRUSTED_PROXIES", NetworkList) ?? file.trustedProxies ?? [],
  requestsPerSecond: file.requestsPerSecond ?? DEFAULTS.requestsPerSecond,
  webhooksPerSecond: file.webhooksPerSecond ?? DEFAULTS.webhooksPerSecond,
  headTimeoutMs: file.headTimeoutMs ?? DEFAULTS.headTimeoutMs,
  bodyTimeoutMs: file.bodyTimeoutMs ?? DEFAULTS.bodyTimeoutMs,
});

/** A wrong secret is never quoted. */
function apiKeyOf(env: Env): string | undefined {
  const parsed = Key.optional().safeParse(secret(env, "CAUSEWAY_API_KEY"));
  if (parsed.success) return parsed.data;
  throw new IncidentError("CONFIG", "CAUSEWAY_API_KEY is too short: an API key has at least 20 characters", {
    hint: "Set a longer key, or unset CAUSEWAY_API_KEY and run `causeway keys create`.",
  });
}

export const maskHttp = (http: HttpConfig): HttpConfig => ({ ...http, apiKey: maskedSecret(http.apiKey) });
