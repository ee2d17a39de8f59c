import type { CauseCard } from "../../domain/cause.ts";
import { alert, callersLog, card, finding, logs, metricNamed, shift } from "./card.ts";

/** Words of counters of lost and damaged packets: node_exporter, cAdvisor, netstat, ethtool. */
export const LOST_PACKETS = [
  ...["receive", "transmit", "rx", "tx"].flatMap((way) => [
    `${way} errs`,
    `${way} errors`,
    `${way} drop`,
    `${way} dropped`,
    `${way} packets dropped`,
  ]),
  "retrans segs",
  "tcp retrans",
  "retransmits",
  "retransmitted",
  "packet loss",
  "packets lost",
  "crc errors",
];

/** Faults of the network between two entities, and unreachable dependencies. */
export const NETWORK_CAUSES: readonly CauseCard[] = [
  card({
    id: "network_delay",
    title: "slow network",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      finding("trace.edge-latency", 3, "time is lost on the network to it, not inside it"),
      {
        kinds: ["trace.edge-latency"],
        about: "callee",
        weight: 1,
        why: "time is lost on the network from it to others",
      },
      finding("alert.firing", 2, "it is slow, but its callees are not", [
        "response latency up but nothing that it calls is affected",
      ]),
      shift("cpu", "up", -1.5, "its CPU is busy, which also explains slow calls"),
      shift("pool", "up", -1, "its pool fills up, which also explains slow calls"),
      shift("memory", "up", -1, "its memory fills up, which also explains slow calls"),
      finding("trace.error-origin", -0.5, "requests fail in it, which delay alone does not cause"),
      alert("latency", "up", 2, "its latency alert fires"),
      alert("slow call", "up", 1, "calls to it are slow"),
      alert("cpu", "up", -2, "its CPU is busy, which also explains slow calls"),
      alert("memory", "up", -1, "its memory fills up, which also explains slow calls"),
      alert("network", "down", -1.5, "its network traffic stops, which is more than delay"),
    ],
    refutedBy: "round trips to it are as short as before while its callers still wait",
    runbooks: ["network-delay"],
  }),
  card({
    id: "network_loss",
    title: "network packet loss",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      shift("network", "down", 1.5, "its network traffic falls"),
      logs(["connection reset", "econnreset", "broken pipe", "retransmit", "packet loss"], 2, "its connections break"),
      metricNamed(LOST_PACKETS, 2.5, "its packets get lost or damaged"),
      callersLog(["connection reset", "econnreset", "broken pipe"], 1, "connections to it break"),
      finding("trace.edge-latency", 1, "time is lost on the network to it"),
      alert("network", "down", 2, "its network traffic stops"),
      alert("traffic", "down", 1, "its traffic dropped"),
      alert("memory", "up", -0.5, "its memory alert fires, as after a restart"),
      alert("cpu", "up", -1, "its CPU is busy"),
    ],
    refutedBy: "its connections show no retransmissions or resets",
    runbooks: ["network-delay"],
  }),
  card({
    id: "network_corruption",
    title: "network packet corruption",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      logs(["checksum", "corrupt", "malformed", "bad packet", "protocol error"], 2.5, "it receives damaged data"),
      alert("network", "down", 2, "its network traffic stops"),
      alert("traffic", "down", 1, "its traffic dropped"),
      alert("log", null, 0.5, "it logs rare messages"),
      alert("memory", "up", -1.5, "its memory alert fires, as after a restart"),
      alert("cpu", "up", -2, "its CPU is busy"),
    ],
    refutedBy: "its interfaces show no checksum errors",
    runbooks: ["network-delay"],
  }),
  card({
    id: "dependency_outage",
    title: "dependency unreachable",
    systemLevel: "Application",
    faultType: "Dependency Problem",
    signature: [
      finding("trace.failed-call", 3, "calls to it fail before they reach it"),
      { ...shift("error", "up", 2, "its callers' requests to it fail"), entityKinds: ["external"] },
      shift("instance", "down", 2, "it is down"),
      callersLog(
        ["connection refused", "econnrefused", "unreachable", "no route", "unavailable", "503"],
        2,
        "its callers cannot reach it",
      ),
      finding("metric.silence", 1.5, "it stopped reporting"),
      finding("trace.silence", 1, "it answers no requests any more"),
    ],
    refutedBy: "it answers a direct request from its callers' network",
    runbooks: ["dependency-outage", "third-party-outage", "cache-failure"],
  }),
  card({
    id: "dns_failure",
    title: "DNS resolution fails",
    systemLevel: "Virtualization",
    faultType: "Network/Storage Issue",
    signature: [
      logs(
        ["enotfound", "gaierror", "name resolution", "no such host", "servfail", "getaddrinfo", "nxdomain"],
        3,
        "it logs failed name lookups",
      ),
      metricNamed(["dns", "coredns", "servfail"], 3, "its name lookups fail or slow down"),
    ],
    refutedBy: "the same names resolve immediately on the same host",
    runbooks: ["dns-failure"],
  }),
];
