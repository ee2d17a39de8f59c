import { isHostKind, isInstanceKind, isProbeKind } from "../../src/domain/entity.ts";
import { metricNameOf } from "../../src/domain/metric-name.ts";
import type { Alert, Series } from "../../src/domain/telemetry.ts";
import type { ImportedSample } from "../servers/import-samples.ts";

/** The labels that the usual exporters give an entity of this kind. */
export function labelsOf(entity: string, kind: string): Record<string, string> {
  if (isHostKind(kind)) return { job: "node", instance: `${entity}:9100` };
  if (kind === "pod") return { namespace: "default", pod: entity };
  if (kind === "container") return { job: "cadvisor", instance: "10.0.0.1:8080", name: entity };
  if (isProbeKind(kind)) return { job: "blackbox", target: entity };
  if (isInstanceKind(kind)) return { service_name: entity };
  return { service_name: entity };
}

/** OpenTelemetry's names as Prometheus takes them: dots become underscores. */
export const serverName = (base: string): string => base.replaceAll(/[^a-zA-Z0-9_:]/g, "_");

/** Recorded series as samples of a server, at times shifted by `shiftMs`. */
export const samplesOf = (series: readonly Series[], shiftMs = 0): ImportedSample[] =>
  series.flatMap(({ entity, entityKind, metric, timesMs, values }) => {
    const { base, labels: own } = metricNameOf(metric);
    const labels = {
      __name__: serverName(base),
      ...labelsOf(entity, entityKind),
      ...Object.fromEntries([...own].map(([label, value]) => [serverName(label), value])),
    };
    return timesMs.map((timeMs, at) => ({ labels, timeMs: timeMs + shiftMs, value: values[at] ?? 0 }));
  });

/**
 * Alerts as Alertmanager posts them, as one group. `expression`: of the first alert's rule; null if it is not known.
 */
export function alertmanagerPayload(alerts: readonly Alert[], groupKey: string, expression: string | null): object {
  return {
    version: "4",
    groupKey,
    truncatedAlerts: 0,
    status: "firing",
    receiver: "causeway",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager.example:9093",
    alerts: alerts.map(({ name, entity, entityKind, message, timeUnixMs, severity }, at) => ({
      status: "firing",
      labels: {
        alertname: name,
        severity: severity ?? "critical",
        ...(entity === name ? {} : labelsOf(entity, entityKind)),
      },
      annotations: { summary: message ?? name },
      startsAt: new Date(timeUnixMs ?? 0).toISOString(),
      endsAt: "0001-01-01T00:00:00Z",
      fingerprint: `${groupKey}-${at}-${timeUnixMs}`,
      generatorURL:
        expression === null || at > 0
          ? "http://prometheus.example:9090/graph"
          : `http://prometheus.example:9090/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`,
    })),
  };
}
