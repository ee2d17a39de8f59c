import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, maskedSecret, secret } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

const PerSecond = numberOf(z.number(NO_NUMBER).positive().max(100_000));
/** Long enough that nobody guesses it. */
const Key = z.string().min(20, "an API key has at least 20 characters");
const Timeout = numberOf(z.number(NO_NUMBER).int().positive().max(600_000));
const HostName = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,253}$|^\[[0-9a-fA-F:]+\]$/, "give a host name without scheme and port");

export const HttpFile = z.strictObject({
  apiKey: Key.optional(),
  allowedHosts: z.array(HostName).optional(),
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
