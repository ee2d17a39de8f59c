import { expect, it } from "vitest";
import type { ClusterAnswer } from "../../src/domain/telemetry.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import {
  ago,
  condition,
  deployment,
  ended,
  endpoints,
  event,
  node,
  object,
  pod,
  read,
  running,
  service,
  waiting,
} from "./api-objects.ts";
import { findingsOf, incidentOf } from "./tools.ts";

const P = "cart-5d8f7c6b9-x2k4q";
const Q = "cart-7c9d8b5f4-m7w2d";
const young = { metadata: { creationTimestamp: ago(0.3), labels: { app: "cart" } } };
const done = object("Pod", "report-29012345-abcde", {
  metadata: {
    ownerReferences: [{ kind: "Job", name: "report-29012345", controller: true }],
    creationTimestamp: ago(30),
  },
  spec: { nodeName: "node-a", containers: [{ name: "report" }] },
  status: {
    phase: "Succeeded",
    containerStatuses: [{ name: "report", ready: false, restartCount: 0, state: ended("Completed", 0, 20) }],
  },
});
const starting = pod(Q, {
  ...young,
  status: { phase: "Pending", containerStatuses: [waiting("cart", "ContainerCreating")] },
});
const hpa = (status: object) =>
  object("HorizontalPodAutoscaler", "cart", {
    spec: { minReplicas: 1, maxReplicas: 4, scaleTargetRef: { kind: "Deployment", name: "cart" } },
    status,
  });

