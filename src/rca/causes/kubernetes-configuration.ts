import type { CauseCard } from "../../domain/cause.ts";

/** What the platform itself states outweighs what follows from it. */
const SAID = 8;

/** What is configured wrongly around a program that could run: probes, Services, addresses, secrets, scale. */
export const KUBERNETES_CONFIGURATION_CAUSES: readonly CauseCard[] = [
  {
    id: "liveness_wrong_port", title: "liveness probe asks the wrong port", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.probe-failing"], words: ["liveness probe fails it asks a port"], about: "self", weight: SAID, why: "its liveness probe asks a port that it does not serve" }],
    refutedBy: "the port of the probe answers from inside the pod", runbooks: ["crash-loop"],
  },
  {
    id: "liveness_wrong_protocol", title: "liveness probe speaks the wrong protocol", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.probe-failing"], words: ["liveness probe fails it speaks another protocol"], about: "self", weight: SAID, why: "its liveness probe speaks a protocol that it does not" }],
    refutedBy: "the probe, sent by hand, is answered", runbooks: ["crash-loop"],
  },
  {
    id: "liveness_hasty", title: "liveness probe gives up before it has started", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.probe-failing"], words: ["liveness probe fails it gives up"], about: "self", weight: SAID, why: "its liveness probe kills it before it can start" }],
    refutedBy: "it starts within the time that the probe allows", runbooks: ["crash-loop"],
  },
  {
    id: "readiness_wrong_port", title: "readiness probe asks the wrong port", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.probe-failing"], words: ["readiness probe fails it asks a port"], about: "self", weight: SAID, why: "its readiness probe asks a port that it does not serve" }],
    refutedBy: "the port of the probe answers from inside the pod", runbooks: [],
  },
  {
    id: "readiness_wrong_protocol", title: "readiness probe speaks the wrong protocol", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.probe-failing"], words: ["readiness probe fails it speaks another protocol"], about: "self", weight: SAID, why: "its readiness probe speaks a protocol that it does not" }],
    refutedBy: "the probe, sent by hand, is answered", runbooks: [],
  },
  {
    id: "service_selector_wrong", title: "selector of its Service fits no pod", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.no-endpoints"], words: ["fits no pod"], about: "self", weight: SAID, why: "the selector of its Service fits none of its pods" }],
    refutedBy: "the selector picks its ready pods", runbooks: [],
  },
  {
    id: "service_port_wrong", title: "its Service leads to the wrong port", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.no-endpoints"], words: ["target port", "no container port"], about: "self", weight: SAID, why: "its Service leads to a port that it does not serve" }],
    refutedBy: "its endpoints are on the port that it listens on", runbooks: [],
  },
  {
    id: "service_protocol_wrong", title: "its Service speaks the wrong protocol", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.no-endpoints"], words: ["another protocol"], about: "self", weight: SAID, why: "its Service and its containers name different protocols" }],
    refutedBy: "its Service and its containers name one protocol", runbooks: [],
  },
  {
    id: "address_variable_wrong", title: "a variable holds the wrong address of a Service", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["wrong address"], about: "self", weight: SAID, why: "a variable names a Service or port that does not exist" }],
    refutedBy: "the address in the variable answers from inside the pod", runbooks: [],
  },
  {
    id: "gateway_route_wrong", title: "gateway routes its paths elsewhere", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["not found at its paths"], about: "self", weight: SAID, why: "requests for it are answered with 404 before they reach it" }],
    refutedBy: "its paths answer through the gateway", runbooks: [],
  },
  {
    id: "secret_missing", title: "a secret or config map that it needs does not exist", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["that does not exist"], about: "self", weight: SAID, why: "the secret or config map that it names does not exist" }],
    refutedBy: "kubectl lists the name that it uses", runbooks: [],
  },
  {
    id: "database_credentials_refused", title: "its database refuses its credentials", systemLevel: "Application", faultType: "Authentication Issue", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["database refuses its credentials"], about: "self", weight: SAID, why: "its database refuses its credentials" }],
    refutedBy: "its credentials log in by hand", runbooks: [],
  },
  {
    id: "database_address_wrong", title: "its database does not answer where it looks for it", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["database does not answer"], about: "self", weight: SAID, why: "nothing answers at the address of its database" }],
    refutedBy: "the address and port that it uses answer", runbooks: [],
  },
  {
    id: "port_in_use", title: "another container of its pod holds its port", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["already in use"], about: "self", weight: SAID, why: "its port is taken in its own pod" }],
    refutedBy: "no other container of the pod listens on that port", runbooks: ["crash-loop"],
  },
  {
    id: "volume_permission_denied", title: "may not read or write its volume", systemLevel: "Virtualization", faultType: "Misconfiguration", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["permission denied"], about: "self", weight: SAID, why: "its volume or a file denies it access" }],
    refutedBy: "its user owns the volume that it mounts", runbooks: [],
  },
  {
    id: "service_name_unresolved", title: "name of a Service does not resolve for it", systemLevel: "Virtualization", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [{ kinds: ["cluster.misconfiguration"], words: ["does not resolve"], about: "self", weight: SAID, why: "the name of a Service does not resolve inside it" }],
    refutedBy: "the name resolves inside its pod", runbooks: [],
  },
  {
    id: "database_connections_exhausted", title: "database has no connections left", systemLevel: "Application", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.not-ready", "cluster.misconfiguration"], words: ["no connections are left"], about: "self", weight: SAID, why: "it turns callers away for want of connections" }],
    refutedBy: "fewer connections open than it allows", runbooks: ["connection-pool-exhaustion"],
  },
  {
    id: "database_read_only", title: "database refuses to write", systemLevel: "Application", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.not-ready", "cluster.misconfiguration"], words: ["refuses to write"], about: "self", weight: SAID, why: "it is set to read-only" }],
    refutedBy: "a write by hand succeeds", runbooks: [],
  },
  {
    id: "scaled_to_zero", title: "scaled to zero replicas", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [{ kinds: ["cluster.not-ready"], words: ["scaled to zero"], about: "self", weight: SAID, why: "its workload was scaled to nothing" }],
    refutedBy: "at least one replica wanted since before the onset", runbooks: [],
  },
];
