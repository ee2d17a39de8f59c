import { expect, it } from "vitest";
import type { ClusterObject } from "../../../src/lab/cluster/objects.ts";
import { operationsHarmed, otherObjectsChanged, snapshotOf } from "../../../src/lab/trial/harm.ts";

const deployment = (name: string, replicas: number): ClusterObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: { replicas },
  status: { replicas: Math.floor(Math.random() * 10) },
});
const snapshot = (...objects: ClusterObject[]) => snapshotOf((type) => (type === "deployments" ? objects : []));
const uses = (operation: "cart" | "browse", fromMs: number, toMs: number, isGood: boolean) =>
  Array.from({ length: (toMs - fromMs) / 500 }, (_, i) => ({
    operation,
    atMs: fromMs + 500 * i,
    durationMs: 5,
    isGood,
  }));

it("counts an object of another workload that is meant to be different, and no change of status", () => {
  const before = snapshot(deployment("cart", 0), deployment("stock", 1), deployment("cache", 1));
  const after = snapshot(deployment("cart", 1), deployment("stock", 2), deployment("cache", 1));
  expect(otherObjectsChanged(before, after, ["cart"])).toEqual(["deployment/stock"]);
  expect(otherObjectsChanged(before, after, ["cart", "stock"])).toEqual([]);
});
it("counts an operation that was well and is missed for longer than a change takes", () => {
  const outcomes = [
    ...uses("cart", 0, 100_000, false),
    ...uses("browse", 0, 40_000, true),
    ...uses("browse", 40_000, 90_000, false),
  ];
  expect(operationsHarmed(outcomes, 30_000, 90_000)).toEqual(["browse"]);
});
it("allows a short outage while a pod is replaced", () => {
  const outcomes = [
    ...uses("browse", 0, 40_000, true),
    ...uses("browse", 40_000, 46_000, false),
    ...uses("browse", 46_000, 90_000, true),
  ];
  expect(operationsHarmed(outcomes, 30_000, 90_000)).toEqual([]);
});
