import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Suspect } from "./fuse.ts";

/**
 * Rankers that see causes but no symptoms: a busy resource or a rollout in progress hurts no user by itself. A slow
 * service hurts users, who notice it at the entry; without a known entry the service itself must show it.
 */
const NO_SYMPTOM = new Set(["resources", "rollouts"]);
const NO_SYMPTOM_BEHIND_AN_ENTRY = new Set([...NO_SYMPTOM, "golden signals"]);

/**
 * Rankers whose evidence shows that requests end differently, even at the same latency: failing spans, and a changed
 * order of log lines.
 */
const REQUEST_RANKERS = new Set(["trace errors", "log flow"]);

/**
 * Evidence strength of the strongest suspect, in multiples of the rankers' floors; rankers without symptoms do not
 * count.
 */
export function evidenceStrengthOf(suspects: readonly Suspect[], { entry }: Incident): number {
  const mute = entry === null ? NO_SYMPTOM : NO_SYMPTOM_BEHIND_AN_ENTRY;
  return suspects.reduce(
    (most, { strengths }) =>
      Math.max(
        most,
        Object.entries(strengths).reduce((sum, [name, strength]) => sum + (mute.has(name) ? 0 : strength), 0),
      ),
    0,
  );
}

/** Strength of the strongest suspect's evidence in the requests themselves, in multiples of the rankers' floors. */
export const requestStrengthOf = (suspects: readonly Suspect[]): number =>
  Math.max(
    0,
    ...suspects.map(({ strengths }) =>
      Object.entries(strengths).reduce((sum, [name, own]) => sum + (REQUEST_RANKERS.has(name) ? own : 0), 0),
    ),
  );

/**
 * True if all findings are alerts on one entity: they show that it is abnormal, but not whether another entity is the
 * cause.
 */
export function isAlarmAlone(findings: readonly CitedFinding[], candidateOf: (id: string) => string | null): boolean {
  const abnormal = findings.filter(({ signal }) => signal !== "change");
  return (
    abnormal.length > 0 &&
    abnormal.every(({ kind }) => kind === "alert.firing") &&
    new Set(abnormal.map(({ entity }) => candidateOf(entity.id))).size === 1
  );
}
