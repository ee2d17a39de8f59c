import { comparable, metricFindings } from "../../metrics/findings.ts";
import { runningOut } from "../../metrics/forecast/running-out.ts";
import { unsteadyFindings } from "../../metrics/unsteady.ts";
import { silenceFindings } from "../../metrics/silence.ts";
import type { Incident } from "../../domain/incident.ts";
import { givenBaseline, incidentEndMs, oldestFaultMs } from "../../domain/periods.ts";
import type { Series } from "../../domain/telemetry.ts";
import { contains, type TimeWindow } from "../../domain/time.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { LogMiner } from "../mined-logs.ts";
import { withSignsOfLife } from "../signs-of-life.ts";
import { slisOf } from "../slis-of.ts";
import type { NodeStep } from "../step.ts";

/** Finds the series that left their normal range, and the time of the change. */
export const scanMetrics =
  (deps: AgentDeps, minedLogs: LogMiner): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, { node: "scan-metrics", source: "metrics", signal: "metric" }, async (input) => {
      const { read, incident, telemetry, signal } = input;
      const entities = [...new Set(read.own.map(({ entity }) => entity))].toSorted();
      await putArtifact(deps.store, state.analysisId, "coverage.metrics", entities);
      const series = { own: read.own, shared: read.baseline, incident };
      const compared = comparable(series);
      await putArtifact(deps.store, state.analysisId, "baselineCoverage.metrics", slisOf(compared));
      await putArtifact(deps.store, state.analysisId, "metrics.runningOut", runningOut(read.own));
      const source = { connector: read.source, query: describeQuery("series", read) };
      const earlier = beforeAlarm(incident);
      await putArtifact(
        deps.store,
        state.analysisId,
        "metrics.beforeAlarm",
        (earlier === null
          ? unsteadyFindings(read.own, { ...source, incident })
          : metricFindings({ ...series, ...source, incident: earlier })
        ).slice(0, MAX_EARLIER),
      );
      const found = [
        ...metricFindings({ ...series, ...source }),
        ...silenceFindings(read.own, { ...source, incident }),
      ];
      return {
        rows: samplesIn(incident.window, read.own),
        incomparable: compared.length === 0,
        findings: await withSignsOfLife(found, telemetry, incident, minedLogs, signal),
      };
    })(state, runtime);

/** At most this many shifts before the alarm are kept, the strongest ones. */
const MAX_EARLIER = 50;

/**
 * The incident as if it had begun at the earliest plausible time. A late alarm may come when the worst is over, so if
 * the quiet time is a shared recording, the time before the alarm is compared too. Null if the onset is known, or if
 * there is no shared recording.
 */
function beforeAlarm(incident: Incident): Incident | null {
  const { alarmAtMs, baseline, onset, window } = incident;
  if (alarmAtMs === null || baseline.shared === null || onset != null || givenBaseline(incident) !== null) return null;
  const startMs = oldestFaultMs(alarmAtMs, window);
  return { ...incident, alarmAtMs: startMs, window: { startMs, endMs: incidentEndMs(incident) } };
}

/** Counts the samples of the incident itself. Baseline samples do not prove that the incident was read. */
const samplesIn = (window: TimeWindow | null, series: readonly Series[]): number =>
  series.reduce(
    (sum, { timesMs }) => sum + (window === null ? timesMs : timesMs.filter((ms) => contains(window, ms))).length,
    0,
  );
