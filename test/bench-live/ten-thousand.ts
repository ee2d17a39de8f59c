// `npm run bench:live-size`: 10,000 series over 6 h at 15 s, planned, fetched and scanned; and all of them, for comparison.
import { openHandle } from "../../src/telemetry/handle.ts";
import { openBackend } from "../../src/connectors/backend.ts";
import { prometheusClient } from "../../src/connectors/prometheus/client.ts";
import { nameSeries } from "../../src/connectors/prometheus/naming.ts";
import { NO_PAGES } from "../../src/connectors/link.ts";
import { prometheusMetrics } from "../../src/connectors/prometheus/metric-source.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Series } from "../../src/domain/telemetry.ts";
import { Alert } from "../../src/domain/telemetry.ts";
import { metricFindings } from "../../src/metrics/findings.ts";
import { memorySource } from "../../src/telemetry/memory-source.ts";
import { importSamples } from "../servers/import-samples.ts";
import { startVictoriaMetrics } from "../servers/metrics-servers.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const [SERVICES, STEP_MS, HOURS] = [50, 15_000, 6];
const ALARM_MS = Date.UTC(2026, 5, 1, 12);
const [START_MS, END_MS] = [ALARM_MS - HOURS * 3_600_000, ALARM_MS + 30 * 60_000];
const FAULTY = "service-7";

/** 200 series of each service: requests by code and route, latency buckets, pods' resources, and runtime figures. */
function labelSets(service: string): Record<string, string>[] {
  const of = { service_name: service };
  const pods = [0, 1, 2, 3].map((at) => `${service}-7d9f8c6b5d-x2k4${"bcdf"[at]}`);
  const codes = ["200", "404", "500"].flatMap((code) =>
    Array.from({ length: 10 }, (_, route) => ({ __name__: "http_requests_total", ...of, code, route: `/r${route}` })),
  );
  const buckets = ["0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf"].flatMap((le) =>
    Array.from({ length: 10 }, (_, route) => ({
      __name__: "http_request_duration_seconds_bucket",
      ...of,
      le,
      route: `/r${route}`,
    })),
  );
  const resources = [
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
    "kube_pod_container_status_restarts_total",
  ];
  const ofPods = pods.flatMap((pod) =>
    resources.map((__name__) => ({ __name__, namespace: "shop", pod, container: "app" })),
  );
  const rest = 200 - codes.length - buckets.length - ofPods.length;
  const runtime = Array.from({ length: rest }, (_, at) => ({ __name__: `runtime_figure_${at}`, ...of }));
  return [...codes, ...buckets, ...ofPods, ...runtime];
}

/** Deterministic noise in [0, 1). */
const noise = (a: number, b: number): number => {
  const x = Math.sin(a * 12.9898 + b * 78.233) * 43_758.5453;
  return x - Math.floor(x);
};

function valueOf(labels: Record<string, string>, series: number, at: number, timeMs: number): number {
  const isFault = timeMs >= ALARM_MS - 600_000 && labels.service_name === FAULTY;
  const faultSteps = isFault ? (timeMs - ALARM_MS + 600_000) / STEP_MS : 0;
  const name = labels.__name__ ?? "";
  if (name.includes("restarts")) return 0;
  if (name === "http_requests_total")
    return at * (labels.code === "200" ? 100 : 1) + (labels.code === "500" ? faultSteps * 40 : 0);
  if (name.endsWith("_bucket")) return at * (labels.le === "+Inf" ? 100 : 90 - (isFault ? 0 : 1));
  if (name.endsWith("_total")) return at * (1 + noise(series, 1));
  return 100 + 10 * noise(series, at);
}

const server = await startVictoriaMetrics();
const series = Array.from({ length: SERVICES }, (_, at) => labelSets(`service-${at}`)).flat();
const points = (END_MS - START_MS) / STEP_MS;
for (let from = 0; from < series.length; from += 250)
  await importSamples(
    server.url,
    series.slice(from, from + 250).flatMap((labels, nth) =>
      Array.from({ length: points }, (_, at) => {
        const timeMs = START_MS + at * STEP_MS;
        return { labels, timeMs, value: valueOf(labels, from + nth, at, timeMs) };
      }),
    ),
  );
print(`imported ${series.length} series of ${points} samples`);

