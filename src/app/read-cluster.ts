import { clusterFindings } from "../cluster/findings.ts";
import { overviewOf } from "../cluster/overview.ts";
import type { ClusterReading } from "../domain/cluster-reading.ts";
import type { ClusterAnswer } from "../domain/telemetry.ts";

/** Below this, a finding only supports others. */
const LEAST_STRENGTH = 1;

/** Judges what people have of a cluster, without an incident. `notRead`: problems of the files themselves. */
export function readCluster(answers: readonly ClusterAnswer[], notRead: readonly string[]): ClusterReading {
  const { counts, namespaces, skipped } = overviewOf(answers);
  const incident = { alarmAtMs: null, window: null, asOfMs: null, vocabulary: null };
  const { findings } = clusterFindings({ answers, incident, connector: "files", query: "" });
  return {
    counts,
    namespaces,
    problems: findings
      .filter(({ strength }) => strength >= LEAST_STRENGTH)
      .map(({ entity, kind, strength, summary, evidence }) => ({
        entity: entity.id,
        kind,
        strength,
        summary,
        details: evidence.facts,
        file: /"path":"((?:[^"\\]|\\.)*)"/.exec(evidence.query)?.[1] ?? "",
      })),
    skipped: [...notRead, ...skipped],
  };
}
