import type { CitedFinding, EvidenceRead } from "../../domain/finding.ts";
import type { Report } from "../../domain/report.ts";
import { toReportBasis, toReportQuery } from "../../domain/report-query.ts";
import { isoTime } from "../../domain/time.ts";
import type { OpenedEvidence } from "./opened-evidence.ts";

/** Maximum number of pieces of evidence in the report. Cited evidence is always listed; the rest stays in the store. */
const MAX_EVIDENCE = 200;
const MAX_TIMELINE = 40;

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

/** The cited findings, and the other findings in order of their ids up to the limit. */
export function evidenceOf(
  findings: readonly CitedFinding[],
  cited: ReadonlySet<string>,
  opened: ReadonlyMap<string, OpenedEvidence> = new Map(),
): Report["evidence"] {
  const uncited = findings.filter(({ id }) => !cited.has(id)).slice(0, Math.max(0, MAX_EVIDENCE - cited.size));
  const listed = new Set([...cited, ...uncited.map(({ id }) => id)]);
  return findings
    .filter(({ id }) => listed.has(id))
    .map(({ id, signal, kind, entity, peer, strength, onsetMs, summary, evidence }) => ({
      id,
      signal,
      kind,
      entity: entity.id,
      entity_kind: entity.kind,
      peer,
      strength,
      onset: isoOrNull(onsetMs),
      summary,
      connector: evidence.connector,
      query: evidence.query,
      window:
        evidence.window === null
          ? null
          : { start: isoTime(evidence.window.startMs), end: isoTime(evidence.window.endMs) },
      facts: evidence.facts,
      template: evidence.template ?? null,
      exemplar: evidence.exemplar ?? null,
      ...(evidence.reads && { reads: withNative(evidence.reads.map(reportRead), opened.get(id)) }),
      ...(evidence.traceIds && { trace_ids: evidence.traceIds }),
      ...traceLinksOf(opened.get(id)),
      ...(evidence.links && { links: evidence.links }),
      ...(evidence.foundBy && { found_by: evidence.foundBy.model }),
    }));
}

const reportRead = ({ query, basis }: EvidenceRead) => ({
  query: toReportQuery(query),
  basis: basis && toReportBasis(basis),
});

const withNative = <R extends object>(reads: readonly R[], opened: OpenedEvidence | undefined) =>
  reads.map((read, at) =>
    at > 0 || opened === undefined || opened.native.length === 0 ? read : { ...read, native: opened.native },
  );

const traceLinksOf = (opened: OpenedEvidence | undefined): { trace_links?: Record<string, string> } =>
  opened === undefined || Object.keys(opened.traceLinks).length === 0 ? {} : { trace_links: opened.traceLinks };

/** The timeline of the root cause, its path, cited evidence and changes. */
export function timelineOf(
  findings: readonly CitedFinding[],
  entities: ReadonlySet<string>,
  cited: ReadonlySet<string>,
): Report["timeline"] {
  return findings
    .flatMap((finding) => (finding.onsetMs === null ? [] : [{ ...finding, onsetMs: finding.onsetMs }]))
    .filter(({ id, entity, signal }) => cited.has(id) || entities.has(entity.id) || signal === "change")
    .toSorted((a, b) => a.onsetMs - b.onsetMs)
    .slice(0, MAX_TIMELINE)
    .map(({ id, entity, onsetMs, summary }) => ({
      at: isoTime(onsetMs),
      entity: entity.id,
      what: summary,
      evidence_id: id,
    }));
}

/** Log templates that are new, gone or bursting. */
export function anomaliesOf(evidence: Report["evidence"]): Report["anomalies"] {
  return evidence.flatMap(({ id, kind, entity, template, facts }) => {
    if (template === null) return [];
    const templateId = facts.templateId ?? facts.template_id;
    return [{ template_id: String(templateId ?? id), entity, kind, template, evidence_id: id }];
  });
}
