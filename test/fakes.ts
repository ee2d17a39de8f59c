import type { Action } from "../src/domain/action.ts";
import { IncidentError } from "../src/domain/errors.ts";
import type { Execution } from "../src/domain/execution.ts";
import type { Finding } from "../src/domain/finding.ts";
import { type Incident, knownIncident } from "../src/domain/incident.ts";
import type { IncidentStore, QueryCoverage, Telemetry, TelemetryData, TelemetrySource } from "../src/domain/ports.ts";
import { queryFor, type TelemetryQuery, type TelemetrySignal } from "../src/domain/query.ts";
import type { Series } from "../src/domain/telemetry.ts";
import { memorySource } from "../src/telemetry/memory-source.ts";

const missing = (what: string): IncidentError =>
  new IncidentError("NOT_FOUND", `no ${what}`, { hint: "It is not in this fake." });
const orMissing = <T>(found: T | undefined, what: string): T => {
  if (found === undefined) throw missing(what);
  return found;
};

/** An incident with only the given fields set. */
export const anIncident = (fields: Partial<Incident> = {}): Incident =>
  knownIncident({ id: "inc-1", title: "Incident", ...fields });

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
  parameters: [],
  preconditions: [],
  runbook: "restart",
  step: "restart",
  target: { id: "orders", kind: "service" },
  kind: "restart",
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

/** An execution of `anAction`, right after it was claimed. */
export const anExecution = (fields: Partial<Execution> = {}): Execution => ({
  id: "ex-1",
  actionId: "A1-a1",
  analysisId: "A1",
  incidentId: "inc-1",
  title: "Restart orders",
  state: "claimed",
  by: { surface: "cli", id: "ada", name: "ada" },
  executor: { kind: "kubectl", context: "prod" },
  scriptSha256: "a".repeat(64),
  bindingSha256: "b".repeat(64),
  owner: "host:1:a",
  leaseUntilMs: 60_000,
  startedAtMs: 3,
  endedAtMs: null,
  changed: false,
  reversible: true,
  pinned: {},
  runs: [],
  symptom: { before: null, after: null, afterRollback: null },
  refusal: null,
  why: null,
  folder: null,
  ...fields,
});

/** Incidents with their telemetry; a signal without a source was not recorded. */
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

type Read<S extends TelemetrySignal> = (
  query: TelemetryQuery,
  signal: AbortSignal | undefined,
) => Promise<TelemetryData[S]>;

/** A source that selects from the result of `read`, for any recording. It records its queries. */
export function sourceOf<S extends TelemetrySignal>(
  signal: S,
  read: Read<S> | TelemetryData[S],
  coverage: Partial<Pick<QueryCoverage, "problems" | "gaps">> = {},
): TelemetrySource<S> & { queries: TelemetryQuery[] } {
  const queries: TelemetryQuery[] = [];
  const data = async (query: TelemetryQuery, stop?: AbortSignal): Promise<TelemetryData[S]> =>
    typeof read === "function" ? read(query, stop) : read;
  const range = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER };
  const { capabilities, metadata } = memorySource(signal, "fake", () => data(queryFor(signal, range)));
  return {
    name: "fake",
    signal,
    capabilities,
    queries,
    metadata: (request) => metadata({ ...request, recording: null }),
    async query(query, options = {}) {
      queries.push(query);
      const all = await data(query, options.signal);
      const answer = await memorySource(signal, "fake", async () => all).query({ ...query, recording: null });
      return { data: answer.data, coverage: { ...answer.coverage, query, ...coverage } };
    },
  };
}

/** Series, whatever the recording. */
export const metricsAnswering = (series: Series[]) => sourceOf("metric", series);

/** One stream of JSON lines, whatever the query. */
export const logsAnswering = (lines: readonly string[]) =>
  sourceOf("log", async () => [{ origin: "fake.jsonl", framing: "jsonl", service: null, chunks: bytesOf(lines) }]);

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
