import { expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

type Facts = Finding["evidence"]["facts"];

/** The cause of the only candidate: a slow database with one more finding. */
function causeOf(kind: Finding["kind"], facts: Facts): string | undefined {
  const about = (id: string, one: Finding["kind"], known: Facts): CitedFinding => ({
    ...aFinding({
      signal: one.split(".")[0] as Finding["signal"],
      kind: one,
      strength: 400,
      entity: { id: "store", kind: "database" },
      onsetMs: 590_000,
      evidence: { connector: "fake", query: "q", window: null, facts: known },
    }),
    id,
  });
  const slow = { family: "latency", direction: "up", before: 1, after: 9 };
  return rankCauses({
    incident: anIncident({ entry: "store", alarmAtMs: 600_000 }),
    topology: { nodes: [{ id: "store", kind: "database" }], edges: [] },
    similar: [],
    findings: [about("E1", "metric.shift", slow), about("E2", kind, facts)],
  }).hypotheses[0]?.cause;
}

const falls = { direction: "down", of_what_is_left: "yes" };

it.each([
  ["memory", "memory_exhaustion"],
  ["disk space", "disk_full"],
  ["pool", "connection_pool_exhaustion"],
  ["cpu", "cpu_contention"],
])("reads less %s left as %s", (family, cause) => {
  expect(causeOf("metric.shift", { family, ...falls })).toBe(cause);
});

it("does not read more memory left, nor a memory use that falls, as out of memory", () => {
  expect(causeOf("metric.shift", { family: "memory", ...falls, direction: "up" })).not.toBe("memory_exhaustion");
  expect(causeOf("metric.shift", { family: "memory", direction: "down" })).not.toBe("memory_exhaustion");
});

it("does not call a CPU that has time to spare starved", () => {
  expect(causeOf("metric.shift", { family: "cpu", direction: "up" })).toBe("cpu_contention");
  expect(causeOf("metric.shift", { family: "cpu", direction: "up", far_from_bound: "yes" })).not.toBe("cpu_contention");
});
