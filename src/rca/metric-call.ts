import type { CitedFinding } from "../domain/finding.ts";

/** Both ends of the call that a metric finding is about; null for other findings. */
export function metricCallOf({ kind, evidence: { facts } }: CitedFinding): { caller: string; callee: string } | null {
  if (!kind.startsWith("metric.") || typeof facts.caller !== "string" || typeof facts.callee !== "string") return null;
  return { caller: facts.caller, callee: facts.callee };
}
