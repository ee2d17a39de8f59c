import { comparable, metricFindings } from "../../metrics/findings.ts";
import type { Series } from "../../domain/telemetry.ts";
import { contains, type TimeWindow } from "../../domain/time.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import { slisOf } from "../slis-of.ts";
import type { NodeStep } from "../step.ts";

/** Finds the series that left their normal range, and the time of the change. */
export const scanMetrics =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, { node: "scan-metrics", source: "metrics", signal: "metric" }, async ({ read, incident }) => {
      const entities = [...new Set(read.own.map(({ entity }) => entity))].toSorted();
      await putArtifact(deps.store, state.analysisId, "coverage.metrics", entities);
      const series = { own: read.own, shared: read.baseline, incident };
      const compared = comparable(series);
      await putArtifact(deps.store, state.analysisId, "baselineCoverage.metrics", slisOf(compared));
      return {
        rows: samplesIn(incident.window, read.own),
        incomparable: compared.length === 0,
        findings: metricFindings({ ...series, connector: read.source, query: describeQuery("series", read) }),
      };
    })(state, runtime);

/** Counts the samples of the incident itself. Baseline samples do not prove that the incident was read. */
const samplesIn = (window: TimeWindow | null, series: readonly Series[]): number =>
  series.reduce(
    (sum, { timesMs }) => sum + (window === null ? timesMs : timesMs.filter((ms) => contains(window, ms))).length,
    0,
  );
