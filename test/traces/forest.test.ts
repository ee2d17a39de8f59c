import { expect, it } from "vitest";
import type { Span } from "../../src/domain/telemetry.ts";
import { SEVERAL, spanForest } from "../../src/traces/forest.ts";
import { topologyOfSpans } from "../../src/traces/topology.ts";

/** A span of trace t, times in milliseconds. */
export const span = (
  id: string,
  parent: string | null,
  service: string,
  startMs: number,
  endMs: number,
  extra: Partial<Span> = {},
): Span => ({
  traceId: "t",
  spanId: id,
  parentSpanId: parent,
  service,
  pod: null,
  operation: `${service} op`,
  startUnixNano: BigInt(startMs) * 1_000_000n,
  durationUs: (endMs - startMs) * 1000,
  status: "",
  ...extra,
});

it("subtracts the union of the children from a span's time", () => {
  const { selfUs } = spanForest([
    span("a", null, "web", 0, 100),
    span("b", "a", "web", 10, 40),
    span("c", "a", "web", 30, 50),
  ]);
  expect([...selfUs]).toEqual([60_000, 30_000, 20_000]);
});

it("clips a child to its parent, because clocks differ", () => {
  const { selfUs } = spanForest([span("a", null, "web", 0, 100), span("b", "a", "cart", -20, 10)]);
  expect(selfUs[0]).toBe(90_000);
});

it("covers a parent for as long as anything below its child lasts", () => {
  const { selfUs } = spanForest([
    span("a", null, "web", 0, 100),
    span("b", "a", "web", 10, 20),
    span("c", "b", "cart", 12, 90),
  ]);
  expect(selfUs[0]).toBe(20_000);
});

it("subtracts a call that runs parallel to its reactive handler from the handler's time", () => {
  const { selfUs, below } = spanForest([
    span("root", null, "web", 0, 100),
    span("handler", "root", "web", 0, 100),
    span("client", "root", "web", 5, 95),
    span("server", "client", "cart", 6, 94),
  ]);
  expect(selfUs[1]).toBe(10_000);
  expect(below[1]).toBe("cart");
});

it("finds the callee of a client span, and the services below the spans above it", () => {
  const { callee, below } = spanForest([
    span("a", null, "web", 0, 100),
    span("b", "a", "web", 0, 40),
    span("c", "b", "cart", 1, 39),
    span("d", "a", "web", 50, 90),
    span("e", "d", "stock", 51, 89),
  ]);
  expect(callee).toEqual([null, "cart", null, "stock", null]);
  expect(below[0]).toBe(SEVERAL);
});

it("handles orphans, a span that is its own parent, and a circle", () => {
  const { parent, selfUs } = spanForest([
    span("a", "gone", "web", 0, 10),
    span("b", "b", "web", 0, 10),
    span("c", "d", "web", 0, 10),
    span("d", "c", "web", 0, 10),
  ]);
  expect([...parent].filter((at) => at === -1)).toHaveLength(3);
  expect([...selfUs].every((us) => us >= 0)).toBe(true);
});

it("distinguishes nanoseconds that a double would merge", () => {
  const at = 1_674_981_742_383_150_913n;
  const { selfUs } = spanForest([
    { ...span("a", null, "web", 0, 1), startUnixNano: at, durationUs: 2 },
    { ...span("b", "a", "web", 0, 1), startUnixNano: at + 1000n, durationUs: 1 },
  ]);
  expect(selfUs[0]).toBe(1);
});

it("derives each service, pod and call once", () => {
  const forest = spanForest([
    span("a", null, "web", 0, 100, { pod: "web-1" }),
    span("b", "a", "cart", 1, 40, { pod: "cart-1" }),
    span("c", "a", "cart", 50, 90, { pod: "cart-1" }),
  ]);
  expect(topologyOfSpans(forest)).toEqual({
    nodes: [
      { id: "cart", kind: "service" },
      { id: "cart-1", kind: "pod" },
      { id: "web", kind: "service" },
      { id: "web-1", kind: "pod" },
    ],
    edges: [
      { from: "web", to: "cart", kind: "calls" },
      { from: "cart-1", to: "cart", kind: "member_of" },
      { from: "web-1", to: "web", kind: "member_of" },
    ],
  });
});
