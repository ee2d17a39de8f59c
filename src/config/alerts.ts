import { z } from "zod";
import { Severity } from "../domain/alert-event.ts";
import type { AlertManners } from "../domain/alert-manners.ts";
import { type Env, fromEnv } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

/** 0 lifts the limit. */
const Cap = numberOf(z.number(NO_NUMBER).int().nonnegative());
/** A month: an incident that is as old is another one. */
const MAX_JOIN_MINUTES = 31 * 24 * 60;
const Minutes = numberOf(z.number(NO_NUMBER).nonnegative().max(MAX_JOIN_MINUTES));

export const AlertsFile = z.strictObject({
  joinMinutes: Minutes.optional(),
  dailyCap: Cap.optional(),
  minSeverity: Severity.optional(),
});

const DEFAULTS = { joinMinutes: 30, dailyCap: 500, minSeverity: "low" } as const;

/** @throws {IncidentError} CONFIG */
export function readAlerts(env: Env, file: z.infer<typeof AlertsFile> = {}): AlertManners {
  const minutes = fromEnv(env, "CAUSEWAY_ALERT_JOIN_MINUTES", Minutes) ?? file.joinMinutes ?? DEFAULTS.joinMinutes;
  const dailyCap = fromEnv(env, "CAUSEWAY_ALERT_DAILY_CAP", Cap) ?? file.dailyCap ?? DEFAULTS.dailyCap;
  return {
    joinMs: minutes * 60_000,
    dailyCap: dailyCap === 0 ? null : dailyCap,
    minSeverity: fromEnv(env, "CAUSEWAY_ALERT_MIN_SEVERITY", Severity) ?? file.minSeverity ?? DEFAULTS.minSeverity,
  };
}
