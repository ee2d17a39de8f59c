import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import type { TelemetryQuery } from "../../src/domain/query.ts";
import { Alert, Change } from "../../src/domain/telemetry.ts";
import { logsAnswering, sourceOf } from "../fakes.ts";
import { memoryOf } from "../memory-of.ts";
import { ALARM_MS, agentOver, incident, series, spiking, steady, topology } from "./fakes.ts";

const log = (timeMs: number): string =>
  JSON.stringify({ timeUnixNano: `${timeMs}000000`, service: "stock", pod: "", body: "served" });
const span = (timeMs: number) => ({
  traceId: `t${timeMs}`,
  spanId: "s",
  parentSpanId: null,
  service: "stock",
  pod: null,
  operation: "GET",
  startUnixNano: BigInt(timeMs) * 1_000_000n,
  durationUs: 1_000,
  status: "",
});
const times = Array.from({ length: 60 }, (_, minute) => ALARM_MS - 50 * 60_000 + minute * 60_000);

/** Every signal of an incident, each counting its queries. */
const everySignal = (metrics: typeof spiking) => ({
  logs: logsAnswering(times.map(log)),
  metrics: sourceOf("metric", metrics),
  traces: sourceOf("trace", times.map(span)),
  alerts: sourceOf("alert", [Alert.parse({ timeUnixMs: null, entity: "gateway", name: "HighLatency" })]),
  changes: sourceOf("change", [
    Change.parse({ timeUnixMs: ALARM_MS - 60_000, entity: "stock", kind: "deploy", id: "v2" }),
  ]),
  cluster: sourceOf("cluster", []),
  topology: sourceOf("topology", topology),
});

/** Pairs of queries that fetch the same time of the same recording; touching ends do not count. */
function fetchedTwice(queries: readonly TelemetryQuery[]): [TelemetryQuery, TelemetryQuery][] {
  return queries.flatMap((a, at) =>
    queries
      .slice(at + 1)
      .filter((b) => a.recording === b.recording && a.range.startMs < b.range.endMs && b.range.startMs < a.range.endMs)
      .map((b): [TelemetryQuery, TelemetryQuery] => [a, b]),
  );
}

it("fetches each signal once, although several nodes need it and ranking runs twice", async () => {
  const sources = everySignal(spiking);
  const agent = await agentOver(sources, { memory: await memoryOf() }, { ...incident, entry: null });
  const nodes: string[] = [];
  await analyse(agent, "inc-1", { analysisId: "an-1", onStep: (node) => nodes.push(node) });
  expect(nodes).toContain("recall-similar");
  expect(Object.entries(sources).map(([name, { queries }]) => [name, queries.length])).toEqual(
    Object.keys(sources).map((name) => [name, 1]),
  );
});

it("fetches the shared recording once too", async () => {
  const sources = everySignal(spiking);
  const { metrics, traces, logs } = sources;
  const shared = { ...incident, baseline: { ...incident.baseline, shared: "calm" } };
  await analyse(await agentOver(sources, {}, shared), "inc-1", { analysisId: "an-1" });
  for (const { queries } of [metrics, traces, logs])
    expect(queries.map(({ recording }) => recording)).toEqual([null, "calm"]);
});

it.each([
  ["inside its baseline", incident.baseline],
  ["into time that was not read yet", { window: null, shared: null }],
])("fetches no time twice when the window is widened %s", async (_, baseline) => {
  const quiet = [...steady, series("mail", "queue_length", 1, 1)];
  const { alerts: _alerts, changes: _changes, ...sources } = everySignal(quiet);
  const nodes: string[] = [];
  const agent = await agentOver(sources, {}, { ...incident, baseline });
  await analyse(agent, "inc-1", { analysisId: "an-1", onStep: (node) => nodes.push(node) });
  expect(nodes.filter((node) => node === "widen-window").length).toBeGreaterThan(0);
  for (const { queries } of Object.values(sources)) expect(fetchedTwice(queries)).toEqual([]);
});

it("frees the data of an analysis that ended", async () => {
  const sources = everySignal(spiking);
  const agent = await agentOver(sources);
  await analyse(agent, "inc-1", { analysisId: "an-1" });
  const handle = await agent.deps.telemetry.handleOf({ analysisId: "an-1", incidentId: "inc-1" });
  await handle.readIncident("metric", incident);
  expect(sources.metrics.queries).toHaveLength(2);
});
