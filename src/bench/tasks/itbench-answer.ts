import type { Report } from "../../domain/report.ts";

/** The answer of an ITBench agent, `agent_output.json`. */
export type ItBenchOutput = {
  entities: readonly { name: string; contributing_factor: boolean; reasoning: string; evidence: string }[];
  propagations: readonly { source: string; target: string; condition: string; effect: string }[];
  alerts_explained: readonly { alert: string; explained: boolean; explanation: string }[];
};

/**
 * A report as an ITBench agent answers. Root causes are contributing factors; without any, the first hypothesis is,
 * unless nothing is wrong. The other hypotheses follow as entities that are affected.
 */
export function itBenchAnswer({
  verdict,
  root_causes: causes,
  hypotheses,
  evidence,
  propagation,
  alerts_explained: alerts,
}: Pick<
  Report,
  "verdict" | "root_causes" | "hypotheses" | "evidence" | "propagation" | "alerts_explained"
>): ItBenchOutput {
  const blamed = new Set(
    verdict === "no_incident" ? [] : (causes.length > 0 ? causes : hypotheses.slice(0, 1)).map(({ entity }) => entity),
  );
  const textOf = (ids: readonly string[]): string =>
    evidence.flatMap(({ id, summary }) => (ids.includes(id) ? [summary] : [])).join("; ");
  return {
    entities: hypotheses
      .map(({ entity, why, evidence_ids: ids }) => ({
        name: entity,
        contributing_factor: blamed.has(entity),
        reasoning: why,
        evidence: textOf(ids),
      }))
      .toSorted((a, b) => Number(b.contributing_factor) - Number(a.contributing_factor)),
    propagations: propagation.map(({ source, target, condition, effect }) => ({ source, target, condition, effect })),
    alerts_explained: alerts.map(({ alert, explained, why }) => ({ alert, explained, explanation: why })),
  };
}
