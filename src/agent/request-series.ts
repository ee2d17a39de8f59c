import { IncidentError } from "../domain/errors.ts";
import type { Incident } from "../domain/incident.ts";
import type { Finding } from "../domain/finding.ts";
import { type Side, sideOf, splitWithin } from "../domain/periods.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import { readSignal } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import type { MinedLogs } from "../logs/mined-logs.ts";
import { REQUEST_METRICS, type RequestCounts } from "../logs/requests/request-series.ts";
import { type MetricInput, metricFindings } from "../metrics/findings.ts";
import { g2OfCounts } from "../stats/g2.ts";
import type { TelemetryHandle } from "../telemetry/handle.ts";

/** Critical value of χ² with one degree of freedom: chance exceeds it once in a thousand times. */
const ONE_IN_A_THOUSAND = 10.83;

/** The series of requests from the logs, for services without such a metric of their own or of their pods. */
export function unmeasuredRequests(
  mined: MinedLogs | null,
  metrics: readonly Series[],
): { own: Series[]; shared: Series[] } {
  if (mined === null) return { own: [], shared: [] };
  const measured = new Set(
    metrics.flatMap(({ entity, metric }) => {
      const { sli, ofCalls } = readSignal(metric);
      return ofCalls || sli === null
        ? []
        : [entity, workloadOfPod(entity)].flatMap((owner) => (owner === null ? [] : [keyOf(owner, sli)]));
    }),
  );
  const isNew = ({ entity, metric }: Series): boolean => !measured.has(keyOf(entity, readSignal(metric).sli ?? ""));
  return { own: mined.requests.own.filter(isNew), shared: mined.requests.shared.filter(isNew) };
}

const keyOf = (entity: string, sli: string): string => `${entity}\u0000${sli}`;

/** The incident's metrics; none if they cannot be read: their own node reports that. */
export async function metricsOf(
  telemetry: TelemetryHandle,
  incident: Incident,
  signal: AbortSignal | undefined,
): Promise<Series[]> {
  try {
    return (await telemetry.readIncident("metric", incident, { signal }))?.own ?? [];
  } catch (error) {
    if (error instanceof IncidentError) return [];
    throw error;
  }
}

/** Findings about requests in access lines. A higher share of errors counts only if chance does not explain it. */
export function requestFindings(
  input: MetricInput,
  { counts, sharedCounts }: Pick<MinedLogs["requests"], "counts" | "sharedCounts">,
): Finding[] {
  return metricFindings(input).filter(({ entity, evidence: { facts } }) => {
    if (facts.metric !== REQUEST_METRICS.errors) return true;
    const of = (all: readonly RequestCounts[]): RequestCounts[] => all.filter(({ service }) => service === entity.id);
    return isBeyondChance(of(counts), of(sharedCounts), input.incident);
  });
}

function isBeyondChance(own: readonly RequestCounts[], shared: readonly RequestCounts[], incident: Incident): boolean {
  const times = own.flatMap(({ timesMs }) => timesMs);
  if (times.length === 0) return true;
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const splitMs = splitWithin(incident, first, last);
  const side = sideOf(incident, splitMs);
  const sum = (all: readonly RequestCounts[], of: "requests" | "failed", wanted: Side | null): number =>
    all
      .flatMap(({ timesMs, [of]: values }) =>
        values.filter((_, at) => wanted === null || side(timesMs[at] ?? 0) === wanted),
      )
      .reduce((total, value) => total + value, 0);
  const before = (of: "requests" | "failed"): number => sum(own, of, "before") + sum(shared, of, null);
  const g2 = g2OfCounts(
    before("failed"),
    before("requests"),
    sum(own, "failed", "during"),
    sum(own, "requests", "during"),
  );
  return g2 >= ONE_IN_A_THOUSAND;
}
