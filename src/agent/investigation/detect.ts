import { changeFindings } from "../../changes/findings.ts";
import { clusterFindings } from "../../cluster/findings.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Incident } from "../../domain/incident.ts";
import { incidentEndMs } from "../../domain/periods.ts";
import { queryFor } from "../../domain/query.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { isoTime } from "../../domain/time.ts";
import { logFindings } from "../../logs/findings.ts";
import { readStatements } from "../../logs/read-statements.ts";
import { metricFindings } from "../../metrics/findings.ts";
import { silenceFindings } from "../../metrics/silence.ts";
import { statesFailure } from "../../rca/signatures/read-failure.ts";
import { withReads } from "../../telemetry/evidence-reads.ts";
import type { IncidentRead, TelemetryHandle } from "../../telemetry/handle.ts";
import { traceFindings } from "../../traces/findings.ts";
import { gapsOf } from "./read-gaps.ts";

export const EXAMINED_SIGNALS = ["metric", "log", "trace", "change", "cluster"] as const;
export type ExaminedSignal = (typeof EXAMINED_SIGNALS)[number];

/** What to examine: the data of `range`, with quiet time before `changedMs` and the incident after it. */
export type Examination = { signal: ExaminedSignal; entity: string; range: TimeWindow; changedMs: number };

/**
 * Runs the detectors of a signal on the data of a range, as if the incident had begun at `changedMs`. The findings
 * about the entity come with the queries that select their data again.
 *
 * @throws {IncidentError} if no source of the signal can be queried.
 */
export async function detect(
  telemetry: TelemetryHandle,
  incident: Incident,
  { signal, entity, range, changedMs }: Examination,
  stop?: AbortSignal,
): Promise<{ findings: Finding[]; gaps: string[]; rows: number }> {
  // Failures may show at a caller only, so spans and lines of all entities are read.
  const entities = signal === "metric" || signal === "change" ? [entity] : [];
  const query = queryFor(signal, range, { entities });
  const result = await telemetry.query(query, { signal: stop });
  const source = telemetry.sourceNames(signal).join(", ");
  const read = {
    source,
    own: result.data,
    baseline: [],
    query,
    baselineQuery: null,
    coverage: result.coverage,
    parts: result.parts,
  } as unknown as IncidentRead<ExaminedSignal>;
  const seen = dividedAt(incident, changedMs, range);
  const words = `${NOUN[signal]} of ${isoTime(range.startMs)}/${isoTime(range.endMs)}, divided at ${isoTime(changedMs)}`;
  const about = { incident: seen, connector: source, query: words };
  const found = (await findingsIn(read, about, stop)).filter(
    ({ entity: { id }, peer }) => id === entity || peer === entity,
  );
  return {
    findings: await withReads(found, read, readStatements, stop),
    gaps: gapsOf(result),
    rows: Array.isArray(result.data) ? result.data.length : 0,
  };
}

const NOUN: Record<ExaminedSignal, string> = {
  metric: "series",
  log: "log templates",
  trace: "spans",
  change: "changes",
  cluster: "state of the cluster's objects",
};

/** The incident as if a person had given these times: quiet before `changedMs`, the incident after it. */
const dividedAt = (incident: Incident, changedMs: number, range: TimeWindow): Incident => ({
  ...incident,
  window: { startMs: changedMs, endMs: Math.min(range.endMs, incidentEndMs(incident)) },
  baseline: { ...incident.baseline, window: { startMs: range.startMs, endMs: changedMs } },
  onset: {
    atMs: changedMs,
    earliestMs: changedMs,
    latestMs: changedMs,
    shape: "step",
    overMs: null,
    signals: [],
    signs: 1,
  },
});

type About = { incident: Incident; connector: string; query: string };

async function findingsIn(read: IncidentRead<ExaminedSignal>, about: About, stop?: AbortSignal): Promise<Finding[]> {
  const { signal } = read.query;
  switch (signal) {
    case "metric": {
      const own = (read as IncidentRead<"metric">).own;
      return [...metricFindings({ own, shared: [], ...about }), ...silenceFindings(own, about)];
    }
    case "log": {
      const { own } = read as IncidentRead<"log">;
      return (await logFindings({ own, shared: [], statesFailure, ...about, ...(stop && { signal: stop }) })).findings;
    }
    case "trace":
      return traceFindings({ own: (read as IncidentRead<"trace">).own, shared: [], ...about }).findings;
    case "change":
      return changeFindings({ changes: (read as IncidentRead<"change">).own, ...about });
    case "cluster":
      return clusterFindings({ answers: (read as IncidentRead<"cluster">).own, ...about }).findings;
  }
}
