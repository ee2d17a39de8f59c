import { expect, it } from "vitest";
import { describe, events, list, pods, summariesOf, yaml } from "./tools.ts";

const DB = "db-6f5d4c3b2-h7j6k";
const waiting = pods(`${DB}  0/1  Pending  0  2m  <none>`);
const refused = (message: string, more = "") => {
  const event =
    `Warning  FailedScheduling  70s  default-scheduler  0/3 nodes are available: ${message}. ` +
    "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
  return describe("pods", DB, `Node: <none>\n${more}${events(event)}`);
};
const nodes = (status: string) =>
  list(
    "nodes",
    "NAME    STATUS                     ROLES          AGE\n" +
      "main    Ready,SchedulingDisabled   control-plane  9d\n" +
      `node-a  ${status.padEnd(26)} worker         9d\n`,
  );

it.each([
  ["1 node(s) were unschedulable, 2 Insufficient cpu", "insufficient cpu"],
  ["1 node(s) were unschedulable, 2 Insufficient memory", "insufficient memory"],
  ["1 node(s) were unschedulable, 2 Insufficient nvidia.com/gpu", "insufficient nvidia.com/gpu"],
  [
    "1 node(s) had untolerated taint {team: red}, 2 node(s) didn't match Pod's node affinity/selector",
    "an untolerated taint",
  ],
  [
    "1 node(s) were unschedulable, 2 node(s) didn't match pod anti-affinity rules",
    "pod anti-affinity forbids every node",
  ],
  [
    "1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector",
    "its node affinity matches no node",
  ],
  [
    "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) " +
      "didn't match Pod's node affinity/selector",
    "its node affinity matches no node",
  ],
])("explains %j as %j", (message, why) => {
  expect(summariesOf([waiting, refused(message), nodes("Ready")])[0]).toBe(
    `cluster.unschedulable db: no node accepts it: ${why}`,
  );
});

it("distinguishes a node selector from an affinity by the pod's specification", () => {
  expect(
    summariesOf([
      waiting,
      refused("3 node(s) didn't match Pod's node affinity/selector", "Node-Selectors:  disk=fast\n"),
      nodes("Ready"),
    ])[0],
  ).toContain("its node selector matches no node");
});

it("blames a cordon only if an ordinary node is cordoned", () => {
  const message = "2 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable";
  expect(summariesOf([waiting, refused(message), nodes("Ready,SchedulingDisabled")])[0]).toContain(
    "the nodes that it could run on are cordoned",
  );
  expect(summariesOf([waiting, refused(message), nodes("Ready")])[0]).toContain("node affinity");
});

const claim = (spec: string) =>
  yaml(
    "db",
    `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: db-data\n  namespace: shop\nspec:\n${spec}`,
  );
const unbound = refused("pod has unbound immediate PersistentVolumeClaims");
const claims = (storageClass = "") =>
  list(
    "persistentvolumeclaims",
    "NAME      STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE\n" +
      `db-data   Pending                                      ${storageClass.padEnd(14)} 2m\n`,
  );
const volumes = (status: string, owner = "") =>
  list(
    "persistentvolumes",
    "NAME     CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS      CLAIM          STORAGECLASS " +
      `  AGE\nvol-1    1Gi        RWO            Retain           ${status.padEnd(11)} ${owner.padEnd(14)} ` +
      "               2m\n",
  );

it.each([
  [
    "a claim for more than there is",
    "  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 5Gi}}\n",
    volumes("Available"),
    "",
    "its claim asks for more capacity than any volume has",
  ],
  [
    "an access mode that no volume offers",
    "  accessModes: [ReadWriteMany]\n  resources: {requests: {storage: 1Gi}}\n",
    volumes("Available"),
    "",
    "its claim asks for an access mode that no volume offers",
  ],
  [
    "a selector that fits no volume",
    "  selector: {matchLabels: {tier: gold}}\n  resources: {requests: {storage: 1Gi}}\n",
    volumes("Available"),
    "",
    "the selector of its claim matches no volume",
  ],
  [
    "a volume that another claim holds",
    "  resources: {requests: {storage: 1Gi}}\n",
    volumes("Bound", "shop/old-data"),
    "",
    "the volume for its claim is bound to another claim",
  ],
  [
    "a storage class that does not exist",
    "  resources: {requests: {storage: 1Gi}}\n",
    volumes("Available"),
    "fast",
    "its volume claim names a storage class that does not exist",
  ],
])("finds %s", (_what, spec, volume, storageClass, why) => {
  expect(summariesOf([waiting, unbound, nodes("Ready"), claims(storageClass), volume, claim(spec)])[0]).toBe(
    `cluster.unschedulable db: no node accepts it: ${why}`,
  );
});
