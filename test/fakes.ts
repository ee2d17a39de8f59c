import type { Action } from "../src/domain/action.ts";
import { IncidentError } from "../src/domain/errors.ts";
import type { Finding } from "../src/domain/finding.ts";
import type { Incident } from "../src/domain/incident.ts";
import type { IncidentStore, LogSource, MetricSource, Slice, Telemetry } from "../src/domain/ports.ts";
import type { Series } from "../src/domain/telemetry.ts";

const missing = (what: string): IncidentError =>
  new IncidentError("NOT_FOUND", `no ${what}`, { hint: "It is not in this fake." });
const orMissing = <T>(found: T | undefined, what: string): T => {
  if (found === undefined) throw missing(what);
  return found;
};

/** An incident of which nothing is told but what is given. */
export const anIncident = (fields: Partial<Incident> = {}): Incident => ({
  id: "inc-1",
  title: "Incident",
  system: null,
  suite: null,
  alarmAtMs: null,
  window: null,
  baseline: { window: null, shared: null },
  excludeBaseline: [],
  asOfMs: null,
  entry: null,
  target: null,
  vocabulary: null,
  ...fields,
});

export const aFinding = (fields: Partial<Finding> = {}): Finding => ({
  signal: "metric",
  kind: "metric.shift",
  entity: { id: "orders", kind: "service" },
  strength: 5,
  onsetMs: null,
  peer: null,
  summary: "orders: latency rose to 9 ms",
  evidence: { connector: "fake", query: "all", window: null, facts: { metric: "latency_ms", peak: 9 } },
  ...fields,
});

export const anAction = (fields: Partial<Action> = {}): Action => ({
  id: "A1-a1",
  analysisId: "A1",
  incidentId: "inc-1",
  title: "Restart orders",
  runbook: "restart",
  step: "restart",
  target: { id: "orders", kind: "service" },
  risk: "low",
  reversible: true,
  blastRadius: { size: "small", entities: ["orders"], why: "only itself" },
  script: "echo orders\n",
  scriptSha256: "a".repeat(64),
  rollback: "none",
  verify: "curl orders",
  expiresAtMs: 2_000_000,
  evidenceIds: ["E1"],
  ...fields,
});

/** Incidents with their telemetry; an absent source was not recorded. */
export const incidentsKnown = (known: readonly { incident: Incident; telemetry: Telemetry }[]): IncidentStore => {
  const find = (id: string) =>
    orMissing(
      known.find(({ incident }) => incident.id === id),
      `incident ${id}`,
    );
  return {
    getIncident: async (id) => find(id).incident,
    listIncidents: async () =>
      known.map(({ incident: { id, title, alarmAtMs, system } }) => ({ id, title, alarmAtMs, system })),
    openTelemetry: async (id) => find(id).telemetry,
  };
};

/** Answers every slice with the same series, and notes what was asked. */
export function metricsAnswering(series: readonly Series[]): MetricSource & { slices: Slice[] } {
  const slices: Slice[] = [];
  return {
    name: "fake-metrics",
    slices: slices,
    async fetchSeries(slice) {
      slices.push(slice);
      return [...series];
    },
  };
}

/** One stream of JSON lines, whatever the slice. */
export const logsAnswering = (lines: readonly string[]): LogSource => ({
  name: "fake-logs",
  openLogs: async () => [{ origin: "fake.jsonl", framing: "jsonl", service: null, chunks: bytesOf(lines) }],
});

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
