import { z } from "zod";
import type { PageTemplates } from "../connectors/link.ts";
import { PagesFile, readPages } from "./backends/links.ts";
import { type Env, fromEnv } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

const Megabytes = numberOf(z.number(NO_NUMBER).int().positive().max(1_000_000));
const Hours = numberOf(
  z
    .number(NO_NUMBER)
    .positive()
    .max(24 * 365),
);

export const OtlpFile = z.strictObject({
  maxMegabytes: Megabytes.optional(),
  maxAgeHours: Hours.optional(),
  links: PagesFile.optional(),
});

/**
 * How much of the received OpenTelemetry data is kept: of each signal, compressed bytes and age. `pages`: of another
 * system that has the same data, where its evidence is opened.
 */
export type OtlpConfig = { maxBytes: number; maxAgeMs: number; pages: PageTemplates };

const DEFAULTS = { maxMegabytes: 512, maxAgeHours: 24 } as const;
const HOUR_MS = 3_600_000;

/** @throws {IncidentError} CONFIG */
export const readOtlp = (env: Env, file: z.infer<typeof OtlpFile> = {}): OtlpConfig => ({
  maxBytes:
    (fromEnv(env, "CAUSEWAY_OTLP_MAX_MEGABYTES", Megabytes) ?? file.maxMegabytes ?? DEFAULTS.maxMegabytes) *
    1024 *
    1024,
  maxAgeMs: (fromEnv(env, "CAUSEWAY_OTLP_MAX_AGE_HOURS", Hours) ?? file.maxAgeHours ?? DEFAULTS.maxAgeHours) * HOUR_MS,
  pages: readPages(file.links),
});
