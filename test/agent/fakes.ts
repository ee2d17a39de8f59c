import { MemorySaver } from "@langchain/langgraph";
import type { AgentDeps } from "../../src/agent/deps.ts";
import { buildGraph } from "../../src/agent/graph.ts";
import { sqliteAnalysisStore } from "../../src/connectors/sqlite/analysis-store.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Log } from "../../src/domain/log.ts";
import type { AnySource, Claim, ClaimWriter, IncidentStore } from "../../src/domain/ports.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import type { ClusterAnswer, Series } from "../../src/domain/telemetry.ts";
import { HANG_MS } from "../hang.ts";
import { analysisHandles } from "../../src/telemetry/analysis-handles.ts";
import { sourceOf } from "../fakes.ts";

export const ALARM_MS = Date.parse("2026-03-01T10:30:00Z");
const STEP_MS = 15_000;

export const incident: Incident = {
  id: "inc-1",
  title: "Orders fail",
  system: "shop",
  suite: null,
  alarmAtMs: ALARM_MS,
  window: { startMs: ALARM_MS - 120_000, endMs: ALARM_MS + 600_000 },
  baseline: { window: { startMs: ALARM_MS - 3_600_000, endMs: ALARM_MS - 120_000 }, shared: null },
  excludeBaseline: [],
  asOfMs: null,
  entry: "gateway",
  target: null,
  vocabulary: null,
};

/** A metric with the value `quiet` before the alarm and `loud` after it, with a little repeatable noise. */
export function series(entity: string, metric: string, quiet: number, loud: number): Series {
  const timesMs = Array.from({ length: 280 }, (_, at) => ALARM_MS - 3_600_000 + at * STEP_MS);
  const values = timesMs.map((timeMs, at) => (timeMs < ALARM_MS ? quiet : loud) * (1 + ((at * 7) % 11) / 200));
  return { entity, entityKind: "service", metric, timesMs, values };
}

/** An incident: "orders" calls "stock", and stock's CPU and latency jump at the alarm. */
export const spiking: Series[] = [
  series("stock", "cpu_usage", 0.2, 3.8),
  series("stock", "latency_p99_ms", 20, 900),
  series("orders", "latency_p99_ms", 40, 950),
  series("gateway", "latency_p99_ms", 60, 980),
  series("mail", "cpu_usage", 0.1, 0.1),
  series("mail", "latency_p99_ms", 15, 15),
];
export const steady: Series[] = spiking.map(({ entity, metric }) => series(entity, metric, 10, 10));

export const topology = {
  nodes: ["gateway", "orders", "stock", "mail"].map((id) => ({ id, kind: "service" })),
  edges: [
    { from: "gateway", to: "orders", kind: "calls" },
    { from: "orders", to: "stock", kind: "calls" },
    { from: "orders", to: "mail", kind: "calls" },
  ],
};

export const metricsAnswering = (answer: Series[]) => sourceOf("metric", answer);
export const declaredTopology = sourceOf("topology", topology);

/** Cluster tools that report that `app`'s image cannot be pulled. */
export const clusterAnswering = (answers: ClusterAnswer[]) => sourceOf("cluster", answers);

/** Sources by the names that a test chooses. */
export type SourcesByName = Readonly<Record<string, AnySource>>;

export const incidentsHolding = (sources: SourcesByName, one: Incident = incident): IncidentStore => ({
  getIncident: async (id) => {
    if (id === one.id) return one;
    throw new IncidentError("NOT_FOUND", `no incident "${id}"; there are: ${one.id}`, { hint: "Take one of these." });
  },
  listIncidents: async () => [one],
  openTelemetry: async () => Object.values(sources),
});

export const writing = (claims: Claim[]): ClaimWriter => ({
  writeClaims: async () => ({ claims, use: { inputTokens: 10, outputTokens: 5 }, model: "fake-model" }),
});
export const brokenWriter = (error: Error): ClaimWriter & { calls: () => number } => {
  let calls = 0;
  return { calls: () => calls, writeClaims: async () => ((calls += 1), Promise.reject(error)) };
};
export const unavailable = (): IncidentError =>
  new IncidentError("UNAVAILABLE", "the server is down", { hint: "Wait." });

const step = (id: string, verb: string): Runbook["steps"][number] => ({
  id,
  title: `${verb} it`,
  risk: "medium",
  reversible: true,
  parameters: { SERVICE: "entity" },
  script: `kubectl rollout restart "deployment/\${SERVICE}"\n`,
  rollback: `kubectl rollout undo "deployment/\${SERVICE}"\n`,
  verify: `kubectl rollout status "deployment/\${SERVICE}"\n`,
});
/** A runbook for the given causes, with two steps. */
export const runbookFor = (causes: string[]): Runbook => ({
  name: "restart-it",
  description: "Restart stuck processes.",
  causes,
  entityKinds: [],
  steps: [step("restart", "Restart"), step("restart-again", "Restart again")],
  slug: "restart-it",
  body: "## Goal\n\nBack to work.\n",
  origin: "restart-it/SKILL.md",
});

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A clock that moves one millisecond each time it is read. */
export const tickingClock = (startMs = ALARM_MS + 3_600_000): (() => number) => {
  let nowMs = startMs;
  return () => (nowMs += 1);
};

/** The agent with a real store in memory, and fakes for all other dependencies. */
export async function agentOver(sources: SourcesByName, overrides: Partial<AgentDeps> = {}, one: Incident = incident) {
  const incidents = overrides.incidents ?? incidentsHolding(sources, one);
  const deps: AgentDeps = {
    incidents,
    telemetry: analysisHandles(incidents, Date.now),
    store: await sqliteAnalysisStore(":memory:"),
    memory: null,
    runbooks: { name: "fake", listRunbooks: async () => [] },
    writer: null,
    owners: [],
    log: silentLog,
    now: tickingClock(),
    review: true,
    nodeTimeoutMs: HANG_MS,
    versions: { causeway: "test" },
    ...overrides,
  };
  return { deps, graph: buildGraph(deps, new MemorySaver()) };
}
