import { expect, it } from "vitest";
import type { Span } from "../../src/domain/telemetry.ts";
import { traceFindings } from "../../src/traces/findings.ts";
import { anIncident } from "../fakes.ts";

const ALARM_MS = 1_000_000;
const incident = anIncident({ alarmAtMs: ALARM_MS, entry: "web" });

/** One request: web calls cart in a client span that loses `gapMs` in between; cart works for `workMs`. */
function request(n: number, atMs: number, { gapMs = 2, workMs = 10, status = "OK", reaches = true } = {}): Span[] {
  const at = (ms: number): bigint => BigInt(Math.round((atMs + ms) * 1000)) * 1000n;
  const common = { traceId: `t${n}`, pod: null, status: "OK" };
  const client: Span = {
    ...common,
    spanId: "b",
    parentSpanId: "a",
    service: "web",
    operation: "GET cart",
    startUnixNano: at(1),
    durationUs: (workMs + gapMs) * 1000,
    status,
  };
  const server: Span = {
    ...common,
    spanId: "c",
    parentSpanId: "b",
    service: "cart",
    operation: "GET /cart",
    startUnixNano: at(1 + gapMs / 2),
    durationUs: workMs * 1000,
    status,
  };
  return [
    {
      ...common,
      spanId: "a",
      parentSpanId: null,
      service: "web",
      operation: "GET /",
      startUnixNano: at(0),
      durationUs: (workMs + gapMs + 2) * 1000,
      status,
    },
    client,
    ...(reaches ? [server] : []),
  ];
}
const quiet = Array.from({ length: 60 }, (_, n) => request(n, 900_000 + n * 1000)).flat();
const during = (change: Parameters<typeof request>[2]) =>
  Array.from({ length: 40 }, (_, n) => request(100 + n, ALARM_MS + n * 1000, change)).flat();
const found = (spans: Span[]) =>
  traceFindings({ own: spans, shared: [], incident, connector: "files", query: "traces" }).findings;

it("finds nothing when nothing changed", () => {
  expect(found([...quiet, ...during({})])).toEqual([]);
});

it("blames a service for time spent inside it", () => {
  const [first] = found([...quiet, ...during({ workMs: 300 })]);
  expect(first).toMatchObject({ kind: "trace.self-time", entity: { id: "cart" }, peer: null });
  expect(first?.evidence.facts).toMatchObject({ before_ms: 10, during_ms: 300 });
  expect(first?.strength).toBeCloseTo(290 / 14, 0); // a usual request takes 14 ms
});

it("distinguishes time lost between two services from time spent in either", () => {
  expect(found([...quiet, ...during({ gapMs: 200 })])).toEqual([
    expect.objectContaining({ kind: "trace.edge-latency", entity: { id: "cart", kind: "service" }, peer: "web" }),
  ]);
});

it("blames a failed request on the deepest span that failed", () => {
  const origins = found([...quiet, ...during({ status: "ERROR: boom" })]).filter(
    ({ kind }) => kind === "trace.error-origin",
  );
  expect(origins).toEqual([expect.objectContaining({ entity: { id: "cart", kind: "service" }, strength: 1 })]);
});

it("blames the callee that the operation names when its span is missing", () => {
  const findings = found([...quiet, ...during({ status: "ERROR: refused", reaches: false })]);
  expect(findings).toContainEqual(
    expect.objectContaining({ kind: "trace.failed-call", entity: { id: "cart", kind: "service" }, peer: "web" }),
  );
  expect(findings).toContainEqual(
    expect.objectContaining({ kind: "trace.silence", entity: { id: "cart", kind: "service" }, peer: "web" }),
  );
});

it("compares with a fault-free recording of another time", () => {
  const spans = during({ workMs: 300 });
  const { findings } = traceFindings({ own: spans, shared: quiet, incident, connector: "files", query: "traces" });
  expect(findings[0]).toMatchObject({ kind: "trace.self-time", entity: { id: "cart" } });
});

it("holds each number of a summary in the facts", () => {
  for (const { summary, evidence } of found([...quiet, ...during({ workMs: 300, status: "ERROR" })])) {
    const facts = new Set(Object.values(evidence.facts).map(String));
    expect(summary.match(/\d+(?:\.\d+)?/g)?.filter((number) => !facts.has(number))).toEqual([]);
  }
});

it("ignores a span whose clock is half a century off", () => {
  const stray = request(999, 0).map((span) => ({ ...span, startUnixNano: 1n }));
  expect(found([...stray, ...quiet, ...during({ workMs: 300 })])[0]).toMatchObject({
    kind: "trace.self-time",
    entity: { id: "cart" },
  });
});

it("finds the onset in the spans when the alarm is half a minute late", () => {
  const late = anIncident({ alarmAtMs: ALARM_MS + 30_000, entry: "web" });
  const { findings } = traceFindings({
    own: [...quiet, ...during({ workMs: 300 })],
    shared: [],
    incident: late,
    connector: "files",
    query: "traces",
  });
  expect(findings[0]).toMatchObject({ kind: "trace.self-time", entity: { id: "cart" } });
  expect(Math.abs((findings[0]?.onsetMs ?? 0) - ALARM_MS)).toBeLessThanOrEqual(5_000);
});

it("reports whether the spans are comparable: those of the incident and of a baseline", () => {
  const comparable = (own: Span[], shared: Span[] = []) =>
    traceFindings({ own, shared, incident, connector: "files", query: "traces" }).comparable;
  expect(comparable([...quiet, ...during({})])).toBe(true);
  expect(comparable(during({}), quiet)).toBe(true);
  expect(comparable(quiet)).toBe(false);
  expect(comparable([], quiet)).toBe(false);
  expect(comparable(during({}))).toBe(false);
});

it("names the kind of request that fails as a whole, and the share of it that fails", () => {
  const failed = during({ status: "ERROR: boom" });
  const idle = Array.from({ length: 400 }, (_, n): Span[] =>
    request(1000 + n, ALARM_MS + n * 100).map((span) => ({ ...span, operation: "poll" })),
  ).flat();
  expect(found([...quiet, ...failed, ...idle])[0]).toMatchObject({
    kind: "trace.error-origin",
    evidence: {
      facts: {
        request_at: "web",
        request: "GET /",
        request_failed: 40,
        request_failed_percent: 100,
        request_failed_before_percent: 0,
      },
    },
  });
  const answered = failed.map((span) => (span.parentSpanId === null ? { ...span, status: "OK" } : span));
  const [first] = found([...quiet, ...answered]);
  expect(first).toMatchObject({ kind: "trace.error-origin" });
  expect(first?.evidence.facts.request).toBeUndefined();
});
