import type { CauseCard } from "../../domain/cause.ts";
import { alert, callersLog, card, finding, logs, metricNamed, shift } from "./card.ts";

/** Something between two ends. */
export const NETWORK_CAUSES: readonly CauseCard[] = [
  card({
    id: "network_delay",
    title: "network to it is slow",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      finding("trace.edge-latency", 3, "time is lost on the way to it, not inside it"),
      { kinds: ["trace.edge-latency"], about: "callee", weight: 1, why: "time is lost on its way to others" },
      finding("alert.firing", 2, "it is slow, and nothing that it calls is", [
        "response latency up and of nothing that it calls",
      ]),
      shift("cpu", "up", -1.5, "its CPU is busy, which explains slow calls as well"),
      shift("pool", "up", -1, "its pool fills up, which explains slow calls as well"),
      finding("trace.error-origin", -0.5, "requests fail in it, which delay alone does not do"),
      alert("latency", "up", 2, "its latency alert fires"),
      alert("slow call", "up", 1, "calls to it are slow"),
      alert("cpu", "up", -2, "its CPU is busy, which explains slow calls as well"),
      alert("memory", "up", -1, "its memory fills up, which explains slow calls as well"),
      alert("network", "down", -1.5, "its network falls silent: more than delay"),
    ],
    refutedBy: "round trips to it as short as before while its callers still wait",
    runbooks: ["network-delay"],
  }),
  card({
    id: "network_loss",
    title: "network to it loses packets",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      shift("network", "down", 1.5, "its network traffic falls"),
      logs(["connection reset", "econnreset", "broken pipe", "retransmit", "packet loss"], 2, "its connections break"),
      callersLog(["connection reset", "econnreset", "broken pipe"], 1, "connections to it break"),
      finding("trace.edge-latency", 1, "time is lost on the way to it"),
      alert("network", "down", 2, "its network falls silent"),
      alert("traffic", "down", 1, "it lost traffic"),
      alert("memory", "up", -0.5, "its memory alert fires: it was started anew"),
      alert("cpu", "up", -1, "its CPU is busy"),
    ],
    refutedBy: "no retransmissions or resets on its connections",
    runbooks: ["network-delay"],
  }),
  card({
    id: "network_corruption",
    title: "network to it corrupts packets",
    systemLevel: "Operating System",
    faultType: "Network/Storage Issue",
    signature: [
      logs(["checksum", "corrupt", "malformed", "bad packet", "protocol error"], 2.5, "what arrives is damaged"),
      alert("network", "down", 2, "its network falls silent"),
      alert("traffic", "down", 1, "it lost traffic"),
      alert("log", null, 0.5, "it logs what it rarely logs"),
      alert("memory", "up", -1.5, "its memory alert fires: it was started anew"),
      alert("cpu", "up", -2, "its CPU is busy"),
    ],
    refutedBy: "no checksum errors on its interfaces",
  }),
  card({
    id: "dependency_outage",
    title: "cannot be reached",
    systemLevel: "Application",
    faultType: "Dependency Problem",
    signature: [
      finding("trace.failed-call", 3, "calls to it fail before they reach it"),
      callersLog(
        ["connection refused", "econnrefused", "unreachable", "no route", "unavailable", "503"],
        2,
        "its callers cannot reach it",
      ),
      finding(["metric.silence", "trace.silence"], 1, "it fell silent"),
    ],
    refutedBy: "it answers a direct request from its callers' network",
    runbooks: ["dependency-outage"],
  }),
  card({
    id: "dns_failure",
    title: "names do not resolve",
    systemLevel: "Virtualization",
    faultType: "Network/Storage Issue",
    signature: [
      logs(
        ["enotfound", "gaierror", "name resolution", "no such host", "servfail", "getaddrinfo", "nxdomain"],
        3,
        "it logs that names do not resolve",
      ),
      metricNamed(["dns", "coredns", "servfail"], 3, "its name look-ups fail or slow down"),
    ],
    refutedBy: "the same names resolve at once from the same host",
  }),
];
