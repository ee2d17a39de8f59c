import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, maskedUrl, secret } from "./env.ts";

/** Postgres alone: SQLite needs no address, it lies in the home folder. */
const PostgresUrl = z.url({
  protocol: /^postgres(?:ql)?$/,
  error: "a database is addressed as postgres://user:password@host:port/name",
});
const Port = z.coerce.number().int().min(0).max(65_535);
const Count = z.coerce.number().int().positive();

export const ServiceFile = z.strictObject({
  databaseUrl: PostgresUrl.optional(),
  host: z.string().min(1).optional(),
  port: Port.optional(),
  workers: Count.max(64).optional(),
  maxQueued: Count.optional(),
});

/** How Causeway runs as a service. */
export type ServiceConfig = {
  /** Postgres that any number of processes share; null: SQLite in the home folder, for one process. */
  databaseUrl: string | null;
  host: string;
  port: number;
  /** Analyses at a time, each in a process of its own. */
  workers: number;
  /** Analyses that may wait; beyond it requests are put off with 429. */
  maxQueued: number;
};

const DEFAULTS = { host: "127.0.0.1", port: 8787, workers: 1, maxQueued: 1000 } as const;

/** What flags say of it. */
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
  workers: flags.workers ?? fromEnv(env, "CAUSEWAY_WORKERS", Count.max(64)) ?? file.workers ?? DEFAULTS.workers,
  maxQueued: fromEnv(env, "CAUSEWAY_MAX_QUEUED", Count) ?? file.maxQueued ?? DEFAULTS.maxQueued,
});

/** The address holds a password: it may come from a file, and is not quoted when it is wrong. */
function databaseUrlOf(env: Env): string | undefined {
  const told = secret(env, "DATABASE_URL");
  if (told === undefined) return undefined;
  const parsed = PostgresUrl.safeParse(told);
  if (parsed.success) return parsed.data;
  throw new IncidentError("CONFIG", `DATABASE_URL is not valid: ${parsed.error.issues[0]?.message ?? ""}`, {
    hint: "Give the address of a Postgres, or unset it to keep state in the home folder.",
  });
}

export const maskService = (service: ServiceConfig): ServiceConfig => ({
  ...service,
  databaseUrl: service.databaseUrl === null ? null : maskedUrl(service.databaseUrl),
});
