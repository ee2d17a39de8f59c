import { expect, it } from "vitest";
import { clusterFindings } from "../../src/cluster/findings.ts";
import { readState } from "../../src/cluster/read-state.ts";
import type { ClusterAnswer } from "../../src/domain/telemetry.ts";
import { describe, incidentOf, list, summariesOf } from "./tools.ts";

const pod = (name: string, text: string): ClusterAnswer => describe("pods", name, text);
const podOf = (answers: readonly ClusterAnswer[], at: string | null = null) =>
  readState(answers, at === null ? null : Date.parse(at)).pods[0];

const CRASHING = `Controlled By:  ReplicaSet/ledger-849ffcf9c7
Status:           Running
Containers:
  ledger:
    Image:          registry.example/ledger:4
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    1
      Started:      Sat, 14 Mar 2026 09:43:58 +0000
      Finished:     Sat, 14 Mar 2026 09:44:10 +0000
    Ready:          False
    Restart Count:  12
  istio-proxy:
    Image:          istio/proxyv2:1.24
    State:          Running
      Started:      Sat, 14 Mar 2026 08:00:00 +0000
    Ready:          True
    Restart Count:  0
Events:
  Type     Reason   Age                    From                    Message
  ----     ------   ----                   ----                    -------
  Warning  BackOff  4m2s (x91 over 24m)    kubelet, ip-10-0-3-7    Back-off restarting failed container ledger in pod
`;

it("reads restarts, the ready containers and the age of the last restart from a description", () => {
  expect(podOf([pod("ledger-849ffcf9c7-wbmvz", CRASHING)], "2026-03-14T09:49:10Z")).toMatchObject({
    workload: "ledger",
    status: "CrashLoopBackOff",
    restarts: 12,
    restartedAgoS: 300,
    ready: 1,
    total: 2,
  });
});

it("names the crashing container, and reads an event whose sender has a node beside it", () => {
  const { findings } = clusterFindings({
    answers: [pod("ledger-849ffcf9c7-wbmvz", CRASHING)],
    incident: incidentOf(),
    connector: "test",
    query: "",
  });
  const found = findings.find(({ kind }) => kind === "cluster.crash-loop");
  expect(found?.summary).toBe("ledger: crash-looping, restarted 12 times");
  expect(found?.evidence.facts).toMatchObject({ container: "ledger", exit_code: 1, restarts: 12 });
  expect(podOf([pod("ledger-849ffcf9c7-wbmvz", CRASHING)])?.events[0]?.message).toMatch(/^Back-off restarting/);
});

it("keeps the name of a pod that nothing controls, with its restarts and its reason", () => {
  const text = [
    "Status:           Running",
    "Containers:",
    "  exporter:",
    "    State:          Waiting",
    "      Reason:       CrashLoopBackOff",
    "    Last State:     Terminated",
    "      Reason:       OOMKilled",
    "      Exit Code:    137",
    "    Ready:          False",
    "    Restart Count:  63",
  ].join("\n");
  expect(summariesOf([pod("logging-agent", text)])).toEqual([
    "cluster.out-of-memory logging-agent: killed because it ran out of memory",
    "cluster.crash-loop logging-agent: crash-looping, restarted 63 times",
    "cluster.not-ready logging-agent: 0 of 1 containers ready, CrashLoopBackOff",
  ]);
});

it.each([
  ["a bare pod whose last word has five letters", "data-proxy", "", "data-proxy"],
  ["a bare pod with a number", "worker-2", "", "worker-2"],
  ["a pod of a stateful set", "orders-db-0", "Controlled By:  StatefulSet/orders-db\n", "orders-db"],
  ["a pod of a daemon set", "node-agent-x7k2p", "Controlled By:  DaemonSet/node-agent\n", "node-agent"],
  ["a pod of a cron job", "nightly-29028480-hx4fz", "Controlled By:  Job/nightly-29028480\n", "nightly"],
  ["a pod of a job", "migrate-v2-kq7fd", "Controlled By:  Job/migrate-v2\n", "migrate-v2"],
  ["a pod with a hash of letters", "web-bhlhgskvqf-npzsc", "Controlled By:  ReplicaSet/web-bhlhgskvqf\n", "web"],
])("reads the workload of %s", (_what, name, owner, workload) => {
  expect(podOf([pod(name, `${owner}Status:  Running\n`)])?.workload).toBe(workload);
});

it("leaves a healthy pod alone whose description shows old restarts", () => {
  const healthy = `Controlled By:  StatefulSet/cache
Start Time:       Mon, 02 Mar 2026 06:00:00 +0000
Status:           Running
Containers:
  redis:
    State:          Running
      Started:      Tue, 10 Mar 2026 06:00:00 +0000
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Finished:     Tue, 10 Mar 2026 05:59:58 +0000
    Ready:          True
    Restart Count:  1
`;
  const found = clusterFindings({
    answers: [pod("cache-0", healthy)],
    incident: { ...incidentOf(), alarmAtMs: Date.parse("2026-03-14T10:00:00Z") },
    connector: "test",
    query: "",
  });
  expect(found.findings).toEqual([]);
});

it("reports memory that ran out a few minutes ago, though the pod is ready again", () => {
  const restarted = `Controlled By:  StatefulSet/cache
Status:           Running
Containers:
  redis:
    State:          Running
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Finished:     Sat, 14 Mar 2026 10:57:00 +0100
    Ready:          True
    Restart Count:  3
`;
  const { findings } = clusterFindings({
    answers: [pod("cache-0", restarted)],
    incident: { ...incidentOf(), alarmAtMs: Date.parse("2026-03-14T10:00:00Z") },
    connector: "test",
    query: "",
  });
  expect(findings.map(({ kind }) => kind)).toEqual(["cluster.out-of-memory", "cluster.restarting"]);
});

