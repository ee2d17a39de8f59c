import type { CauseCard } from "../../domain/cause.ts";
import { card, stated } from "./card.ts";

/** Wrong configuration around a working program: probes, Services, addresses, secrets, databases, scale. */
export const KUBERNETES_CONFIGURATION_CAUSES: readonly CauseCard[] = [
  card({
    id: "liveness_wrong_port",
    title: "liveness probe uses the wrong port",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "liveness probe fails it checks a port",
        "its liveness probe uses a port that the container does not serve",
      ),
    ],
    refutedBy: "the probe's port answers from inside the pod",
    runbooks: ["probe-settings"],
  }),
  card({
    id: "liveness_wrong_protocol",
    title: "liveness probe uses the wrong protocol",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "liveness probe fails it speaks another protocol",
        "its liveness probe uses a protocol that the container does not speak",
      ),
    ],
    refutedBy: "the probe succeeds when sent by hand",
    runbooks: ["probe-settings"],
  }),
  card({
    id: "liveness_hasty",
    title: "liveness probe kills it before it has started",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "liveness probe fails it gives up",
        "its liveness probe kills it before it can start",
      ),
    ],
    refutedBy: "it starts within the time that the probe allows",
    runbooks: ["impatient-probe"],
  }),
  card({
    id: "readiness_wrong_port",
    title: "readiness probe uses the wrong port",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "readiness probe fails it checks a port",
        "its readiness probe uses a port that the container does not serve",
      ),
    ],
    refutedBy: "the probe's port answers from inside the pod",
    runbooks: ["probe-settings"],
  }),
  card({
    id: "readiness_wrong_protocol",
    title: "readiness probe uses the wrong protocol",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "readiness probe fails it speaks another protocol",
        "its readiness probe uses a protocol that the container does not speak",
      ),
    ],
    refutedBy: "the probe succeeds when sent by hand",
    runbooks: ["probe-settings"],
  }),
  card({
    id: "service_selector_wrong",
    title: "Service selector matches no pod",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.no-endpoints", "matches no pod", "its Service's selector matches none of its pods")],
    refutedBy: "the selector matches its ready pods",
    runbooks: ["service-routing"],
  }),
  card({
    id: "service_port_wrong",
    title: "Service targets the wrong port",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.no-endpoints",
        ["target port", "no container port"],
        "its Service targets a port that the containers do not serve",
      ),
    ],
    refutedBy: "its endpoints use the port that it listens on",
    runbooks: ["service-routing"],
  }),
  card({
    id: "service_protocol_wrong",
    title: "Service uses the wrong protocol",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      stated("cluster.no-endpoints", "another protocol", "its Service and its containers declare different protocols"),
    ],
    refutedBy: "its Service and its containers declare the same protocol",
    runbooks: ["service-routing"],
  }),
  card({
    id: "address_variable_wrong",
    title: "environment variable holds a wrong Service address",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.misconfiguration",
        "wrong address",
        "an environment variable names a Service or port that does not exist",
      ),
    ],
    refutedBy: "the address in the variable answers from inside the pod",
    runbooks: ["wrong-address"],
  }),
  card({
    id: "gateway_route_wrong",
    title: "gateway does not route its paths",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated("cluster.misconfiguration", "not found at its paths", "requests to it get 404 before they reach it"),
    ],
    refutedBy: "its paths answer through the gateway",
    runbooks: ["edge-routing"],
  }),
  card({
    id: "secret_missing",
    title: "missing secret or config map",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.misconfiguration",
        "that does not exist",
        "it references a secret or config map that does not exist",
      ),
    ],
    refutedBy: "kubectl lists the referenced secret or config map",
    runbooks: ["missing-reference"],
  }),
  card({
    id: "database_credentials_refused",
    title: "database login refused",
    systemLevel: "Application",
    faultType: "Authentication Issue",
    signature: [
      stated("cluster.misconfiguration", "database refuses its credentials", "its database rejects its credentials"),
    ],
    refutedBy: "a login by hand with its credentials succeeds",
    runbooks: ["rejected-credentials"],
  }),
  card({
    id: "database_address_wrong",
    title: "wrong database address",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.misconfiguration",
        "database does not answer",
        "nothing answers at its configured database address",
      ),
    ],
    refutedBy: "its configured database address and port answer",
    runbooks: ["wrong-address"],
  }),
  card({
    id: "port_in_use",
    title: "port in use by another container of its pod",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.misconfiguration", "already in use", "another process in its pod uses its port")],
    refutedBy: "no other container of the pod listens on that port",
    runbooks: ["port-conflict"],
  }),
  card({
    id: "volume_permission_denied",
    title: "permission denied on its volume",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.misconfiguration", "permission denied", "its volume or a file denies it access")],
    refutedBy: "its user can read and write the mounted volume",
    runbooks: ["volume-permission"],
  }),
  card({
    id: "service_name_unresolved",
    title: "Service name does not resolve",
    systemLevel: "Virtualization",
    faultType: "Network/Storage Issue",
    signature: [
      stated("cluster.misconfiguration", "does not resolve", "a Service name does not resolve inside its pod"),
    ],
    refutedBy: "the name resolves inside its pod",
    runbooks: ["dns-failure"],
  }),
  card({
    id: "database_connections_exhausted",
    title: "database has no connections left",
    systemLevel: "Application",
    faultType: "Operation Error",
    signature: [
      stated(
        ["cluster.not-ready", "cluster.misconfiguration"],
        "no connections are left",
        "it rejects callers because all connections are in use",
      ),
    ],
    refutedBy: "fewer connections are open than its limit",
    runbooks: ["connection-pool-exhaustion"],
  }),
  card({
    id: "database_read_only",
    title: "database is read-only",
    systemLevel: "Application",
    faultType: "Operation Error",
    signature: [
      stated(["cluster.not-ready", "cluster.misconfiguration"], "refuses to write", "it is set to read-only"),
    ],
    refutedBy: "a write by hand succeeds",
    runbooks: ["replication-broken"],
  }),
  card({
    id: "scaled_to_zero",
    title: "scaled to zero replicas",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    signature: [stated("cluster.not-ready", "scaled to zero", "its workload was scaled to zero")],
    refutedBy: "its workload has asked for at least one replica since before the onset",
    runbooks: ["scaled-to-zero"],
  }),
];
