import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, maskedSecret, Milliseconds, secret } from "./env.ts";

const PerSecond = z.coerce.number().positive().max(100_000);
/** Long enough that nobody guesses it. */
const Key = z.string().min(20, "an API key has at least 20 characters");
const Timeout = Milliseconds.max(600_000);
const HostName = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,253}$|^\[[0-9a-fA-F:]+\]$/, "a host is named without scheme and port");

export const HttpFile = z.strictObject({
  apiKey: Key.optional(),
  allowedHosts: z.array(HostName).optional(),
  requestsPerSecond: PerSecond.optional(),
  webhooksPerSecond: PerSecond.optional(),
  headTimeoutMs: Timeout.optional(),
  bodyTimeoutMs: Timeout.optional(),
});

/** How Causeway is reached over HTTP. */
export type HttpConfig = {
  /** A key with all scopes beside those that `causeway keys` keeps. */
  apiKey: string | null;
  /** Names under which it is reached, beside that of this machine; [] for any where it listens to the network. */
  allowedHosts: readonly string[];
  /** For one key or address, on average; ten times as many at once. */
  requestsPerSecond: number;
  webhooksPerSecond: number;
  /** Within which the head of a request, and a body of JSON after it, must be here in full; an upload may pause for as long as the latter. */
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

/** A secret is not quoted when it is wrong. */
function apiKeyOf(env: Env): string | undefined {
  const told = secret(env, "CAUSEWAY_API_KEY");
  const parsed = Key.optional().safeParse(told);
  if (parsed.success) return parsed.data;
  throw new IncidentError("CONFIG", "CAUSEWAY_API_KEY is too short: an API key has at least 20 characters", {
    hint: "Take a longer one, or unset it and make one with `causeway keys create`.",
  });
}

export const maskHttp = (http: HttpConfig): HttpConfig => ({ ...http, apiKey: maskedSecret(http.apiKey) });
