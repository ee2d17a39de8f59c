import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { queryFor } from "../../../src/domain/query.ts";
import type { Change } from "../../../src/domain/telemetry.ts";
import { startCluster } from "../../../src/lab/cluster/start-cluster.ts";
import { openCluster } from "../../connectors/kubernetes/open.ts";
import { HANG_MS } from "../../hang.ts";
import { instantRuntime } from "./instant-runtime.ts";
import { kubectlWith } from "./kubectl-run.ts";

const folder = mkdtempSync(join(tmpdir(), "causeway-lab-writes-"));
const runtime = await instantRuntime();
/** What is applied at first is older than every patch. */
let behindMs = 3_600_000;
const cluster = await startCluster({
  folder,
  runtime,
  namespace: "shop",
  nodes: [{ name: "node-1", cpu: "4", memory: "4Gi" }],
  now: () => Date.now() - behindMs,
});
afterAll(async () => {
  await cluster.close();
  runtime.close();
  rmSync(folder, { recursive: true });
});
const kubectl = kubectlWith(cluster.kubeconfig);

async function changesSince(sinceMs: number): Promise<Change[]> {
  const { changes, close } = openCluster(cluster.url, { kubeconfig: cluster.viewerKubeconfig });
  try {
    const { data } = await changes.query(queryFor("change", { startMs: sinceMs, endMs: Date.now() + 60_000 }));
    return data.filter(({ written }) => written !== undefined);
  } finally {
    await close();
  }
}

await cluster.apply({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "flags-config" },
  data: { FLAGS: '{"gift-wrap":false}', PASSWORD: "0ld-Secret-76" },
});
await cluster.apply({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "flags" },
  spec: { selector: { app: "flags" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
});
await cluster.apply({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "flags" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "flags" } },
    template: {
      metadata: { labels: { app: "flags" } },
      spec: { containers: [{ name: "flags", image: "main:1", envFrom: [{ configMapRef: { name: "flags-config" } }] }] },
    },
  },
});
behindMs = 0;

it(
  "reads from the API server what kubectl wrote, in the order of time",
  async () => {
    const sinceMs = Date.now() - 60_000;
    expect(await changesSince(sinceMs)).toEqual([]);
    const patches: string[][] = [
      ["patch", "configmap", "flags-config", "--patch", JSON.stringify({ data: { FLAGS: '{"gift-wrap":true}' } })],
      ["patch", "service", "flags", "--patch", JSON.stringify({ spec: { selector: { app: "flag" } } })],
      ["annotate", "service", "flags", "seen=yes"],
    ];
    for (const args of patches) expect((await kubectl(...args)).stderr).toBe("");
    await cluster.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "team-limits" },
      spec: { hard: { pods: "1" } },
    });
    const found = await changesSince(sinceMs);
    expect(found.map(({ entity, summary }) => `${entity}: ${summary}`).toSorted()).toEqual([
      "flags: kubectl-patch changed ConfigMap flags-config: " +
        'FLAGS: {"gift-wrap":false} → {"gift-wrap":true}; flags reads it when it starts',
      "flags: kubectl-patch changed Service flags: selector: app=flags → app=flag",
      "shop: kubectl-client-side-apply created ResourceQuota team-limits: hard",
    ]);
    expect(JSON.stringify(found)).not.toContain("0ld-Secret-76");
  },
  HANG_MS,
);
