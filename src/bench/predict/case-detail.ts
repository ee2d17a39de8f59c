import { z } from "zod";
import type { CallRecord } from "../../cluster/requests/ask-cluster.ts";
import type { Vocabulary } from "../../domain/incident.ts";
import type { Report, ReportEvidence } from "../../domain/report.ts";
import { vocabularyNames } from "../naming.ts";
import { callText } from "./call-text.ts";

/** A finding as a page shows it. `names`: the entity's own name, and those that the suite has for it. */
const ShownFinding = z.object({
  id: z.string(),
  signal: z.string(),
  kind: z.string(),
  names: z.array(z.string()),
  strength: z.number(),
  summary: z.string(),
});
export type ShownFinding = z.infer<typeof ShownFinding>;

/**
 * What an analysis looked at, kept beside its prediction for records and pages. `start`: Unix ms. `why`: of the
 * verdict.
 * `hypotheses`: in their order, each with its reasons. `steps`: calls with what came back.
 */
export const CaseDetail = z.object({
  title: z.string(),
  start: z.number(),
  ms: z.number(),
  why: z.string(),
  hypotheses: z.array(z.object({ names: z.array(z.string()), title: z.string(), reasons: z.array(z.string()) })),
  findings: z.array(ShownFinding),
  notListed: z.number().int(),
  steps: z.array(z.object({ call: z.string(), observation: z.string() })),
});
export type CaseDetail = z.infer<typeof CaseDetail>;

/** Findings of one entity that a page can use. */
const MAX_OF_ENTITY = 8;
const MAX_HYPOTHESES = 3;

const namesOf = (entity: string, entityKind: string, vocabulary: Vocabulary | null): string[] => [
  ...new Set([entity, ...(vocabulary === null ? [] : vocabularyNames({ entity, entityKind }, vocabulary))]),
];

function strongest(evidence: readonly ReportEvidence[]): ReportEvidence[] {
  const ofEntity = Map.groupBy(evidence, ({ entity, entity_kind: kind }) => `${kind} ${entity}`);
  return [...ofEntity.values()].flatMap((of) =>
    of.toSorted((a, b) => b.strength - a.strength || (a.id < b.id ? -1 : 1)).slice(0, MAX_OF_ENTITY),
  );
}

/** Each query with the findings that it gave, in the order of the findings: what an analysis without tools did. */
function queriesOf(evidence: readonly ReportEvidence[]): CaseDetail["steps"] {
  const byQuery = Map.groupBy(evidence, ({ signal, connector, query }) =>
    callText("query", [signal, connector, query]),
  );
  return [...byQuery].map(([call, found]) => ({
    call,
    observation: found.map(({ id, entity, summary }) => `${id} ${entity}: ${summary}`).join("\n"),
  }));
}

/** @param calls of tools, where they were asked step by step; undefined if the recording was read whole. */
export function detailOf(
  report: Report,
  vocabulary: Vocabulary | null,
  calls: readonly CallRecord[] | undefined,
): CaseDetail {
  const { title, timings, why, hypotheses, evidence } = report;
  const shown = strongest(evidence);
  return {
    title,
    start: Date.parse(timings.started_at),
    ms: timings.ms,
    why,
    hypotheses: hypotheses
      .slice(0, MAX_HYPOTHESES)
      .map(({ entity, entity_kind: kind, title: cause, category, reasons }) => ({
        names: namesOf(entity, kind, vocabulary),
        title: cause ?? category,
        reasons,
      })),
    findings: shown.map(({ id, signal, kind, entity, entity_kind: of, strength, summary }) => ({
      id,
      signal,
      kind,
      names: namesOf(entity, of, vocabulary),
      strength,
      summary,
    })),
    notListed: evidence.length - shown.length,
    steps:
      calls?.map(({ action: { tool, args }, text }) => ({
        call: callText(tool, Object.values(args)),
        observation: text,
      })) ?? queriesOf(evidence),
  };
}
