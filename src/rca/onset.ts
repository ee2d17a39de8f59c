import type { CitedFinding } from "../domain/finding.ts";

/** Onsets within this time are one event: two scrapes, or one fault that spreads through its callers. Milliseconds. */
export const TOGETHER_MS = 30_000;

/**
 * Finds when the fault began: the start of the earliest burst that holds at least a third of the suspect's onsets. A
 * single early finding does not date the incident. Changes do not count: they come before the onset.
 *
 * @returns Unix ms; null if no finding has an onset.
 */
export function faultOnset(findings: readonly CitedFinding[]): number | null {
  const onsets = findings
    .filter(({ signal }) => signal !== "change")
    .flatMap(({ onsetMs }) => onsetMs ?? [])
    .toSorted((a, b) => a - b);
  const enough = Math.max(1, Math.ceil(onsets.length / 3));
  return (
    onsets.find((onsetMs, at) => (onsets[at + enough - 1] ?? Number.POSITIVE_INFINITY) <= onsetMs + TOGETHER_MS) ?? null
  );
}
