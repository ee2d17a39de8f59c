import { expect, it } from "vitest";
import { Topology } from "../../src/domain/telemetry.ts";
import { joinTopology } from "../../src/topology/join.ts";

const part = (edges: object[]): Topology => Topology.parse({ nodes: [], edges });
const seen = (by: string, atMs: number | null) => [{ by, atMs }];

it("keeps who observed an edge, with the latest time of each", () => {
  const { edges } = joinTopology([
    part([{ from: "web", to: "cart", seen: seen("spans of otlp", 5) }]),
    part([
      { from: "web", to: "cart", seen: seen("spans of otlp", 9) },
      { from: "web", to: "cart", seen: seen("metrics of prometheus", null) },
    ]),
    part([{ from: "web", to: "pay" }]),
  ]);
  expect(edges).toEqual([
    {
      from: "web",
      to: "cart",
      kind: "calls",
      seen: [...seen("metrics of prometheus", null), ...seen("spans of otlp", 9)],
    },
    { from: "web", to: "pay", kind: "calls" },
  ]);
});

it("removes the edges that a person denies, wherever they were observed", () => {
  const { edges } = joinTopology([
    part([
      { from: "web", to: "cart", seen: seen("spans", 5) },
      { from: "web", to: "pay" },
    ]),
    part([{ from: "web", to: "cart", kind: "none" }]),
  ]);
  expect(edges.map(({ to }) => to)).toEqual(["pay"]);
});
