import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, maskedUrl, Milliseconds, secret } from "./env.ts";
import { Count, NO_NUMBER, numberOf } from "./numbers.ts";

/** Postgres only: SQLite files lie in `CAUSEWAY_HOME` and need no address. */
const PostgresUrl = z.url({
  protocol: /^postgres(?:ql)?$/,
  error: "give an address such as postgres://user:password@host:port/name",
});
const Workers = numberOf(z.number(NO_NUMBER).int().positive().max(64));
const Port = numberOf(z.number(NO_NUMBER).int().min(0).max(65_535));

export const ServiceFile = z.strictObject({
  databaseUrl: PostgresUrl.optional(),
  host: z.string().min(1).optional(),
  port: Port.optional(),
  workers: Workers.optional(),
  maxQueued: Count.optional(),
  drainMs: Milliseconds.optional(),
});

/** Settings of the service. */
export type ServiceConfig = {
  /** A Postgres that processes share; null: SQLite in `CAUSEWAY_HOME`, for one process. */
  databaseUrl: string | null;
  host: string;
  port: number;
  /** Analyses that run at a time, each in its own worker. */
  workers: number;
  /** Analyses that may wait; beyond it, requests get 429. */
  maxQueued: number;
  /** Time that running steps get to finish when the process ends, milliseconds. */
  drainMs: number;
};

const DEFAULTS = { host: "127.0.0.1", port: 8787, workers: 1, maxQueued: 1000, drainMs: 10_000 } as const;

/** Flags that override these settings. */
export type ServiceFlags = { host?: string | undefined; port?: number | undefined; workers?: number | undefined };

/** @throws {IncidentError} CONFIG */
export const readService = (
  env: Env,
  file: z.infer<typeof ServiceFile> = {},
  flags: ServiceFlags = {},
): ServiceConfig => ({
  databaseUrl: databaseUrlOf(env) ?? file.databaseUrl ?? null,
  host: flags.host ?? fromEnv(env, "CAUSEWAY_HOST", z.string()) ?? file.host ?? DEFAULTS.host,
  port: flags.port ?? fromEnv(env, "CAUSEWAY_PORT", Port) ?? file.port ?? DEFAULTS.port,
  workers: flags.workers ?? fromEnv(env, "CAUSEWAY_WORKERS", Workers) ?? file.workers ?? DEFAULTS.workers,
  maxQueued: fromEnv(env, "CAUSEWAY_MAX_QUEUED", Count) ?? file.maxQueued ?? DEFAULTS.maxQueued,
  drainMs: fromEnv(env, "CAUSEWAY_DRAIN_MS", Milliseconds) ?? file.drainMs ?? DEFAULTS.drainMs,
});

/** The address holds a password: it may come from a file, and a wrong one is never quoted. */
function databaseUrlOf(env: Env): string | undefined {
  const url = secret(env, "DATABASE_URL");
  if (url === undefined) return undefined;
  const parsed = PostgresUrl.safeParse(url);
  if (parsed.success) return parsed.data;
  throw new IncidentError("CONFIG", `DATABASE_URL is not valid: ${parsed.error.issues[0]?.message ?? ""}`, {
    hint: "Set DATABASE_URL to the address of a Postgres, or unset it to keep state in CAUSEWAY_HOME.",
  });
}

export const maskService = (service: ServiceConfig): ServiceConfig => ({
  ...service,
  databaseUrl: service.databaseUrl === null ? null : maskedUrl(service.databaseUrl),
});