it.each([
  ["Init:CrashLoopBackOff", "Waiting", "CrashLoopBackOff"],
  ["Init:Error", "Terminated", "Error"],
])("reads the state %s of an init container", (status, state, reason) => {
  const text = `Controlled By:  ReplicaSet/shop-5d8f7c6b9
Status:           Pending
Init Containers:
  wait-for-db:
    State:          ${state}
      Reason:       ${reason}
    Ready:          False
    Restart Count:  7
Containers:
  shop:
    State:          Waiting
      Reason:       PodInitializing
    Ready:          False
    Restart Count:  0
`;
  expect(podOf([pod("shop-5d8f7c6b9-x2k4q", text)])).toMatchObject({ status, restarts: 7, ready: 0, total: 1 });
});

it("reads an evicted pod", () => {
  const text =
    "Status:           Failed\nReason:           Evicted\nMessage:          The node was low on resource: memory.\n";
  expect(podOf([pod("web-5d8f7c6b9-x2k4q", text)])?.status).toBe("Evicted");
});

it("reads the descriptions of several pods in one answer", () => {
  const text = ["web-0", "web-1"]
    .map(
      (name) =>
        `Name:             ${name}\nNamespace:        shop\nStatus:           Running\nEvents:           <none>\n`,
    )
    .join("\n\n");
  const answer = { tool: "DescribeResource", args: { resource_type: "pods", namespace: "shop" }, text };
  expect(readState([answer]).pods.map(({ name, namespace }) => [name, namespace])).toEqual([
    ["web-0", "shop"],
    ["web-1", "shop"],
  ]);
});

it("reads pods of a wide list, with restarts, age and node", () => {
  const text =
    "NAME                    READY   STATUS             RESTARTS       AGE   IP            NODE     " +
    "  NOMINATED NODE   READINESS GATES\n" +
    "ledger-849ffcf9c7-wb2vz 0/1     CrashLoopBackOff   63 (2m ago)    5h    10.244.1.12   worker-1 " +
    "  <none>           <none>\n";
  expect(podOf([list("pods", text, { output_wide: true })])).toMatchObject({
    workload: "ledger",
    restarts: 63,
    restartedAgoS: 120,
    ageS: 18_000,
    node: "worker-1",
  });
});

it.each([
  [
    "one namespace",
    "2m (x5 over 9m)    Warning   BackOff   pod/ledger-849ffcf9c7-wb2vz   Back-off restarting failed container",
  ],
  [
    "all namespaces",
    "shop   2m   Warning   BackOff   pod/ledger-849ffcf9c7-wb2vz   Back-off restarting failed container",
  ],
  [
    "a wide list",
    "LAST SEEN   TYPE      REASON    OBJECT                        SUBOBJECT                 SOURCE     " +
      "         MESSAGE                                 FIRST SEEN   COUNT   NAME\n" +
      "2m          Warning   BackOff   pod/ledger-849ffcf9c7-wb2vz   spec.containers{ledger}   kubelet, " +
      "worker-1   Back-off restarting failed container   9m           5       ledger.17f",
  ],
])("reads events of %s", (_what, text) => {
  const pods = list(
    "pods",
    "NAME                      READY   STATUS   RESTARTS   AGE\nledger-849ffcf9c7-wb2vz   0/1     " +
      "Error    4          5m\n",
  );
  expect(podOf([pods, list("events", text)])?.events).toEqual([
    expect.objectContaining({
      reason: "BackOff",
      warning: true,
      message: "Back-off restarting failed container",
      ageS: 120,
    }),
  ]);
});

it.each([
  [
    "MemoryPressure   True    Sat, 14 Mar 2026 09:40:00 +0000   Sat, 14 Mar 2026 09:38:00 +0000   " +
      "KubeletHasInsufficientMemory   kubelet has insufficient memory available",
    "MemoryPressure",
  ],
  [
    "DiskPressure     True    Sat, 14 Mar 2026 09:40:00 +0000   Sat, 14 Mar 2026 09:38:00 +0000   " +
      "KubeletHasDiskPressure   kubelet has disk pressure",
    "DiskPressure",
  ],
  [
    "Ready            Unknown Sat, 14 Mar 2026 09:40:00 +0000   Sat, 14 Mar 2026 09:38:00 +0000   " +
      "NodeStatusUnknown   Kubelet stopped posting node status.",
    "not ready, its kubelet does not report",
  ],
  [
    "StorageReady     False   Sat, 14 Mar 2026 09:40:00 +0000   Sat, 14 Mar 2026 09:38:00 +0000   " +
      "StorageIsNotReady   xfs errors",
    "StorageReady",
  ],
])("reads the node condition %s", (line, what) => {
  const text = `Roles:  <none>\nConditions:\n  Type             Status  LastHeartbeatTime\n  ----             ------  -----\n  ${line}\n`;
  expect(summariesOf([describe("nodes", "worker-1", text)])).toEqual([`cluster.node-trouble worker-1: ${what}`]);
});

it("reads a condition of readiness that holds as healthy", () => {
  const text =
    "Roles:  <none>\nConditions:\n  Type           Status  Heartbeat\n" +
    "  NetworkingReady  True  now  now  NetworkingIsReady  Monitoring for the Networking system is active\n";
  expect(summariesOf([describe("nodes", "worker-1", text)])).toEqual([]);
});
