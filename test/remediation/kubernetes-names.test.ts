import { expect, it } from "vitest";
import { kubernetesNames } from "../../src/remediation/kubernetes-names.ts";

const nothing = { namespace: null, workload: null, pod: null, node: null };

it.each([
  ["orders", "service", { workload: "deployment/orders" }],
  ["orders", "unknown", { workload: "deployment/orders" }],
  ["orders-db", "database", { workload: "statefulset/orders-db" }],
  ["orders-5f6585d649-fnmft", "pod", { workload: "deployment/orders", pod: "pod/orders-5f6585d649-fnmft" }],
  ["orders-db-0", "pod", { workload: "statefulset/orders-db", pod: "pod/orders-db-0" }],
  ["front-checkout-proxy", "pod", { pod: "pod/front-checkout-proxy" }],
  ["n1.example.org", "node", { node: "node/n1.example.org" }],
  ["shop/Deployment/orders", "Deployment", { namespace: "shop", workload: "deployment/orders" }],
  ["shop/DaemonSet/agent", "app", { namespace: "shop", workload: "daemonset/agent" }],
  ["shop/Service/orders", "service", { namespace: "shop", workload: "deployment/orders" }],
  ["shop/Pod/orders-db-0", "pod", { namespace: "shop", workload: "statefulset/orders-db", pod: "pod/orders-db-0" }],
  ["shop/ConfigMap/settings", "configmap", { namespace: "shop" }],
  ["api.vendor.example", "external", {}],
  ["shop", "namespace", {}],
  ["Orders", "service", {}],
  ["-orders", "service", {}],
  ["../orders", "service", {}],
  ["Shop/Deployment/orders", "service", {}],
  ["a".repeat(254), "service", {}],
])("calls %s (%s) %j", (id, kind, names) => {
  expect(kubernetesNames({ id, kind })).toEqual({ ...nothing, ...names });
});
