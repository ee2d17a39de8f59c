import { traceFindings } from "../../traces/findings.ts";
import { contains, nanosToMs } from "../../domain/time.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Finds where time is spent and where errors begin, and stores the call edges. */
export const walkTraces =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(
      deps,
      { node: "walk-traces", source: "traces", signal: "trace" },
      async ({ read, incident, telemetry }) => {
        const { findings, topology, comparable } = traceFindings({
          own: read.own,
          shared: read.baseline,
          incident,
          connector: read.source,
          query: describeQuery("spans", read),
          seenBy: telemetry.isRecorded("trace") ? null : `spans of ${read.source}`,
        });
        const { analysisId } = state;
        await putArtifact(deps.store, analysisId, "topology.traces", topology);
        const entities = [
          ...new Set(read.own.flatMap(({ service, pod }) => (pod === null ? [service] : [service, pod]))),
        ].toSorted();
        await putArtifact(deps.store, analysisId, "coverage.traces", entities);
        if (comparable) {
          const slis = Object.fromEntries(entities.map((entity) => [entity, ["errors", "latency"]]));
          await putArtifact(deps.store, analysisId, "baselineCoverage.traces", slis);
        }
        const { window } = incident;
        const rows = read.own.filter(
          ({ startUnixNano }) => window === null || contains(window, nanosToMs(startUnixNano)),
        ).length;
        return { findings, rows, incomparable: !comparable };
      },
    )(state, runtime);
