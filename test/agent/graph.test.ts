import { expect, it } from "vitest";
import { drawGraph } from "../house/draw-graph.ts";
import { agentOver } from "./fakes.ts";

it("wires the nodes of an analysis", async () => {
  const drawing = await drawGraph((await agentOver({})).graph);
  for (const edge of [
    "load-incident --> find-onset;",
    "find-onset --> mine-logs;",
    "find-onset --> read-cluster;",
    "widen-window --> find-onset;",
    "walk-traces --> map-topology;",
    "map-topology --> rank-causes;",
    "rank-causes --> recall-similar;",
    "recall-similar -.-> widen-window;",
    "recall-similar -.-> explain;",
    "explain --> find-runbooks;",
    "find-runbooks --> plan-remediation;",
    "plan-remediation --> write-report;",
    "write-report -.-> review;",
    "review --> record-decision;",
    "record-decision -.-> review;",
    "record-decision -.-> remember;",
  ])
    expect(drawing).toContain(edge);
});
