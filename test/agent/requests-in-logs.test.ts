import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { requestFindings } from "../../src/agent/request-series.ts";
import { listEvidence } from "../../src/app/evidence.ts";
import type { LogStream, Series } from "../../src/domain/telemetry.ts";
import { REQUEST_METRICS, RequestSeries } from "../../src/logs/requests/request-series.ts";
import { metricFindings } from "../../src/metrics/findings.ts";
import { sourceOf } from "../fakes.ts";
import { agentOver, ALARM_MS, incident, incidentsHolding, series, type SourcesByName } from "./fakes.ts";

const MINUTE = 60_000;
const clf = (atMs: number, status: number, seconds: number): string => {
  const [day, clock] = new Date(atMs).toISOString().split("T");
  const [year, , date] = (day ?? "").split("-");
  return (
    `10.0.0.7 - - [${date}/Mar/${year}:${(clock ?? "").slice(0, 8)} +0000] "GET /cart/${atMs % 97} HTTP/1.1" ` +
    `${status} 512 "-" "curl/8" rt=${seconds.toFixed(3)}`
  );
};

/** One request in 200 fails, and latencies vary, without chance. */
const usual = (nth: number) => ({
  status: nth % 200 === 0 ? 502 : 200,
  seconds: 0.05 + ((nth * nth * 31) % 101) / 1000,
});
/** The access log of an edge: an hour of a request a second; from five minutes before the alarm on as `fault` says. */
function edgeLog(fault: (nth: number) => { status: number; seconds: number }): LogStream {
  const lines = Array.from({ length: 3600 }, (_, nth) => {
    const atMs = ALARM_MS - 50 * MINUTE + nth * 1000;
    const { status, seconds } = atMs < ALARM_MS - 5 * MINUTE ? usual(nth) : fault(nth);
    return clf(atMs, status, seconds);
  });
  return {
    origin: "edge.log",
    framing: "raw",
    service: "edge",
    canRead: () => true,
    chunks: {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from(`${lines.join("\n")}\n`);
      },
    },
  };
}

async function analysed(sources: SourcesByName) {
  const one = { ...incident, entry: "edge", window: null, baseline: { window: null, shared: null } };
  const agent = await agentOver(sources, { review: false }, one);
  const { report } = await analyse(agent, "inc-1", { analysisId: "an-1" });
  return { report, parts: { store: agent.deps.store, incidents: incidentsHolding(sources, one) } };
}
const logs = (fault: Parameters<typeof edgeLog>[0]): SourcesByName => ({ logs: sourceOf("log", [edgeLog(fault)]) });
const failing = logs((nth) => ({ status: nth % 3 === 0 ? 503 : 200, seconds: 0.05 }));

it("sees in access lines alone that requests fail", async () => {
  const { report } = await analysed(failing);
  expect(report.verdict).not.toBe("no_incident");
  expect(report.evidence).toContainEqual(
    expect.objectContaining({
      kind: "metric.shift",
      entity: "edge",
      summary: expect.stringContaining("access.error_ratio rose"),
    }),
  );
});

it("sees in access lines alone that requests take longer", async () => {
  const { report } = await analysed(logs(() => ({ status: 200, seconds: 4 })));
  expect(report.evidence.map(({ summary }) => summary)).toContainEqual(
    expect.stringMatching(/^edge: access\.latency_p95_ms rose from \d+(?:\.\d+)? to 40\d\d/),
  );
});

it("lets access lines that stay as they were prove that users are well", async () => {
  const { report } = await analysed(logs(usual));
  expect(report.verdict).toBe("no_incident");
});

it("does not measure again what a metric of the service, or of its pods, measures", async () => {
  const measured: Series[] = [
    series("edge", "http_requests_errors", 1, 60),
    series("edge-5c9f7d8b6-x2k4j", "request_latency", 10, 10),
  ];
  const { report } = await analysed({ ...failing, metrics: sourceOf("metric", measured) });
  expect(report.evidence.filter(({ summary }) => /access\.(?:error|latency)/.test(summary))).toEqual([]);
});

it("gives evidence that can be read again", async () => {
  const { report, parts } = await analysed(failing);
  const id = report.evidence.find(({ kind }) => kind === "metric.shift")?.id ?? "";
  const { evidence } = await listEvidence(parts, "an-1", { ids: [id], rerun: true });
  expect(evidence[0]?.reads).toMatchObject([{ same: true, error: null }]);
  expect(evidence[0]?.reads[0]?.samples[0]?.text).toContain('"GET /cart/');
});

it("takes a few failed requests after a quiet time without any for chance", () => {
  const requests = new RequestSeries();
  for (let nth = 0; nth < 3600; nth += 1)
    requests.add("edge", ALARM_MS - 50 * MINUTE + nth * 1000, { status: FAILED.has(nth) ? 502 : 200, latencyMs: NaN });
  const own = requests.series().filter(({ metric }) => metric === REQUEST_METRICS.errors);
  const input = { own, shared: [], incident: { ...incident, baseline: { window: null, shared: null } }, ...SOURCE };
  expect(metricFindings(input).map(({ summary }) => summary)).toEqual([expect.stringContaining("error_ratio rose")]);
  expect(requestFindings(input, { counts: requests.counts(), sharedCounts: [] })).toEqual([]);
});
const FAILED = new Set([3100, 3300, 3500]);
const SOURCE = { connector: "fake", query: "requests" };
