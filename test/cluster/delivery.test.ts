import { expect, it } from "vitest";
import { deliveryOf } from "../../src/cluster/delivery.ts";

it.each<[string, Record<string, string>, Record<string, string>, ReturnType<typeof deliveryOf>]>([
  [
    "Argo CD's tracking id",
    {},
    { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:prod/cart" },
    { tool: "Argo CD", source: "shop" },
  ],
  [
    "Argo CD's label, on an object of a chart",
    { "argocd.argoproj.io/instance": "shop", "app.kubernetes.io/managed-by": "Helm" },
    {},
    { tool: "Argo CD", source: "shop" },
  ],
  ["Flux's kustomization", { "kustomize.toolkit.fluxcd.io/name": "apps" }, {}, { tool: "Flux", source: "apps" }],
  [
    "Flux's release",
    { "helm.toolkit.fluxcd.io/name": "cart" },
    { "meta.helm.sh/release-name": "cart" },
    { tool: "Flux", source: "cart" },
  ],
  [
    "a release of Helm",
    { "app.kubernetes.io/managed-by": "Helm" },
    { "meta.helm.sh/release-name": "cart" },
    { tool: "Helm", source: "cart" },
  ],
  ["nobody", { "app.kubernetes.io/instance": "cart" }, {}, null],
])("reads %s", (_, labels, annotations, delivery) => {
  expect(deliveryOf({ labels, annotations })).toEqual(delivery);
});
