import { expect, it } from "vitest";
import type { Span } from "../../src/domain/telemetry.ts";
import { traceSigns } from "../../src/traces/onset-signs.ts";

const ALL = { startMs: 0, endMs: Number.POSITIVE_INFINITY };
const ONSET_MS = 50 * 60_000;
const spans = (fields: (atMs: number) => Partial<Span>): Span[] =>
  Array.from({ length: 900 }, (_, n) => ({
    traceId: `${n}`,
    spanId: `${n}`,
    parentSpanId: null,
    service: "orders",
    pod: null,
    operation: "GET /",
    startUnixNano: BigInt(n * 6000) * 1_000_000n,
    durationUs: 20_000 + ((n * 37) % 91) * 100,
    status: "OK",
    ...fields(n * 6000),
  }));

it.each([
  ["fail", spans((atMs) => (atMs >= ONSET_MS && atMs % 18_000 === 0 ? { status: "ERROR" } : {}))],
  ["take longer", spans((atMs) => (atMs >= ONSET_MS ? { durationUs: 900_000 } : {}))],
])("dates spans that begin to %s", (_, own) => {
  const signs = traceSigns(own, ALL);
  expect(signs.map(({ entity }) => entity)).toEqual(["orders"]);
  expect(Math.abs((signs[0]?.atMs ?? 0) - ONSET_MS)).toBeLessThanOrEqual(signs[0]?.stepMs ?? 0);
});

it("finds no sign in spans that stay as they were, get faster, or are few", () => {
  expect(
    traceSigns(
      spans(() => ({})),
      ALL,
    ),
  ).toEqual([]);
  expect(
    traceSigns(
      spans((atMs) => (atMs >= ONSET_MS ? { durationUs: 2_000 } : {})),
      ALL,
    ),
  ).toEqual([]);
  expect(traceSigns(spans((atMs) => (atMs >= ONSET_MS ? { durationUs: 900_000 } : {})).slice(-20), ALL)).toEqual([]);
});
