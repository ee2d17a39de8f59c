import { expect, it } from "vitest";
import { scheduler } from "../../../src/lab/cluster/controllers/scheduler.ts";

const node = { metadata: { name: "node-1" }, spec: {}, status: { allocatable: { cpu: "4", memory: "4Gi" } } };
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "market", name: "queue-1", uid: "u1" },
  spec: {
    containers: [{ name: "queue" }],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "queue-data" } }],
  },
  status: { phase: "Pending" },
};
const sync = (claims: object[]) => {
  const objects: Record<string, object[]> = { pods: [pod], nodes: [node], persistentvolumeclaims: claims };
  return JSON.stringify(scheduler.sync({ nowMs: 0, list: (type: string) => objects[type] ?? [] } as never));
};

it("keeps a pod waiting whose claim does not exist, in the words of the real scheduler", () => {
  expect(sync([])).toContain('0/1 nodes are available: persistentvolumeclaim \\"queue-data\\" not found.');
  expect(sync([{ metadata: { namespace: "other", name: "queue-data" } }])).toContain("not found");
});

it("places the pod once the claim is there", () => {
  expect(sync([{ metadata: { namespace: "market", name: "queue-data" } }])).toContain('"nodeName":"node-1"');
});
