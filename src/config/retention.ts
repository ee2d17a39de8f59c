import { z } from "zod";
import type { RetentionLimits } from "../domain/retention.ts";
import { type Env, fromEnv } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

/** 0 lifts a limit. */
const Days = numberOf(z.number(NO_NUMBER).nonnegative().max(36_500));
const Megabytes = numberOf(z.number(NO_NUMBER).int().nonnegative().max(100_000_000));
const Documents = numberOf(z.number(NO_NUMBER).int().nonnegative());
const Automatic = z.enum(["on", "off"], "give on or off");

export const RetentionFile = z.strictObject({
  automatic: Automatic.optional(),
  analysesDays: Days.optional(),
  analysesMegabytes: Megabytes.optional(),
  evidenceDays: Days.optional(),
  evidenceMegabytes: Megabytes.optional(),
  uploadsDays: Days.optional(),
  uploadsMegabytes: Megabytes.optional(),
  checkpointsDays: Days.optional(),
  memoryDays: Days.optional(),
  memoryDocuments: Documents.optional(),
  sessionsDays: Days.optional(),
});

/** What `causeway prune` deletes. `automatic`: whether `causeway serve` does so once an hour. */
export type RetentionConfig = { automatic: "on" | "off"; limits: RetentionLimits };

const DEFAULTS = {
  automatic: "off",
  analysesDays: 400, // a year, and a month to compare with
  analysesMegabytes: 0,
  evidenceDays: 90,
  evidenceMegabytes: 0,
  uploadsDays: 90,
  uploadsMegabytes: 0,
  checkpointsDays: 7,
  memoryDays: 0,
  memoryDocuments: 0,
  sessionsDays: 30,
} as const;
const DAY_MS = 24 * 3_600_000;
const MEGABYTE = 1024 * 1024;

const limit = (value: number, unit: number): number | null => (value === 0 ? null : value * unit);
const megabytes = (value = 0): number | null => limit(value, MEGABYTE);
const days = (value: number | undefined, name: keyof typeof DEFAULTS): number | null =>
  limit(value ?? Number(DEFAULTS[name]), DAY_MS);

/** @throws {IncidentError} CONFIG */
export function readRetention(env: Env, file: z.infer<typeof RetentionFile> = {}): RetentionConfig {
  const analysesDays = fromEnv(env, "CAUSEWAY_RETENTION_ANALYSES_DAYS", Days) ?? file.analysesDays;
  const analysesMegabytes = fromEnv(env, "CAUSEWAY_RETENTION_ANALYSES_MB", Megabytes) ?? file.analysesMegabytes;
  const evidenceDays = fromEnv(env, "CAUSEWAY_RETENTION_EVIDENCE_DAYS", Days) ?? file.evidenceDays;
  const evidenceMegabytes = fromEnv(env, "CAUSEWAY_RETENTION_EVIDENCE_MB", Megabytes) ?? file.evidenceMegabytes;
  const uploadsDays = fromEnv(env, "CAUSEWAY_RETENTION_UPLOADS_DAYS", Days) ?? file.uploadsDays;
  const uploadsMegabytes = fromEnv(env, "CAUSEWAY_RETENTION_UPLOADS_MB", Megabytes) ?? file.uploadsMegabytes;
  const checkpointsDays = fromEnv(env, "CAUSEWAY_RETENTION_CHECKPOINTS_DAYS", Days) ?? file.checkpointsDays;
  const memoryDays = fromEnv(env, "CAUSEWAY_RETENTION_MEMORY_DAYS", Days) ?? file.memoryDays;
  const memoryDocuments = fromEnv(env, "CAUSEWAY_RETENTION_MEMORY_DOCUMENTS", Documents) ?? file.memoryDocuments;
  const sessionsDays = fromEnv(env, "CAUSEWAY_RETENTION_SESSIONS_DAYS", Days) ?? file.sessionsDays;
  return {
    automatic: fromEnv(env, "CAUSEWAY_RETENTION", Automatic) ?? file.automatic ?? DEFAULTS.automatic,
    limits: {
      analyses: { maxAgeMs: days(analysesDays, "analysesDays"), maxBytes: megabytes(analysesMegabytes) },
      evidence: { maxAgeMs: days(evidenceDays, "evidenceDays"), maxBytes: megabytes(evidenceMegabytes) },
      uploads: { maxAgeMs: days(uploadsDays, "uploadsDays"), maxBytes: megabytes(uploadsMegabytes) },
      checkpoints: { maxAgeMs: days(checkpointsDays, "checkpointsDays") },
      memory: { maxAgeMs: days(memoryDays, "memoryDays"), maxDocuments: limit(memoryDocuments ?? 0, 1) },
      sessions: { maxAgeMs: days(sessionsDays, "sessionsDays") },
    },
  };
}
