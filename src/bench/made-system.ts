import { knownIncident } from "../domain/incident.ts";
import type { IncidentStore } from "../domain/ports.ts";
import { memorySource } from "../telemetry/memory-source.ts";
import type { Series, Span, Topology } from "../domain/telemetry.ts";
import { seededRandom } from "../stats/seeded-random.ts";

/** The size of a synthetic system. `faults`: how many of its services are slow; default 1. */
export type Size = { services: number; edges: number; series: number; spans: number; faults?: number };

const START_MS = 1_700_000_000_000;
const ALARM_MS = START_MS + 30 * 60_000;
const END_MS = ALARM_MS + 5 * 60_000;
const SCRAPE_MS = 30_000;
const METRICS = [
  "cpu_usage",
  "memory_usage_bytes",
  "http_server_request_duration_p90",
  "http_server_errors_per_second",
  "requests_per_second",
];
const DEPTH = 5;
/** Share of the calls that reach a slow service. */
const REACHES = 0.02;

const nameOf = (service: number): string => `service-${service}`;

/**
 * Synthetic telemetry of a system with slow services, to measure size and several faults at once. The same for the same
 * seed.
 */
export function madeSystem(
  { services, edges, series, spans, faults = 1 }: Size,
  seed: number,
): { incidents: IncidentStore; culprits: string[] } {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const calls: [number, number][] = Array.from({ length: services - 1 }, (_, at) => [below(at + 1), at + 1]);
  while (calls.length < edges) {
    const caller = below(services - 1);
    calls.push([caller, caller + 1 + below(services - caller - 1)]);
  }
  const callees = Map.groupBy(calls, ([caller]) => caller);
  const culprits = Array.from({ length: faults }, (_, at) => Math.floor((services * (at + 1)) / (faults + 1)));
  const isSlow = new Set(culprits);

  const trace = (traceId: string, atMs: number, into: Span[]): void => {
    const spanOf = (
      service: number,
      operation: string,
      parentSpanId: string | null,
      startMs: number,
      ms: number,
    ): Span => {
      const span = {
        traceId,
        spanId: String(into.length),
        parentSpanId,
        service: nameOf(service),
        pod: null,
        operation,
        startUnixNano: BigInt(Math.round(startMs * 1e6)),
        durationUs: Math.round(ms * 1000),
        status: "OK",
      };
      into.push(span);
      return span;
    };
    let [service, caller]: [number, string | null] = [0, null];
    for (let depth = 0; depth < DEPTH && into.length < spans; depth++) {
      const slowMs = isSlow.has(service) && atMs > ALARM_MS - 15_000 ? 300 : 0;
      const ms = (DEPTH - depth) * 20 + slowMs + random() * 2;
      const callee = service;
      const server = spanOf(callee, `GET /${service % 7}`, caller, atMs + depth * 2, ms);
      const next = callees.get(service);
      if (!next) return;
      service = (random() < REACHES ? culprits[below(faults)] : next[below(next.length)]?.[1]) ?? 0;
      caller = spanOf(callee, "GET", server.spanId, atMs + depth * 2 + 1, ms - 4).spanId;
    }
  };
  const made: Span[] = [];
  for (let n = 0; made.length < spans; n++)
    trace(n.toString(16).padStart(32, "0"), START_MS + random() * (END_MS - START_MS), made);

  const timesMs = Array.from(
    { length: Math.floor((END_MS - START_MS) / SCRAPE_MS) },
    (_, n) => START_MS + n * SCRAPE_MS,
  );
  const measured = Array.from({ length: series }, (_, n): Series => {
    const service = n % services;
    const metric = `${METRICS[Math.floor(n / services) % METRICS.length]}_${Math.floor(n / services / METRICS.length)}`;
    return {
      entity: nameOf(service),
      entityKind: "service",
      metric,
      timesMs,
      values: timesMs.map((timeMs) => 10 + random() * 3 + (isSlow.has(service) && timeMs > ALARM_MS ? 40 : 0)),
    };
  });
  const topology: Topology = {
    nodes: Array.from({ length: services }, (_, service) => ({ id: nameOf(service), kind: "service" })),
    edges: calls.map(([from, to]) => ({ from: nameOf(from), to: nameOf(to), kind: "calls" })),
  };
  const incident = knownIncident({
    id: "made",
    title: "A made system",
    system: "made",
    alarmAtMs: ALARM_MS,
    window: { startMs: START_MS, endMs: END_MS },
    entry: nameOf(0),
  });
  return {
    culprits: culprits.map(nameOf),
    incidents: {
      getIncident: async () => incident,
      listIncidents: async () => [incident],
      openTelemetry: async () => [
        memorySource("metric", "made", async () => measured),
        memorySource("trace", "made", async () => made),
        memorySource("topology", "made", async () => topology),
      ],
    },
  };
}
