import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { Change, type Series } from "../../src/domain/telemetry.ts";
import {
  ALARM_MS,
  agentOver,
  metricsAnswering,
  series,
  type SourcesByName,
  topology as shopTopology,
  unavailable,
} from "./fakes.ts";
import { sourceOf } from "../fakes.ts";

const MIN = 60_000;
const deploy = Change.parse({
  timeUnixMs: ALARM_MS - 2 * MIN,
  entity: "stock",
  kind: "deploy",
  id: "stock-v2",
  summary: "swapped stock-b for stock-c",
});
const changes = sourceOf("change", [deploy]);
const topology = sourceOf("topology", {
  ...shopTopology,
  edges: [
    ...shopTopology.edges,
    ...["stock-a", "stock-b", "stock-c"].map((from) => ({ from, to: "stock", kind: "member_of" })),
  ],
});
/** A pod of `stock` that answers `usual` percent of requests before the alarm and `now` percent after it. */
const pod = (id: string, usual: number, now: number, fromMs = 0): Series => {
  const whole = series(id, "success_rate", usual, now);
  const from = whole.timesMs.findIndex((timeMs) => timeMs >= fromMs);
  return { ...whole, entityKind: "pod", timesMs: whole.timesMs.slice(from), values: whole.values.slice(from) };
};
const reportOver = async (sources: SourcesByName, overrides = {}) =>
  (await analyse(await agentOver(sources, overrides), "inc-1", { analysisId: "an-1" })).report;

it("reports what new instances do worse than old ones, with the numbers", async () => {
  const metrics = metricsAnswering([
    pod("stock-a", 99, 99),
    pod("stock-b", 99, 99),
    pod("stock-c", 99, 3, ALARM_MS - MIN),
    series("gateway", "error_rate", 0.01, 0.6),
  ]);
  const report = await reportOver({ metrics, topology, changes });
  expect(report.change).toBe("stock-v2");
  expect(report.evidence.find(({ kind }) => kind === "change.deploy")).toMatchObject({
    entity: "stock",
    facts: { metric: "success_rate", rollout_evidence: expect.any(Number) },
  });
});

it("lists changes when the metrics cannot be read, and reports the missing comparison", async () => {
  const metrics = sourceOf("metric", async () => Promise.reject(unavailable()));
  const report = await reportOver({
    metrics,
    topology,
    changes,
    alerts: sourceOf("alert", []),
  });
  expect(report.evidence.map(({ kind }) => kind)).toContain("change.deploy");
  expect(report.not_checked).toContainEqual({
    source: "changes",
    why: "Causeway did not compare new instances with old ones: the server is down",
  });
});

it("keeps the changes when the series take too long", async () => {
  const metrics = sourceOf(
    "metric",
    (_, signal) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
      ),
  );
  const report = await reportOver({ metrics, topology, changes }, { nodeTimeoutMs: 4_000 });
  expect(report.evidence.map(({ kind }) => kind)).toContain("change.deploy");
  expect(report.not_checked.filter(({ source }) => source === "changes")).toEqual([
    {
      source: "changes",
      why: "Causeway did not compare new instances with old ones: the metrics took longer than 2000 ms",
    },
  ]);
});
