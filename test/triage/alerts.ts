import type { AlertEvent } from "../../src/domain/alert-event.ts";
import { dependencyGraph } from "../../src/topology/graph.ts";
import { type AlertFiring, firingOf } from "../../src/triage/firing.ts";

/** web → orders → store, web → search → index, batch → archive; orders-0 and search-0 run on node-1. */
export const graph = dependencyGraph({
  nodes: [],
  edges: [
    ...[
      ["web", "orders"],
      ["orders", "store"],
      ["web", "search"],
      ["search", "index"],
      ["batch", "archive"],
    ].map(([from = "", to = ""]) => ({ from, to, kind: "calls" })),
    { from: "orders-0", to: "orders", kind: "member_of" },
    { from: "orders-0", to: "node-1", kind: "runs_on" },
    { from: "search-0", to: "node-1", kind: "runs_on" },
  ],
});
export const MINUTE = 60_000;

export const alert = (
  entity: string,
  minute: number,
  { groupKey = null, ...more }: Partial<AlertEvent> & { groupKey?: string | null } = {},
): AlertFiring =>
  firingOf(
    {
      fingerprint: `${entity}/${more.name ?? "Latency"}`,
      status: "firing",
      severity: "warning",
      entity,
      name: "Latency",
      summary: `${entity} is slow`,
      startsAtMs: minute * MINUTE,
      endsAtMs: null,
      labels: {},
      ...more,
    },
    groupKey,
  );
