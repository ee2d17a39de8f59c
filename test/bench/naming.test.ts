import { expect, it } from "vitest";
import { labelOf } from "../../src/bench/labels.ts";
import { vocabularyKind, vocabularyNames } from "../../src/bench/naming.ts";

const names = (entity: string, entities: string[], entityKind = "service") =>
  vocabularyNames({ entity, entityKind }, { entities });

it("prefers the same name", () => {
  expect(names("stock", ["app/stock", "stock"])).toEqual(["stock"]);
});
it("finds a name with a kind in it, the same kind first", () => {
  expect(names("stock", ["app/stock"])).toEqual(["app/stock"]);
  expect(names("worker-01", ["app/worker-01", "node/worker-01"], "node")).toEqual(["node/worker-01"]);
  expect(names("shop/Deployment/stock", ["app/stock"])).toEqual(["app/stock"]);
});
it("maps a pod to its workload", () => {
  expect(names("stock-6d4cf56db6-x2x9k", ["app/stock"], "pod")).toEqual(["app/stock"]);
  expect(names("stock-0", ["stock"], "pod")).toEqual(["stock"]);
});
it("maps a workload to its instances when only those are listed", () => {
  expect(names("stock", ["stock-0", "stock-1", "stock-db-0"])).toEqual(["stock-0", "stock-1"]);
});
it("finds nothing for an entity that the vocabulary does not list", () => {
  expect(names("mail", ["app/stock"])).toEqual([]);
});
it("reads the kind from the name, or from a vocabulary with one kind", () => {
  expect(vocabularyKind("app/stock", "service", { entityKinds: ["app", "node"] })).toBe("app");
  expect(vocabularyKind("stock", "service", { entityKinds: ["pod"] })).toBe("pod");
  expect(vocabularyKind("stock", "service", { entityKinds: ["service", "pod"] })).toBe("service");
});

const labels = (...causes: [id: string, description: string, target?: string][]) => ({
  causes: causes.map(([id, description, target = null]) => ({ id, description, target })),
});

it("keeps the id of the card when the vocabulary lists no causes", () => {
  expect(labelOf("network_delay", "service", { causes: [] })).toBe("network_delay");
});
it("finds a label by id, in any spelling, and by description", () => {
  expect(labelOf("network_delay", "service", labels(["Network-Delay", ""]))).toBe("Network-Delay");
  expect(labelOf("disk_full", "node", labels(["f7", "node disk space consumption"]))).toBe("f7");
});
it("gives no label when none means the cause, or none applies to the kind", () => {
  expect(labelOf("network_delay", "service", labels(["cpu", ""]))).toBeNull();
  expect(labelOf("network_delay", "service", labels(["network-delay", "", "node"]))).toBeNull();
  expect(labelOf("network_delay", "pod", labels(["network-delay", "", "service|pod"]))).toBe("network-delay");
});
it("chooses among special cases of one cause by the words of the evidence", () => {
  const list = labels(
    ["node_affinity_mismatch", "node affinity configuration mismatch"],
    ["taint_toleration_mismatch", "taint and toleration mismatch"],
  );
  expect(labelOf("unschedulable", "app", list, "0/4 nodes are available: 3 node(s) had untolerated taint {x: y}")).toBe(
    "taint_toleration_mismatch",
  );
  expect(labelOf("unschedulable", "app", list, "3 nodes did not match Pod's node affinity")).toBe(
    "node_affinity_mismatch",
  );
});
