import { expect, it } from "vitest";
import { entitiesInScope } from "../../src/telemetry/plan.ts";

const topology = {
  nodes: [],
  edges: [
    ...[
      ["shop", "jobs"],
      ["packer", "jobs"],
      ["packer", "post"],
      ["post", "maps"],
      ["web", "shop"],
    ].map(([from = "", to = ""]) => ({ from, to, kind: "calls" as const })),
    { from: "jobs-1", to: "jobs", kind: "member_of" as const },
  ],
};
const inScope = (entity: string) => entitiesInScope({ entry: entity, target: null }, [], topology);

it("includes who calls an entity that calls nothing itself, and what these call", () => {
  expect(inScope("jobs")).toEqual(["jobs", "jobs-1", "packer", "post", "shop"]);
  expect(inScope("jobs-1")).toEqual(["jobs", "jobs-1", "packer", "post", "shop"]);
});

it("goes down only from an entity with calls of its own", () => {
  expect(inScope("shop")).toEqual(["jobs", "jobs-1", "shop"]);
});
