import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { CAP_SCOPES, CAP_UNITS, type CapScope, type CapUnit, type ModelCaps } from "../domain/model-store.ts";
import { type Env, fromEnv } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

/** Null in the file, and `none` in a variable, take a default away. */
const Cap = z.union([numberOf(z.number(NO_NUMBER).positive("give a number above 0")), z.literal("none")]);
const ScopeFile = z.strictObject({ calls: Cap.optional(), tokens: Cap.optional(), usd: Cap.optional() });
export const CapsFile = z.strictObject({
  analysis: ScopeFile.optional(),
  incident: ScopeFile.optional(),
  day: ScopeFile.optional(),
});

const FORM = "write for example: 200000 tokens, 0.50 usd, 40 calls (or: none tokens)";
/** "200000 tokens, 0.50 usd" */
const CapsText = z.string().transform((text, context): z.infer<typeof ScopeFile> => {
  const parts = text.split(",").map((part) => part.trim().split(/\s+/));
  const read = ScopeFile.safeParse(Object.fromEntries(parts.map(([value, unit = ""]) => [unit.toLowerCase(), value])));
  if (read.success && parts.every((part) => part.length === 2)) return read.data;
  context.addIssue({ code: "custom", message: FORM });
  return z.NEVER;
});

const DEFAULTS: Readonly<Record<CapScope, Readonly<Partial<Record<CapUnit, number>>>>> = {
  analysis: { calls: 100, tokens: 300_000 },
  incident: { tokens: 1_000_000 },
  day: { tokens: 10_000_000 },
};

/** @throws {IncidentError} CONFIG */
export function readCaps(env: Env, file: z.infer<typeof CapsFile> = {}): ModelCaps {
  const variables: Readonly<Record<CapScope, z.infer<typeof ScopeFile> | undefined>> = {
    analysis: fromEnv(env, "CAUSEWAY_MODEL_CAPS_ANALYSIS", CapsText),
    incident: fromEnv(env, "CAUSEWAY_MODEL_CAPS_INCIDENT", CapsText),
    day: fromEnv(env, "CAUSEWAY_MODEL_CAPS_DAY", CapsText),
  };
  const capOf = (scope: CapScope, unit: CapUnit): number | null => {
    const cap = variables[scope]?.[unit] ?? file[scope]?.[unit] ?? DEFAULTS[scope][unit] ?? "none";
    return cap === "none" ? null : cap;
  };
  const capsOf = (scope: CapScope): ModelCaps[CapScope] => ({
    calls: capOf(scope, "calls"),
    tokens: capOf(scope, "tokens"),
    usd: capOf(scope, "usd"),
  });
  return { analysis: capsOf("analysis"), incident: capsOf("incident"), day: capsOf("day") };
}

/** Dollars are counted by the price. @throws {IncidentError} CONFIG for a cap in dollars on a model without a price. */
export function requirePrices(caps: ModelCaps, models: readonly { name: string; price?: unknown }[]): void {
  const scope = CAP_SCOPES.find((one) => CAP_UNITS.some((unit) => unit === "usd" && caps[one][unit] !== null));
  const unpriced = models.find(({ price }) => price === null || price === undefined);
  if (scope === undefined || unpriced === undefined) return;
  throw new IncidentError(
    "CONFIG",
    `model.caps.${scope}.usd is set, but the price of the model ${unpriced.name} is not known`,
    { hint: "Set CAUSEWAY_MODEL_PRICE, or model.price in config.yaml, in US dollars for a million tokens." },
  );
}

export const CACHE_MODES = ["off", "exact", "semantic"] as const;
const CacheMode = z.enum(CACHE_MODES, { error: "write off, exact or semantic" });
const Hours = numberOf(
  z
    .number(NO_NUMBER)
    .positive()
    .max(24 * 365),
);
const Megabytes = numberOf(z.number(NO_NUMBER).positive().max(100_000));
export const CacheFile = z.strictObject({
  mode: CacheMode.optional(),
  maxAgeHours: Hours.optional(),
  maxMegabytes: Megabytes.optional(),
});

/** Causeway's own cache of replies. `semantic`: also for a question in other words, within one incident. */
export type ModelCacheConfig = { mode: (typeof CACHE_MODES)[number]; maxAgeMs: number; maxBytes: number };

const HOUR_MS = 3_600_000;

/** @throws {IncidentError} CONFIG */
export const readModelCache = (env: Env, file: z.infer<typeof CacheFile> = {}): ModelCacheConfig => ({
  mode: fromEnv(env, "CAUSEWAY_MODEL_CACHE", CacheMode) ?? file.mode ?? "exact",
  maxAgeMs: (file.maxAgeHours ?? 168) * HOUR_MS,
  maxBytes: (file.maxMegabytes ?? 64) * 1024 * 1024,
});
