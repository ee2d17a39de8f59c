import type { Finding } from "../../domain/finding.ts";

/**
 * The fix of one mitigation problem of AIOpsLab, as its published problem definition implies it: what its check looks
 * at, and what its fault did. Written by us; AIOpsLab publishes no fixes.
 *
 * - `faulty`: accepted names of the faulty component.
 * - `cause`: the card of our catalogue for the fault.
 * - `runbooks`: those that are right. Empty: a draft is.
 * - `fix`: what a person does. `commands`: what one step of a plan must hold to do it; null if no step may.
 * - `finding`: what our readers would show of it. Made up; it has only those facts that a step could read.
 */
export type ReferenceFix = {
  problem: string;
  faulty: readonly [string, ...string[]];
  cause: string;
  runbooks: readonly string[];
  fix: string;
  commands: RegExp | null;
  finding: { kind: Finding["kind"]; facts: Readonly<Record<string, string | number>> };
};

const UNDO = /kubectl rollout undo/;

const targetPort = (at: number, service: string): ReferenceFix => ({
  problem: `k8s_target_port-misconfig-mitigation-${at}`,
  faulty: [service],
  cause: "service_port_wrong",
  runbooks: ["service-routing"],
  fix: "set the Service's targetPort back to 9090",
  commands: /kubectl patch service.*targetPort/,
  finding: {
    kind: "cluster.misconfiguration",
    facts: { service, port: 9090, target_port: 9999, protocol: "TCP", container_port: 9090 },
  },
});
const credentials = (problem: string, database: string, caller: string | null, fix: string): ReferenceFix => ({
  problem,
  faulty: caller === null ? [database] : [database, caller],
  cause: "database_credentials_refused",
  runbooks: ["rejected-credentials"],
  fix,
  commands: null,
  finding: { kind: "log.new-template", facts: {} },
});

/** In the order of AIOpsLab's registry, commit ddf7e40. */
export const REFERENCE_FIXES: readonly ReferenceFix[] = [
  targetPort(1, "user-service"),
  targetPort(2, "text-service"),
  targetPort(3, "post-storage-service"),
  credentials(
    "auth_miss_mongodb-mitigation-1",
    "url-shorten-mongodb",
    null,
    "give the caller its credentials and certificates again, or take back the demand for them, then restart it",
  ),
  ...([1, 2] as const).flatMap((at) => {
    const name = at === 1 ? "geo" : "rate";
    return [
      credentials(
        `revoke_auth_mongodb-mitigation-${at}`,
        `mongodb-${name}`,
        name,
        "grant the user its role again, then restart the caller",
      ),
      credentials(
        `user_unregistered_mongodb-mitigation-${at}`,
        `mongodb-${name}`,
        name,
        "create the user with its role again, then restart the caller",
      ),
    ];
  }),
  {
    problem: "misconfig_app_hotel_res-mitigation-1",
    faulty: ["geo"],
    cause: "crash_loop",
    runbooks: ["crash-loop", "bad-rollout"],
    fix: "return to the image before",
    commands: UNDO,
    finding: { kind: "cluster.crash-loop", facts: {} },
  },
  {
    problem: "scale_pod_zero_social_net-mitigation-1",
    faulty: ["user-service"],
    cause: "scaled_to_zero",
    runbooks: ["scaled-to-zero"],
    fix: "scale back to one replica",
    commands: /kubectl scale .*--replicas=1/,
    finding: { kind: "cluster.no-endpoints", facts: {} },
  },
  {
    problem: "assign_to_non_existent_node_social_net-mitigation-1",
    faulty: ["user-service"],
    cause: "unschedulable_selector",
    runbooks: ["placement-rules"],
    fix: "take the selector for the missing node out of the pod template",
    commands: UNDO,
    finding: { kind: "cluster.unschedulable", facts: {} },
  },
  {
    problem: "astronomy_shop_kafka_queue_problems-mitigation-1",
    faulty: ["kafka"],
    cause: "bad_config",
    runbooks: ["feature-flag"],
    fix: "turn the feature flag off again",
    commands: /flag/i,
    finding: { kind: "change.flag", facts: { id: "flag-1" } },
  },
  {
    problem: "redeploy_without_PV-mitigation-1",
    faulty: ["mongodb-geo", "test-hotel-reservation"],
    cause: "claim_lost",
    runbooks: ["volume-claim"],
    fix: "bind the claims of the databases to volumes again; whose data it is, their owner decides",
    commands: null,
    finding: { kind: "cluster.unschedulable", facts: {} },
  },
  {
    problem: "wrong_bin_usage-mitigation-1",
    faulty: ["profile"],
    cause: "container_command_wrong",
    runbooks: ["container-start"],
    fix: "set the container's command back",
    commands: UNDO,
    finding: { kind: "cluster.not-ready", facts: {} },
  },
];
