import type { CitedFinding } from "../domain/finding.ts";

/** Onsets this near each other are one event: two scrapes, or the spread of one fault through its callers. Milliseconds. */
export const TOGETHER_MS = 30_000;

/**
 * When the fault began: the start of the earliest burst of onsets that holds at least a third of the suspect's dated findings. One stray early finding
 * does not date the incident. Changes do not count: they come before.
 *
 * @returns Unix ms; null where no finding is dated.
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
