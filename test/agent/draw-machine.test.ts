import { expect, it } from "vitest";
import { drawMachine } from "../../src/agent/draw-machine.ts";
import { machineOver } from "./fakes.ts";

it("draws the way of an incident, without the handlers of failures", async () => {
  const drawing = await drawMachine((await machineOver({})).graph);
  expect(drawing).not.toContain("error_handler");
  for (const edge of [
    "load-incident --> mine-logs;", "load-incident --> read-cluster;", "walk-traces --> map-topology;", "map-topology --> rank-causes;", "rank-causes --> recall-similar;",
    "recall-similar -.-> widen-window;", "recall-similar -.-> explain;", "widen-window --> scan-metrics;", "explain --> plan-remediation;", "plan-remediation -.-> review;",
    "review --> record-decision;", "record-decision -.-> review;", "record-decision -.-> remember;",
  ]) expect(drawing).toContain(edge);
});
