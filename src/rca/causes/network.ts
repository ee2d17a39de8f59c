import type { CauseCard } from "../../domain/cause.ts";

/** Something between two ends. */
export const NETWORK_CAUSES: readonly CauseCard[] = [
  {
    id: "network_delay", title: "network to it is slow", systemLevel: "Operating System", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [
      { kinds: ["trace.edge-latency"], about: "self", weight: 3, why: "time is lost on the way to it, not inside it" },
      { kinds: ["trace.edge-latency"], about: "callee", weight: 1, why: "time is lost on its way to others" },
      { kinds: ["alert.firing"], words: ["response latency up and of nothing that it calls"], about: "self", weight: 2, why: "it is slow, and nothing that it calls is" },
      { kinds: ["metric.shift"], family: ["cpu"], direction: "up", about: "self", weight: -1.5, why: "its CPU is busy, which explains slow calls as well" },
      { kinds: ["metric.shift"], family: ["pool"], direction: "up", about: "self", weight: -1, why: "its pool fills up, which explains slow calls as well" },
      { kinds: ["trace.error-origin"], about: "self", weight: -0.5, why: "requests fail in it, which delay alone does not do" },
      { kinds: ["alert.firing"], family: ["latency"], direction: "up", about: "self", weight: 2, why: "its latency alert fires" },
      { kinds: ["alert.firing"], family: ["slow call"], direction: "up", about: "self", weight: 1, why: "calls to it are slow" },
      { kinds: ["alert.firing"], family: ["cpu"], direction: "up", about: "self", weight: -2, why: "its CPU is busy, which explains slow calls as well" },
      { kinds: ["alert.firing"], family: ["memory"], direction: "up", about: "self", weight: -1, why: "its memory fills up, which explains slow calls as well" },
      { kinds: ["alert.firing"], family: ["network"], direction: "down", about: "self", weight: -1.5, why: "its network falls silent: more than delay" },
    ],
    refutedBy: "round trips to it as short as before while its callers still wait", runbooks: ["network-delay"],
  },
  {
    id: "network_loss", title: "network to it loses packets", systemLevel: "Operating System", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [
      { kinds: ["metric.shift"], family: ["network"], direction: "down", about: "self", weight: 1.5, why: "its network traffic falls" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["connection reset", "econnreset", "broken pipe", "retransmit", "packet loss"], about: "self", weight: 2, why: "its connections break" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["connection reset", "econnreset", "broken pipe"], about: "callee", weight: 1, why: "connections to it break" },
      { kinds: ["trace.edge-latency"], about: "self", weight: 1, why: "time is lost on the way to it" },
      { kinds: ["alert.firing"], family: ["network"], direction: "down", about: "self", weight: 2, why: "its network falls silent" },
      { kinds: ["alert.firing"], family: ["traffic"], direction: "down", about: "self", weight: 1, why: "it lost traffic" },
      { kinds: ["alert.firing"], family: ["memory"], direction: "up", about: "self", weight: -0.5, why: "its memory alert fires: it was started anew" },
      { kinds: ["alert.firing"], family: ["cpu"], direction: "up", about: "self", weight: -1, why: "its CPU is busy" },
    ],
    refutedBy: "no retransmissions or resets on its connections", runbooks: ["network-delay"],
  },
  {
    id: "network_corruption", title: "network to it corrupts packets", systemLevel: "Operating System", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [
      { kinds: ["log.new-template", "log.bursting-template"], words: ["checksum", "corrupt", "malformed", "bad packet", "protocol error"], about: "self", weight: 2.5, why: "what arrives is damaged" },
      { kinds: ["alert.firing"], family: ["network"], direction: "down", about: "self", weight: 2, why: "its network falls silent" },
      { kinds: ["alert.firing"], family: ["traffic"], direction: "down", about: "self", weight: 1, why: "it lost traffic" },
      { kinds: ["alert.firing"], family: ["log"], about: "self", weight: 0.5, why: "it logs what it rarely logs" },
      { kinds: ["alert.firing"], family: ["memory"], direction: "up", about: "self", weight: -1.5, why: "its memory alert fires: it was started anew" },
      { kinds: ["alert.firing"], family: ["cpu"], direction: "up", about: "self", weight: -2, why: "its CPU is busy" },
    ],
    refutedBy: "no checksum errors on its interfaces", runbooks: [],
  },
  {
    id: "dependency_outage", title: "cannot be reached", systemLevel: "Application", faultType: "Dependency Problem", entityKinds: [],
    signature: [
      { kinds: ["trace.failed-call"], about: "self", weight: 3, why: "calls to it fail before they reach it" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["connection refused", "econnrefused", "unreachable", "no route", "unavailable", "503"], about: "callee", weight: 2, why: "its callers cannot reach it" },
      { kinds: ["metric.silence", "trace.silence"], about: "self", weight: 1, why: "it fell silent" },
    ],
    refutedBy: "it answers a direct request from its callers' network", runbooks: ["dependency-outage"],
  },
  {
    id: "dns_failure", title: "names do not resolve", systemLevel: "Virtualization", faultType: "Network/Storage Issue", entityKinds: [],
    signature: [
      { kinds: ["log.new-template", "log.bursting-template"], words: ["enotfound", "gaierror", "name resolution", "no such host", "servfail", "getaddrinfo", "nxdomain"], about: "self", weight: 3, why: "it logs that names do not resolve" },
      { kinds: ["metric.shift"], words: ["dns", "coredns", "servfail"], direction: "up", about: "self", weight: 3, why: "its name look-ups fail or slow down" },
    ],
    refutedBy: "the same names resolve at once from the same host", runbooks: [],
  },
];
