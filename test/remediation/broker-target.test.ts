import { expect, it } from "vitest";
import { whyNotBroker } from "../../src/remediation/broker-target.ts";
import { aHypothesis, cited } from "./samples.ts";

const topology = {
  nodes: [],
  edges: [{ from: "shop", to: "jobs", kind: "calls" as const }],
};
const growing = (entity: string, metric: string) => {
  const finding = cited("E1");
  return {
    ...finding,
    entity: { id: entity, kind: "service" },
    evidence: { ...finding.evidence, facts: { metric, family: "queue" } },
  };
};
const why = (entity: string, metric: string, cause = "consumer_stuck") =>
  whyNotBroker(
    { ...aHypothesis({ cause }), entity: { id: entity, kind: "service" }, for: ["E1"] },
    [growing(entity, metric)],
    topology,
  );

it("offers no step for a queue whose consumer is not known", () => {
  expect(why("jobs", "queue_messages_ready")).toMatch(/^for reading only, because messages pile up in it/);
});

it("allows steps for a consumer that measures its lag, for one that calls others, and for other causes", () => {
  expect(why("jobs", "kafka_consumer_lag")).toBeNull();
  expect(why("shop", "queue_messages_ready")).toBeNull();
  expect(why("jobs", "queue_messages_ready", "memory_exhaustion")).toBeNull();
});
