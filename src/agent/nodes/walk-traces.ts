import { traceFindings } from "../../traces/findings.ts";
import { contains, nanosToMs } from "../../domain/time.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Finds where time is lost and errors begin, and yields the call edges on the way. */
export const walkTraces =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, "walk-traces", "traces", async ({ telemetry: { traces }, incident, own, shared, fetch }) => {
      if (!traces) return null;
      const spans = await traces.fetchSpans(own, fetch);
      const { findings, topology, comparable } = traceFindings({
        own: spans,
        shared: shared ? await traces.fetchSpans(shared, fetch) : [],
        incident,
        connector: traces.name,
        query: describeQuery("spans", own, shared),
      });
      await putArtifact(deps.store, state.analysisId, "topology.traces", topology);
      const entities = [
        ...new Set(spans.flatMap(({ service, pod }) => (pod === null ? [service] : [service, pod]))),
      ].toSorted();
      await putArtifact(deps.store, state.analysisId, "coverage.traces", entities);
      if (comparable)
        await putArtifact(
          deps.store,
          state.analysisId,
          "baselineCoverage.traces",
          Object.fromEntries(entities.map((entity) => [entity, ["errors", "latency"]])),
        );
      const rows = spans.filter(
        ({ startUnixNano }) => incident.window === null || contains(incident.window, nanosToMs(startUnixNano)),
      ).length;
      return { findings, rows, incomparable: !comparable };
    })(state, runtime);
