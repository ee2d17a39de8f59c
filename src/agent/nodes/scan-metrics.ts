import { sliOf } from "../../domain/signals.ts";
import { comparable, metricFindings } from "../../metrics/findings.ts";
import type { Series } from "../../domain/telemetry.ts";
import { contains, type TimeWindow } from "../../domain/time.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Finds the series that left their quiet range, and when. */
export const scanMetrics =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, "scan-metrics", "metrics", async ({ telemetry: { metrics }, incident, own, shared, fetch }) => {
      if (!metrics) return null;
      const series = await metrics.fetchSeries(own, fetch);
      await putArtifact(
        deps.store,
        state.analysisId,
        "coverage.metrics",
        [...new Set(series.map(({ entity }) => entity))].toSorted(),
      );
      const read = { own: series, shared: shared ? await metrics.fetchSeries(shared, fetch) : [], incident };
      const compared = comparable(read);
      await putArtifact(deps.store, state.analysisId, "baselineCoverage.metrics", slisOf(compared));
      return {
        rows: samplesIn(incident.window, series),
        incomparable: compared.length === 0,
        findings: metricFindings({ ...read, connector: metrics.name, query: describeQuery("series", own, shared) }),
      };
    })(state, runtime);

/** What of the signals that people feel is measured of each entity. */
const slisOf = (series: readonly Series[]): Record<string, string[]> =>
  Object.fromEntries(
    [...Map.groupBy(series, ({ entity }) => entity)].map(([entity, own]) => [
      entity,
      [...new Set(own.flatMap(({ metric }) => sliOf(metric) ?? []))].toSorted(),
    ]),
  );

/** Samples of the incident itself: those of the quiet time before it do not show that it was looked at. */
const samplesIn = (window: TimeWindow | null, series: readonly Series[]): number =>
  series.reduce(
    (sum, { timesMs }) => sum + (window === null ? timesMs : timesMs.filter((ms) => contains(window, ms))).length,
    0,
  );
