import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { getArtifact } from "../../src/agent/artifacts.ts";
import type { LogStream, Topology } from "../../src/domain/telemetry.ts";
import { isoTime } from "../../src/domain/time.ts";
import { sourceOf } from "../fakes.ts";
import { agentOver, incident } from "./fakes.ts";

const START_MS = incident.window?.startMs ?? 0;
const BASE_MS = incident.baseline.window?.startMs ?? START_MS - 600_000;

/** A stream of one service: it works, and from the start of the incident on it also says something else. */
function logOf(service: string, trouble: string | null): LogStream {
  const served = Array.from({ length: 60 }, (_, nth) => [BASE_MS + nth * 10_000, "INFO served a page"] as const);
  const failed = Array.from({ length: 20 }, (_, nth) => [START_MS + nth * 2_000, `ERROR ${trouble}`] as const);
  const lines = [...served, ...(trouble === null ? [] : failed)].toSorted(([a], [b]) => a - b);
  const text = lines.map(([ms, body]) => `${isoTime(ms)} ${body}\n`).join("");
  const chunks = {
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(text);
    },
  };
  return { origin: `${service}.log`, framing: "raw", service, chunks };
}

async function analysed(trouble: string, topology: Topology) {
  const logs = sourceOf("log", [logOf("web", trouble), logOf("orders", null)]);
  const agent = await agentOver({ logs, topology: sourceOf("topology", topology) }, { review: false });
  const { report } = await analyse(agent, "inc-1", { analysisId: "an-1" });
  return { report, topology: await getArtifact(agent.deps.store, "an-1", "topology") };
}
const NODES: Topology["nodes"] = ["web", "orders"].map((id) => ({ id, kind: "service" }));

it("adds the call of an error line to the call graph, with its source and age", async () => {
  const { report, topology } = await analysed("dial tcp: connect to orders:8080: connection refused", {
    nodes: NODES,
    edges: [],
  });
  const calls = topology.edges.filter(({ kind }) => kind === "calls");
  expect(calls).toEqual([expect.objectContaining({ from: "web", to: "orders" })]);
  expect(report.call_graph).toEqual([
    { source: "errors in logs", edges: 1, newest: expect.stringMatching(/^20/) as string },
  ]);
});

it("lets a configured graph deny such a call", async () => {
  const none: Topology = { nodes: NODES, edges: [{ from: "web", to: "orders", kind: "none" }] };
  const { topology } = await analysed("dial tcp: connect to orders:8080: connection refused", none);
  expect(topology.edges).toEqual([]);
});
