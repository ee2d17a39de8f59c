import { expect, it } from "vitest";
import { agent, describe, events, findingsOf, list, pods, summariesOf } from "./tools.ts";

const CART = "cart-5d8f7c6b9-x2k4q";

it("finds nothing in a healthy cluster", () => {
  expect(
    summariesOf([
      pods(
        `${CART}  1/1  Running  0  3d  node-a`,
        "web-7c9d8f6b5-q8w7e  2/2  Running  4 (9d ago)  40d  node-b",
        "migrate-abcde  0/1  Completed  0  3d  node-a",
      ),
      list("deployments", "NAME  READY  UP-TO-DATE  AVAILABLE  AGE\ncart  1/1    1           1          3d\n"),
    ]),
  ).toEqual([]);
});

it("reports a crash loop with its restarts", () => {
  const { findings } = findingsOf([pods(`${CART}  0/1  CrashLoopBackOff  5 (20s ago)  4m  node-a`)]);
  expect(findings[0]).toMatchObject({
    kind: "cluster.crash-loop",
    entity: { id: "cart", kind: "service" },
    summary: "cart: crash-looping, restarted 5 times",
    evidence: { facts: { pod: CART, restarts: 5 } },
  });
});

it("names a pod's program as the vocabulary does", () => {
  const { findings } = findingsOf(
    [pods(`${CART}  0/1  CrashLoopBackOff  5 (20s ago)  4m  node-a`)],
    ["app/cart", "node/cart"],
  );
  expect(findings[0]?.entity).toEqual({ id: "app/cart", kind: "app" });
});

it.each([
  [
    "a tag that the registry lacks",
    'Failed to pull image "r.example/cart:9": rpc error: code = NotFound desc = r.example/cart:9: not found',
    "the image does not exist",
  ],
  [
    "a registry that demands credentials",
    'Failed to pull image "r.example/cart:1": failed to authorize: failed to fetch anonymous token: 401 Unauthorized',
    "the registry rejects the credentials, or the pull secret is missing",
  ],
  [
    "a registry whose name does not resolve",
    'Failed to pull image "r.example/cart:1": dial tcp: lookup r.example on 10.0.0.2:53: no such host',
    "the registry's name does not resolve",
  ],
])("finds %s as the reason why an image cannot be pulled", (_what, message, why) => {
  const answers = [
    pods(`${CART}  0/1  ImagePullBackOff  0  2m  node-a`),
    describe("pods", CART, events(`Warning  Failed  9s (x3 over 2m)  kubelet  ${message}`)),
  ];
  expect(summariesOf(answers)[0]).toBe(`cluster.image-pull cart: an image cannot be pulled: ${why}`);
});

it("reports the memory limit of a killed container", () => {
  const answers = [
    pods(`${CART}  0/1  CrashLoopBackOff  3 (9s ago)  2m  node-a`),
    describe(
      "pods",
      CART,
      "Containers:\n  main:\n    State:          Waiting\n      Reason:       CrashLoopBackOff\n" +
        "    Last State:     Terminated\n      Reason:       OOMKilled\n      Exit Code:    137\n" +
        "    Limits:\n      cpu:     1\n      memory:  64Mi\n",
    ),
  ];
  expect(findingsOf(answers).findings[0]).toMatchObject({
    kind: "cluster.out-of-memory",
    evidence: { facts: { limit: "64Mi" } },
  });
});

it("names the missing secret", () => {
  const answers = [
    pods(`${CART}  0/1  CreateContainerConfigError  0  2m  node-a`),
    describe("pods", CART, events('Warning  Failed  9s (x9 over 2m)  kubelet  Error: secret "cart-db" not found')),
  ];
  expect(findingsOf(answers).findings[0]).toMatchObject({
    summary: "cart: needs a secret that does not exist",
    evidence: { facts: { missing: "cart-db" } },
  });
});

it("blames the node for unready pods on a failed node", () => {
  const answers = [
    pods(`${CART}  0/1  ContainerCreating  0  2m  node-a`),
    list("nodes", "NAME    STATUS    ROLES   AGE\nnode-a  NotReady  worker  9d\n"),
    agent("node-a", "containerd", "inactive (dead)"),
    agent("node-a", "kubelet", "active (running)"),
  ];
  const { findings } = findingsOf(answers);
  expect(findings.map(({ entity, strength }) => [entity.id, strength])).toEqual([
    ["node-a", 6],
    ["node-a", 5],
    ["cart", 1],
  ]);
  expect(findings[0]?.summary).toBe("node-a: containerd is not running");
});

it("blames the scheduler for pending pods without a recorded reason", () => {
  const { findings } = findingsOf([
    pods(`${CART}  0/1  Pending  0  2m  <none>`),
    describe("pods", CART, "Node: <none>\nEvents: <none>\n"),
    agent("node-a", "kube-scheduler", "failed (Result: exit-code)"),
  ]);
  expect(findings[0]?.entity.id).toBe("node-a");
  expect(findings.filter(({ entity }) => entity.id === "cart").every(({ strength }) => strength <= 1)).toBe(true);
});

it("treats a few past attempts at the start as a hint at most", () => {
  expect(
    findingsOf([pods(`${CART}  1/1  Running  2 (20m ago)  21m  node-a`)]).findings.map(({ strength }) => strength),
  ).toEqual([0.2]);
});

it("reads a row off its columns, and skips a meaningless one", () => {
  const table =
    "NAME   READY   STATUS   RESTARTS   AGE\n" +
    "cart-with-a-very-long-name-5d8f7c6b9-x2k4q  0/1  CrashLoopBackOff  3  2m\n" +
    "what-is-this-line-even-about\n";
  expect(summariesOf([list("pods", table)])[0]).toBe(
    "cluster.crash-loop cart-with-a-very-long-name: crash-looping, restarted 3 times",
  );
});

it.each([
  [
    "a daemon set",
    list(
      "daemonsets",
      "NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   AGE\n" +
        "agent   3         3         3       3            3           9d\n",
    ),
  ],
  [
    "a stateful set, described",
    describe("statefulsets", "db", "Replicas: 3 desired | 3 total\nPods Status: 3 Running\n"),
  ],
  ["a workload without reported replicas", describe("deployments", "cart", "Selector: app=cart\n")],
])("does not take %s for scaled to zero", (_what, answer) => {
  expect(summariesOf([answer])).toEqual([]);
});