/** States that a healthy cluster has every day. */
const healthy: readonly (readonly [string, readonly ClusterAnswer[]])[] = [
  ["nothing at all", []],
  [
    "a ready deployment behind a Service",
    read([deployment("cart", 1, 1), pod(P), service("cart"), endpoints("cart", true), node("node-a")]),
  ],
  ["a deployment that was scaled to zero on purpose", read([deployment("batch", 0, 0), node("node-a")])],
  [
    "a Service of a deployment that was scaled to zero on purpose",
    read([
      deployment("batch", 0, 0),
      service("batch-api", { selector: { app: "batch" } }),
      endpoints("batch-api", null),
    ]),
  ],
  [
    "a completed job",
    read([
      object("Job", "report-29012345", { status: { succeeded: 1, conditions: [condition("Complete", "True", "")] } }),
      done,
    ]),
  ],
  [
    "a job that succeeded at its third attempt",
    read([
      object("Job", "report-29012345", {
        status: { succeeded: 1, failed: 2, completionTime: ago(3), conditions: [condition("Complete", "True", "")] },
      }),
      done,
    ]),
  ],
  [
    "a suspended cron job",
    read([object("CronJob", "report", { spec: { suspend: true, schedule: "@daily" }, status: {} })]),
  ],
  [
    "a rolling update in progress",
    read([
      deployment("cart", 2, 2, {
        status: {
          replicas: 3,
          updatedReplicas: 1,
          conditions: [condition("Progressing", "True", "ReplicaSetUpdated", "", 0)],
        },
      }),
      pod(P),
      starting,
    ]),
  ],
  [
    "a pod that is being replaced",
    read([deployment("cart", 1, 1), pod(Q), pod(P, { metadata: { deletionTimestamp: ago(-0.5) } })]),
  ],
  [
    "an autoscaler at its minimum",
    read([
      hpa({
        currentReplicas: 1,
        desiredReplicas: 1,
        conditions: [
          condition("AbleToScale", "True", "ReadyForNewScale"),
          condition("ScalingActive", "True", "ValidMetricFound"),
          condition("ScalingLimited", "True", "TooFewReplicas"),
        ],
      }),
      deployment("cart", 1, 1),
      pod(P),
    ]),
  ],
  [
    "an autoscaler of a deployment that is scaled to zero",
    read([
      hpa({ currentReplicas: 0, conditions: [condition("ScalingActive", "False", "ScalingDisabled")] }),
      deployment("cart", 0, 0),
    ]),
  ],
  [
    "warnings that are resolved",
    read([
      deployment("cart", 1, 1),
      pod(P),
      event(`Pod/${P}`, "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", 58),
      event(`Pod/${P}`, "Unhealthy", "Readiness probe failed: connection refused", 57),
      event(`Pod/${P}`, "FailedMount", 'MountVolume.SetUp failed for volume "c" : configmap "c" not found', 58),
    ]),
  ],
  [
    "an event about a pod that is gone",
    read([
      deployment("cart", 1, 1),
      pod(P),
      event("Pod/cart-old", "BackOff", "Back-off restarting failed container", 3),
    ]),
  ],
  [
    "a disruption budget of zero without a drain",
    read([
      object("PodDisruptionBudget", "cart", {
        spec: { selector: { matchLabels: { app: "cart" } } },
        status: { disruptionsAllowed: 0 },
      }),
      deployment("cart", 1, 1),
      pod(P),
      node("node-a"),
    ]),
  ],
  ["a cordoned node", read([node("node-a", [], { unschedulable: true }), pod(P), deployment("cart", 1, 1)])],
  [
    "an eviction of last week",
    read([
      pod(Q, {
        status: {
          phase: "Failed",
          reason: "Evicted",
          message: "The node was low on resource: memory.",
          containerStatuses: [],
          conditions: [condition("DisruptionTarget", "True", "TerminationByKubelet", "", 9_000)],
        },
      }),
      pod(P),
      deployment("cart", 1, 1),
    ]),
  ],
  [
    "restarts of last week",
    read([
      pod(P, {
        metadata: { creationTimestamp: ago(20_000) },
        status: { containerStatuses: [running("cart", { restartCount: 4, lastState: ended("Error", 1, 9_000) })] },
      }),
      deployment("cart", 1, 1),
    ]),
  ],
  [
    "a default-deny policy with an exception",
    read([
      object("NetworkPolicy", "deny", { spec: { podSelector: {}, policyTypes: ["Ingress"] } }),
      object("NetworkPolicy", "allow", { spec: { podSelector: { matchLabels: { app: "cart" } }, ingress: [{}] } }),
      deployment("cart", 1, 1),
      pod(P),
      service("cart"),
      endpoints("cart", true),
    ]),
  ],
  [
    "a certificate that is being renewed",
    read([
      object("Certificate", "tls", {
        spec: { secretName: "tls" },
        status: {
          notAfter: ago(-20_000),
          conditions: [condition("Ready", "True", "Ready"), condition("Issuing", "True", "Renewing")],
        },
      }),
    ]),
  ],
  [
    "a new gateway without conditions",
    read([
      object("Gateway", "edge", { spec: { gatewayClassName: "nginx" } }),
      object("HTTPRoute", "shop", { spec: {} }),
    ]),
  ],
  [
    "a namespace that is being deleted now",
    read([
      object("Namespace", "preview-12", { metadata: { deletionTimestamp: ago(1) }, status: { phase: "Terminating" } }),
    ]),
  ],
  ["a Service without a selector", read([service("external", { selector: null }), endpoints("external", null)])],
  [
    "a pod that reads an empty directory and a bound claim",
    read([
      pod(P, {
        spec: {
          volumes: [
            { name: "t", emptyDir: {} },
            { name: "d", persistentVolumeClaim: { claimName: "data" } },
          ],
        },
      }),
      object("PersistentVolumeClaim", "data", { spec: { volumeName: "pv" }, status: { phase: "Bound" } }),
    ]),
  ],
  [
    "objects with empty and null fields",
    read(
      [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "Pod",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "Ingress",
        "Gateway",
        "HTTPRoute",
        "Job",
        "CronJob",
        "NetworkPolicy",
        "Certificate",
        "Namespace",
        "Node",
        "ValidatingWebhookConfiguration",
        "CustomResourceDefinition",
        "APIService",
        "EndpointSlice",
      ].flatMap((kind) => [
        object(kind, "a"),
        object(kind, "b", { spec: null, status: null, webhooks: null }),
        object(kind, "c", {
          spec: { replicas: null, rules: [null], scaleTargetRef: null, selector: null },
          status: { conditions: [null, {}, "x"] },
        }),
      ]),
    ),
  ],
];

it.each(healthy)("blames nobody for %s", (_what, answers) => {
  const { findings, topology } = findingsOf(answers);
  const { verdict } = rankCauses({
    incident: incidentOf(),
    findings: findings.map((finding, at) => ({ ...finding, id: `E${at + 1}` })),
    topology,
    similar: [],
  });
  expect(verdict).not.toBe("root_cause");
  // what a snapshot in the middle of a change shows is at most a consequence
  expect(findings.filter(({ strength }) => strength > 2).map(({ summary }) => summary)).toEqual([]);
});
