import { expect, it } from "vitest";
import { measuredEntity } from "../../src/domain/measured-entity.ts";

const POD = "cart-5d4f8c7b9-x2k4q";

it.each([
  ["OpenTelemetry", { service_name: "cart", job: "shop/cart", instance: "1f2e" }, ["cart", "service", "service_name"]],
  ["OpenTelemetry's job", { job: "shop/cart", instance: "1f2e" }, ["cart", "service", "job"]],
  ["cAdvisor", { pod: POD, container: "app", namespace: "shop", node: "n1", job: "kubelet" }, [POD, "pod", "pod"]],
  [
    "kube-state-metrics",
    { exported_pod: POD, pod: "kube-state-metrics-6b7-x", job: "kube-state-metrics" },
    [POD, "pod", "exported_pod"],
  ],
  [
    "kube-state-metrics on workloads",
    { deployment: "cart", pod: "kube-state-metrics-6b7f9c5d8-x2k4q", job: "kube-state-metrics" },
    ["cart", "service", "deployment"],
  ],
  ["node_exporter", { instance: "db02:9100", job: "node" }, ["db02", "node", "instance"]],
  [
    "istio",
    { destination_workload: "cart", source_workload: "web", pod: POD },
    ["cart", "service", "destination_workload"],
  ],
  [
    "a blackbox exporter",
    { __name__: "probe_success", job: "blackbox", instance: "https://shop.example/health" },
    ["shop.example", "probe", "instance"],
  ],
  ["Spring", { application: "cart", instance: "10.0.0.7:8080" }, ["cart", "service", "application"]],
  ["a scraped service", { job: "cart", instance: "10.0.0.7:8080" }, ["cart", "service", "job"]],
  ["Docker", { name: "shop-cart-1", instance: "10.0.0.7:8080", job: "cadvisor" }, ["shop-cart-1", "service", "name"]],
])("reads the entity of a series of %s", (_, labels, [entity, kind, label]) => {
  expect(measuredEntity(labels)).toMatchObject({ entity, kind, label });
});

it("counts a pod as a part of its workload and its service", () => {
  expect(measuredEntity({ pod: POD, app: "basket" })?.partOf).toEqual(["cart", "basket"]);
});

it("puts the labels of the configuration first", () => {
  const configured = [{ label: "team_app", kind: "service" }];
  expect(measuredEntity({ team_app: "basket", pod: POD }, configured)).toMatchObject({
    entity: "basket",
    label: "team_app",
  });
});

it("names the node behind an address", () => {
  const nodes = new Map([["10.0.0.7:9100", "node-7"]]);
  expect(measuredEntity({ instance: "10.0.0.7:9100", job: "node" }, [], nodes)).toMatchObject({
    entity: "node-7",
    kind: "node",
  });
});

it("names nothing without a label that says so", () => {
  expect(measuredEntity({ __name__: "slo:errors:ratio", quantile: "0.5" })).toBeNull();
});
