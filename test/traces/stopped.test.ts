import { expect, it } from "vitest";
import type { Span } from "../../src/domain/telemetry.ts";
import { traceFindings } from "../../src/traces/findings.ts";
import { anIncident } from "../fakes.ts";

const ALARM_MS = 1_000_000;
const incident = anIncident({ alarmAtMs: ALARM_MS });
const span = (traceId: string, spanId: string, parentSpanId: string | null, service: string, atMs: number): Span => ({
  traceId,
  spanId,
  parentSpanId,
  service,
  pod: null,
  operation: `${service} work`,
  startUnixNano: BigInt(atMs) * 1_000_000n,
  durationUs: 1000,
  status: "OK",
});
/** Each second from 100 s before the alarm on: `caller` starts work and calls the queue, until `untilS`. */
const calls = (caller: string, untilS: number, everyS = 1): Span[] =>
  Array.from({ length: Math.ceil((untilS + 100) / everyS) }, (_, n) => {
    const [id, atMs] = [`${caller}${n}`, ALARM_MS - 100_000 + n * everyS * 1000];
    return [
      span(id, "a", null, caller, atMs),
      span(id, "b", "a", caller, atMs + 1),
      span(id, "c", "b", "queue", atMs + 2),
    ];
  }).flat();
const stopped = (...spans: Span[][]) =>
  traceFindings({ own: spans.flat(), shared: [], incident, connector: "files", query: "traces" }).findings.filter(
    ({ kind }) => kind === "trace.stopped-work",
  );

it("reports a program that stops the work that it started by itself", () => {
  const [found, ...more] = stopped(calls("shop", 60), calls("packer", 5));
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    entity: { id: "packer" },
    peer: "queue",
    evidence: { facts: { operation: "packer work", count_before: 100 } },
  });
  expect(found?.evidence.facts.silent_seconds).toBeCloseTo(55, 0);
});

it("reports nothing if the spans of everybody end", () => {
  expect(stopped(calls("shop", 5), calls("packer", 5))).toEqual([]);
});

it("reports nothing of a program whose pauses are usual, or whose newest spans may be on their way", () => {
  expect(stopped(calls("shop", 60), calls("packer", 20, 20))).toEqual([]);
  expect(stopped(calls("shop", 60), calls("packer", 53))).toEqual([]);
});

it("reports nothing of a program that still looks for work and finds none", () => {
  const idle = Array.from({ length: 60 }, (_, n) => span(`idle${n}`, "a", null, "packer", ALARM_MS + n * 1000));
  expect(stopped(calls("shop", 60), calls("packer", 5), idle)).toEqual([]);
});
