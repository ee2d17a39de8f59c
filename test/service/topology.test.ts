import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { AlertDelivery } from "../../src/domain/alert-event.ts";
import { newHome, serviceAt, eventsOf } from "./services.ts";

const calls = [
  ["web", "orders"],
  ["orders", "store"],
  ["app", "store"],
  ["batch", "store"],
].map(([from, to]) => ({ from, to, kind: "calls" }));

/** A home with call edges in its configuration. */
function homeWith(topology: string): Record<string, string> {
  const home = newHome();
  const file = join(home, "topology.json");
  writeFileSync(file, topology);
  writeFileSync(join(home, "config.yaml"), `topology:\n  file: ${file}\n  entry: web\n`);
  return { CAUSEWAY_HOME: home };
}

const raised = (...alerts: [entity: string, summary: string, secondsLater: number][]): AlertDelivery => ({
  source: "custom/test",
  groupKey: null,
  truncatedAlerts: 0,
  alerts: alerts.map(([entity, summary, secondsLater]) => ({
    fingerprint: `${entity} ${summary}`,
    status: "firing",
    severity: "warning",
    entity,
    name: summary,
    summary,
    startsAtMs: Date.parse("2026-11-01T10:00:00Z") + secondsLater * 1_000,
    endsAtMs: null,
    labels: {},
  })),
});
const receipt = { deliveryId: "d1", receivedAtMs: Date.now() };

it("joins alerts that are close on the configured topology into one incident with its severity", async () => {
  const raisedAlerts: [string, string, number][] = [
    ["store", "cpu usage high", 0],
    ["store", "memory usage high", 5],
    ["store", "restarts", 7],
    ["orders", "latency p99 high", 20],
    ["web", "error rate high", 30],
    ["app", "latency p99 high", 35],
    ["batch", "latency p99 high", 35],
  ];
  const service = await serviceAt(homeWith(JSON.stringify({ nodes: [], edges: calls })));
  const { incidentIds } = await service.acceptAlerts(raised(...raisedAlerts), receipt);
  expect(incidentIds).toHaveLength(1);
  const {
    alerts,
    analyses: [analysis],
  } = await service.getIncident(incidentIds[0] ?? "");
  expect(alerts.map(({ why }) => why)).toContain("web is 2 hops from store, 30 s later");
  await eventsOf(service, analysis?.id ?? "");
  const { report } = await service.getAnalysis(analysis?.id ?? "");
  expect(report?.triage).toMatchObject({
    severity: "high",
    blast_radius: ["app", "batch", "orders", "store", "web"],
    why: expect.stringContaining("including the entry web"),
  });
  await service.drain();
});

it("keeps different alerts apart when no topology is configured", async () => {
  const service = await serviceAt({ CAUSEWAY_HOME: newHome() }, 0);
  expect(
    (await service.acceptAlerts(raised(["store", "disk full", 0], ["web", "too many errors", 30]), receipt))
      .incidentIds,
  ).toHaveLength(2);
  await service.drain();
});

it.each([
  ["{", "not JSON"],
  ['{"nodes":{}}', "nodes"],
])("does not begin with a topology that is %s", async (text, why) => {
  await expect(serviceAt(homeWith(text), 0)).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining(why),
  });
});

it("does not start when the configured topology file is missing", async () => {
  await expect(
    serviceAt({ CAUSEWAY_HOME: newHome(), CAUSEWAY_TOPOLOGY: "/no/such/topology.json" }, 0),
  ).rejects.toMatchObject({ message: expect.stringContaining("/no/such/topology.json") });
});
