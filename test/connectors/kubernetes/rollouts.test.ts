import { expect, it } from "vitest";
import { rolloutChanges } from "../../../src/connectors/kubernetes/rollouts.ts";

const replicaSet = (number: number, template: object) => ({
  metadata: {
    name: `store-${number}`,
    namespace: "shop",
    creationTimestamp: `2026-01-01T10:0${number}:00Z`,
    annotations: { "deployment.kubernetes.io/revision": String(number) },
    ownerReferences: [{ kind: "Deployment", name: "store" }],
  },
  spec: { template: { spec: { containers: [{ name: "store", image: "store:1" }] }, ...template } },
});
const second = (template: object): string | null | undefined =>
  rolloutChanges({
    deployments: [],
    controllerrevisions: [],
    replicasets: [replicaSet(1, { metadata: { labels: { app: "store" } } }), replicaSet(2, template)],
  })[1]?.summary;
const annotated = (annotations: Record<string, string>) => ({ metadata: { labels: { app: "store" }, annotations } });

it("calls the first restart of a workload a restart", () => {
  expect(second(annotated({ "kubectl.kubernetes.io/restartedAt": "2026-01-01T10:02:00Z" }))).toBe("restarted");
});

it("names another first annotation", () => {
  expect(second(annotated({ "example.com/checksum": "1", "kubectl.kubernetes.io/restartedAt": "x" }))).toMatch(
    /^changed: metadata\.annotations\.example\.com\/checksum/,
  );
});
