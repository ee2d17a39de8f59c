import type { CauseCard } from "../../domain/cause.ts";
import { card, stated } from "./card.ts";

/** What is configured wrongly around a program that could run: probes, Services, addresses, secrets, scale. */
export const KUBERNETES_CONFIGURATION_CAUSES: readonly CauseCard[] = [
  card({
    id: "liveness_wrong_port",
    title: "liveness probe asks the wrong port",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "liveness probe fails it asks a port",
        "its liveness probe asks a port that it does not serve",
      ),
    ],
    refutedBy: "the port of the probe answers from inside the pod",
    runbooks: ["crash-loop"],
  }),
  card({
    id: "liveness_wrong_protocol",
    title: "liveness probe speaks the wrong protocol",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "liveness probe fails it speaks another protocol",
        "its liveness probe speaks a protocol that it does not",
      ),
    ],
    refutedBy: "the probe, sent by hand, is answered",
    runbooks: ["crash-loop"],
  }),
  card({
    id: "liveness_hasty",
    title: "liveness probe gives up before it has started",
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
    runbooks: ["crash-loop"],
  }),
  card({
    id: "readiness_wrong_port",
    title: "readiness probe asks the wrong port",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "readiness probe fails it asks a port",
        "its readiness probe asks a port that it does not serve",
      ),
    ],
    refutedBy: "the port of the probe answers from inside the pod",
  }),
  card({
    id: "readiness_wrong_protocol",
    title: "readiness probe speaks the wrong protocol",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.probe-failing",
        "readiness probe fails it speaks another protocol",
        "its readiness probe speaks a protocol that it does not",
      ),
    ],
    refutedBy: "the probe, sent by hand, is answered",
  }),
  card({
    id: "service_selector_wrong",
    title: "selector of its Service fits no pod",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.no-endpoints", "fits no pod", "the selector of its Service fits none of its pods")],
    refutedBy: "the selector picks its ready pods",
  }),
  card({
    id: "service_port_wrong",
    title: "its Service leads to the wrong port",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.no-endpoints",
        ["target port", "no container port"],
        "its Service leads to a port that it does not serve",
      ),
    ],
    refutedBy: "its endpoints are on the port that it listens on",
  }),
  card({
    id: "service_protocol_wrong",
    title: "its Service speaks the wrong protocol",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      stated("cluster.no-endpoints", "another protocol", "its Service and its containers name different protocols"),
    ],
    refutedBy: "its Service and its containers name one protocol",
  }),
  card({
    id: "address_variable_wrong",
    title: "a variable holds the wrong address of a Service",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated("cluster.misconfiguration", "wrong address", "a variable names a Service or port that does not exist"),
    ],
    refutedBy: "the address in the variable answers from inside the pod",
  }),
  card({
    id: "gateway_route_wrong",
    title: "gateway routes its paths elsewhere",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.misconfiguration",
        "not found at its paths",
        "requests for it are answered with 404 before they reach it",
      ),
    ],
    refutedBy: "its paths answer through the gateway",
  }),
  card({
    id: "secret_missing",
    title: "a secret or config map that it needs does not exist",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [
      stated(
        "cluster.misconfiguration",
        "that does not exist",
        "the secret or config map that it names does not exist",
      ),
    ],
    refutedBy: "kubectl lists the name that it uses",
  }),
  card({
    id: "database_credentials_refused",
    title: "its database refuses its credentials",
    systemLevel: "Application",
    faultType: "Authentication Issue",
    signature: [
      stated("cluster.misconfiguration", "database refuses its credentials", "its database refuses its credentials"),
    ],
    refutedBy: "its credentials log in by hand",
  }),
  card({
    id: "database_address_wrong",
    title: "its database does not answer where it looks for it",
    systemLevel: "Application",
    faultType: "Misconfiguration",
    signature: [
      stated("cluster.misconfiguration", "database does not answer", "nothing answers at the address of its database"),
    ],
    refutedBy: "the address and port that it uses answer",
  }),
  card({
    id: "port_in_use",
    title: "another container of its pod holds its port",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.misconfiguration", "already in use", "its port is taken in its own pod")],
    refutedBy: "no other container of the pod listens on that port",
    runbooks: ["crash-loop"],
  }),
  card({
    id: "volume_permission_denied",
    title: "may not read or write its volume",
    systemLevel: "Virtualization",
    faultType: "Misconfiguration",
    signature: [stated("cluster.misconfiguration", "permission denied", "its volume or a file denies it access")],
    refutedBy: "its user owns the volume that it mounts",
  }),
  card({
    id: "service_name_unresolved",
    title: "name of a Service does not resolve for it",
    systemLevel: "Virtualization",
    faultType: "Network/Storage Issue",
    signature: [
      stated("cluster.misconfiguration", "does not resolve", "the name of a Service does not resolve inside it"),
    ],
    refutedBy: "the name resolves inside its pod",
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
        "it turns callers away for want of connections",
      ),
    ],
    refutedBy: "fewer connections open than it allows",
    runbooks: ["connection-pool-exhaustion"],
  }),
  card({
    id: "database_read_only",
    title: "database refuses to write",
    systemLevel: "Application",
    faultType: "Operation Error",
    signature: [
      stated(["cluster.not-ready", "cluster.misconfiguration"], "refuses to write", "it is set to read-only"),
    ],
    refutedBy: "a write by hand succeeds",
  }),
  card({
    id: "scaled_to_zero",
    title: "scaled to zero replicas",
    systemLevel: "Virtualization",
    faultType: "Operation Error",
    signature: [stated("cluster.not-ready", "scaled to zero", "its workload was scaled to nothing")],
    refutedBy: "at least one replica wanted since before the onset",
  }),
];