const incident: Incident = {
  id: "size",
  title: "errors",
  system: null,
  suite: null,
  alarmAtMs: ALARM_MS,
  window: null,
  baseline: { window: null, shared: null },
  excludeBaseline: [],
  asOfMs: null,
  entry: "service-0",
  target: null,
  vocabulary: null,
};
const alert = Alert.parse({
  timeUnixMs: ALARM_MS,
  entity: "service-0",
  name: "HighErrorRate",
  links: {
    source: `http://prometheus.example/graph?g0.expr=${encodeURIComponent('rate(http_requests_total{code=~"5.."}[5m]) > 1')}`,
  },
});
const edges = Array.from({ length: SERVICES - 1 }, (_, at) => ({
  from: `service-${Math.floor(at / 3)}`,
  to: `service-${at + 1}`,
  kind: "calls",
}));
const limits = { queries: 2_000, bytes: 2 ** 33, ms: 600_000, concurrency: 4 };
const backend = openBackend(
  { url: server.url, label: "VictoriaMetrics", settings: { address: "PROMETHEUS_URL" } },
  limits,
);

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
async function measured(
  what: string,
  read: () => Promise<{ own: Series[]; queries: number; bytes: number }>,
): Promise<void> {
  globalThis.gc?.();
  peak = process.memoryUsage.rss();
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const { own, queries, bytes } = await read();
  const fetchedMs = performance.now();
  const findings = metricFindings({ own, shared: [], incident, connector: "prometheus", query: "" });
  const used = process.cpuUsage(before);
  const cpuMicroseconds = used.user + used.system;
  const samples = own.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  print(
    `${what}: ${own.length} series, ${samples} samples, ${queries} queries, ${(bytes / 2 ** 20).toFixed(0)} MB of answers; ` +
      `fetched in ${((fetchedMs - startedMs) / 1_000).toFixed(1)} s, scanned in ${((performance.now() - fetchedMs) / 1_000).toFixed(1)} s, ` +
      `${(cpuMicroseconds / 1e6).toFixed(1)} s of CPU, peak ${(peak / 2 ** 20).toFixed(0)} MB; strongest: ${findings[0]?.entity.id} ${findings[0]?.summary}`,
  );
}

const planned = async () => {
  const http = backend.forAnalysis();
  const handle = openHandle([
    prometheusMetrics(http, { name: "prometheus", url: server.url, tenant: null, labels: [], pages: NO_PAGES }),
    memorySource("alert", "alerts", async () => [alert]),
    memorySource("topology", "topology", async () => ({ nodes: [], edges })),
  ]);
  const read = await handle.readIncident("metric", incident);
  for (const gap of read?.coverage[0]?.gaps ?? []) print(`  ${gap.kind}: ${gap.why}`);
  return { own: read?.own ?? [], queries: http.used.queries, bytes: http.used.bytes };
};
const everything = async () => {
  const http = backend.forAnalysis();
  const client = prometheusClient(http);
  const names = await client.labelValues("__name__", { startMs: START_MS, endMs: END_MS });
  const read = (
    await Promise.all(
      names.map((name) =>
        client
          .samples(`{__name__=${JSON.stringify(name)}}[${(END_MS - START_MS) / 1_000}s]`, END_MS)
          .catch(async () => {
            const parts = await Promise.all(
              Array.from({ length: 26 }, (_, at) =>
                client.samples(`{__name__=${JSON.stringify(name)}}[15m]`, START_MS + (at + 1) * 900_000),
              ),
            );
            return parts.flat();
          }),
      ),
    )
  ).flat();
  const { named } = nameSeries(
    read.map(({ labels }) => labels),
    { labels: [], nodeNames: new Map() },
  );
  const byLabels = new Map<string, Series>();
  const metricOf = new Map(
    named.map(({ labels, of, metric }) => [JSON.stringify(labels), { entity: of.entity, entityKind: of.kind, metric }]),
  );
  for (const { labels, timesMs, values } of read) {
    const key = JSON.stringify(labels);
    const about = metricOf.get(key);
    if (about === undefined) continue;
    const known = byLabels.get(key) ?? { ...about, timesMs: [], values: [] };
    byLabels.set(key, known);
    for (let at = 0; at < timesMs.length; at += 1) {
      known.timesMs.push(timesMs[at] ?? 0);
      known.values.push(values[at] ?? 0);
    }
  }
  return { own: [...byLabels.values()], queries: http.used.queries, bytes: http.used.bytes };
};

await measured("planned", planned);
if (process.argv[2] !== "planned") await measured("everything", everything);
clearInterval(watch);
await backend.close();
await server.stop();
