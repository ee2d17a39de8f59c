import { expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const topology = {
  nodes: ["web", "shop", "jobs", "packer", "post"].map((id) => ({ id, kind: "service" })),
  edges: [
    ["web", "shop"],
    ["shop", "jobs"],
    ["packer", "jobs"],
    ["packer", "post"],
  ].map(([from = "", to = ""]) => ({ from, to, kind: "calls" as const })),
};
type Facts = CitedFinding["evidence"]["facts"];
const about = (
  entity: string,
  kind: CitedFinding["kind"],
  facts: Facts,
  { peer = null, strength = 20 }: { peer?: string | null; strength?: number } = {},
) => ({
  ...aFinding({ kind, entity: { id: entity, kind: "service" }, strength, peer, onsetMs: 600_000 }),
  signal: kind.slice(0, kind.indexOf(".")) as CitedFinding["signal"],
  evidence: { connector: "fake", query: "all", window: null, facts },
});
const grows = about("jobs", "metric.shift", {
  metric: "queue_messages_ready",
  family: "queue",
  direction: "up",
  before: 0,
  after: 40,
});
const alert = about("jobs", "alert.firing", { name: "QueueNotDrained", family: "queue", means: "consumer_stuck" });
const stopped = about("packer", "trace.stopped-work", { operation: "poll jobs" }, { peer: "jobs" });
const rank = (...findings: Omit<CitedFinding, "id">[]) =>
  rankCauses({
    incident: anIncident({ alarmAtMs: 620_000 }),
    topology,
    similar: [],
    findings: findings.map((finding, n) => ({ ...finding, id: `E${n + 1}` })),
  });

it("blames the consumer that stopped, not the queue that grows", () => {
  const { hypotheses, verdict } = rank(grows, alert, stopped);
  expect(verdict).toBe("root_cause");
  expect(hypotheses[0]).toMatchObject({
    entity: { id: "packer" },
    cause: "consumer_stuck",
    path: ["jobs", "packer"],
    against: [],
  });
  expect(hypotheses[0]?.for).toEqual(expect.arrayContaining(["E1", "E2", "E3"]));
});

it("takes a caller that counts no calls any more for the consumer", () => {
  const facts = { metric: "http_client_requests", family: "traffic", of_calls: "yes", direction: "down" };
  const none = about("packer", "metric.shift", { ...facts, before: 8, after: 0 });
  const fewer = about("packer", "metric.shift", { ...facts, before: 8, after: 5 });
  expect(rank(grows, alert, none).hypotheses[0]?.entity.id).toBe("packer");
  expect(rank(grows, alert, fewer).hypotheses[0]?.entity.id).toBe("jobs");
});

it("leaves the blame with a server whose requests wait: whoever waits for it stops, too", () => {
  const waiting = about("jobs", "metric.shift", { ...grows.evidence.facts, metric: "http_server_active_requests" });
  expect(rank(waiting, stopped).hypotheses[0]?.entity.id).toBe("jobs");
});

it("names what the cluster says of a consumer that stopped", () => {
  const gone = about("packer", "cluster.not-ready", { means: "scaled_to_zero" }, { strength: 3 });
  expect(rank(grows, alert, stopped, gone).hypotheses[0]).toMatchObject({
    entity: { id: "packer" },
    cause: "scaled_to_zero",
  });
});
