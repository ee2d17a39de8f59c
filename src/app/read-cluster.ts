import { judgeState } from "../cluster/findings.ts";
import { namesFor } from "../cluster/names.ts";
import { overviewOf } from "../cluster/overview.ts";
import { stateOfTools } from "../cluster/read-state.ts";
import { readTools } from "../cluster/read-tools.ts";
import type { ClusterReading } from "../domain/cluster-reading.ts";
import type { ClusterAnswer } from "../domain/telemetry.ts";

/** Below this, a finding only supports others. */
const LEAST_STRENGTH = 1;

/** Judges what people have of a cluster, without an incident. `notRead`: problems of the files themselves. */
export function readCluster(answers: readonly ClusterAnswer[], notRead: readonly string[]): ClusterReading {
  const { tools, skipped } = readTools(answers);
  const state = stateOfTools(tools, null);
  const { counts, namespaces } = overviewOf(state);
  const incident = { alarmAtMs: null, window: null, asOfMs: null, vocabulary: null };
  const findings = judgeState(state, namesFor(incident, state), { incident, connector: "files", query: "" });
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
