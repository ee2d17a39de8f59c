import { expect, it } from "vitest";
import { drawMachine } from "../house/draw-machine.ts";
import { agentOver } from "./fakes.ts";

it("wires the way of an incident", async () => {
  const drawing = await drawMachine((await agentOver({})).graph);
  for (const edge of [
    "load-incident --> mine-logs;",
    "load-incident --> read-cluster;",
    "walk-traces --> map-topology;",
    "map-topology --> rank-causes;",
    "rank-causes --> recall-similar;",
    "recall-similar -.-> widen-window;",
    "recall-similar -.-> explain;",
    "widen-window --> scan-metrics;",
    "explain --> plan-remediation;",
    "plan-remediation -.-> review;",
    "review --> record-decision;",
    "record-decision -.-> review;",
    "record-decision -.-> remember;",
  ])
    expect(drawing).toContain(edge);
});
