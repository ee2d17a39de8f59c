import { describe, expect, it } from "vitest";
import type { Span } from "../../src/domain/telemetry.ts";
import { traceFindings } from "../../src/traces/findings.ts";
import { anIncident } from "../fakes.ts";

const ALARM_MS = 600_000;
type Way = { through: readonly string[]; pod?: string; slow?: boolean; fails?: boolean };

/**
 * A request that passes through services one after the other, each called by `web`. The last one may be slow, or fail
 * and take the request with it.
 */
function request(n: number, atMs: number, { through, pod, slow = false, fails = false }: Way): Span[] {
  const status = fails ? "ERROR" : "OK";
  const spanOf = (
    spanId: string,
    parentSpanId: string | null,
    service: string,
    ms: number,
    ofStatus: string,
  ): Span => ({
    traceId: `t${n}`,
    spanId,
    parentSpanId,
    service,
    pod: pod !== undefined && service === through.at(-1) ? pod : null,
    operation: "GET",
    startUnixNano: BigInt(atMs) * 1_000_000n,
    durationUs: ms * 1000,
    status: ofStatus,
  });
  const took = (service: string): number => (slow && service === through.at(-1) ? 500 : 10 + (n % 3));
  const root = spanOf(
    "root",
    null,
    "web",
    through.reduce((sum, service) => sum + took(service), 5),
    status,
  );
  return [
    root,
    ...through.map((service, at) =>
      spanOf(`s${at}`, "root", service, took(service), service === through.at(-1) ? status : "OK"),
    ),
  ];
}

const quiet = (ways: readonly Way[]): Span[] =>
  Array.from({ length: 120 }, (_, n) => request(n, n * 4_000, ways[n % ways.length] ?? { through: [] })).flat();
const incident = (ways: readonly Way[]): Span[] =>
  Array.from({ length: 120 }, (_, n) =>
    request(1_000 + n, ALARM_MS + n * 500, ways[n % ways.length] ?? { through: [] }),
  ).flat();
const spectrum = (own: Span[]) =>
  traceFindings({
    own,
    shared: [],
    incident: anIncident({ alarmAtMs: ALARM_MS }),
    connector: "fake",
    query: "spans",
  }).findings.filter(({ kind }) => kind === "trace.spectrum");

describe("the trace spectrum", () => {
  const healthy: Way[] = [{ through: ["orders", "store"] }, { through: ["orders", "index"] }];

  it("finds the service whose requests are slow while others are not, with figures in the facts", () => {
    const [first, ...others] = spectrum([
      ...quiet(healthy),
      ...incident([{ through: ["orders", "store"], slow: true }, { through: ["orders", "index"] }]),
    ]);
    expect(first).toMatchObject({
      entity: { id: "store", kind: "service" },
      strength: expect.closeTo(1, 6),
      summary: "100 % of requests through store fail or are slow, 0 % of the others",
    });
    expect(first?.evidence.facts).toMatchObject({
      bad_through_percent: 100,
      bad_elsewhere_percent: 0,
      requests_through: 60,
      requests_elsewhere: 60,
      ochiai: 1,
    });
    expect(others).toEqual([]);
  });

  it("counts failed requests like slow ones", () => {
    expect(
      spectrum([
        ...quiet(healthy),
        ...incident([{ through: ["orders", "store"], fails: true }, { through: ["orders", "index"] }]),
      ]).map(({ entity }) => entity.id),
    ).toEqual(["store"]);
  });

  it("finds the one pod through which requests fail", () => {
    const pods: Way[] = [0, 1, 2].map((n) => ({ through: ["orders"], pod: `orders-${n}` }));
    const found = spectrum([...quiet(pods), ...incident(pods.map((way, n) => ({ ...way, fails: n === 1 })))]);
    expect(found.map(({ entity }) => entity)).toEqual([{ id: "orders-1", kind: "pod" }]);
  });

  it("finds nothing if requests fail on every path, or on none", () => {
    expect(spectrum([...quiet(healthy), ...incident(healthy.map((way) => ({ ...way, slow: true })))])).toEqual([]);
    expect(spectrum([...quiet(healthy), ...incident(healthy)])).toEqual([]);
    expect(spectrum([])).toEqual([]);
  });

  it("weighs a bad request more if it touches fewer services", () => {
    const ways: Way[] = [
      { through: ["store"], slow: true },
      { through: ["orders", "index", "cache", "store"], slow: true },
      { through: ["orders", "index", "cache"] },
    ];
    const found = spectrum([
      ...quiet([
        { through: ["store"] },
        { through: ["orders", "index", "cache", "store"] },
        { through: ["orders", "index", "cache"] },
      ]),
      ...incident(ways),
    ]);
    expect(found.map(({ entity }) => entity.id)).toEqual(["store"]);
  });
});
