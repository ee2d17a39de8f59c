import { z } from "zod";
import { Severity } from "./alert-event.ts";

/** Why an incident that alerts opened is not investigated by itself. A person may still request an analysis. */
export const NotInvestigated = z.object({
  reason: z.enum(["severity_floor", "daily_cap"]),
  why: z.string(),
});
export type NotInvestigated = z.infer<typeof NotInvestigated>;

/**
 * When alerts start an investigation by themselves.
 * - `joinMs`: an alert that fires again within this time of the last investigation joins it.
 * - `dailyCap`: investigations that alerts may start within 24 hours; null for no limit.
 * - `minSeverity`: less severe incidents are only listed.
 */
export type AlertManners = { joinMs: number; dailyCap: number | null; minSeverity: Severity };

/** The time over which `dailyCap` counts, milliseconds. */
export const DAY_MS = 24 * 3_600_000;

/**
 * Decides if alerts may start the investigation of an incident.
 *
 * @param severity the worst severity of its alerts; null if none has one.
 * @param startedToday investigations that alerts started within the last 24 hours.
 * @returns null if they may.
 */
export function refusalToInvestigate(
  { dailyCap, minSeverity }: Omit<AlertManners, "joinMs">,
  { severity, startedToday }: { severity: Severity | null; startedToday: number },
): NotInvestigated | null {
  const worstFirst = Severity.options;
  if (severity !== null && worstFirst.indexOf(severity) > worstFirst.indexOf(minSeverity))
    return {
      reason: "severity_floor",
      why: `its severity is ${severity}; alerts start an investigation from ${minSeverity} on`,
    };
  if (dailyCap !== null && startedToday >= dailyCap)
    return {
      reason: "daily_cap",
      why: `alerts started ${startedToday} investigations in the last 24 hours, and ${dailyCap} are allowed`,
    };
  return null;
}
