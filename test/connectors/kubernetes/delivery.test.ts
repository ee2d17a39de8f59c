import { describe, expect, it, onTestFinished } from "vitest";
import { queryFor } from "../../../src/domain/query.ts";
import { isoTime } from "../../../src/domain/time.ts";
import { startApiServer, type ApiServerOptions, type RecordedObject } from "./api-server.ts";
import { openCluster, RANGE } from "./open.ts";
import { NOW } from "./shop-cluster.ts";

const SHA = "4e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
const before = (minutes: number): string => isoTime(NOW - minutes * 60_000).replace(".000Z", "Z");
const [OLD, NEW] = ["main@sha1:1111111111111111111111111111111111111111", `main@sha1:${SHA}`];

const flux = (kind: string, name: string, status: object): RecordedObject => ({
  apiVersion: kind === "HelmRelease" ? "helm.toolkit.fluxcd.io/v2" : "kustomize.toolkit.fluxcd.io/v1",
  kind,
  metadata: { name, namespace: "flux-system" },
  spec: { values: { password: "hunter2-hunter2" } },
  status,
});
const ready = (status: string, minutes: number, message = "") => [
  { type: "Ready", status, lastTransitionTime: before(minutes), message },
];
const OBJECTS: RecordedObject[] = [
  flux("Kustomization", "apps", {
    history: [
      { digest: "b", firstReconciled: before(9), lastReconciled: before(1), metadata: { revision: NEW } },
      { digest: "a", firstReconciled: before(100), lastReconciled: before(10), metadata: { revision: OLD } },
    ],
    inventory: {
      entries: [
        { id: "shop_cart_apps_Deployment", v: "v1" },
        { id: "shop_cart__Service", v: "v1" },
      ],
    },
  }),
  flux("Kustomization", "old-flux", { lastAppliedRevision: NEW, conditions: ready("True", 8) }),
  flux("Kustomization", "stuck", {
    lastAppliedRevision: OLD,
    lastAttemptedRevision: NEW,
    conditions: ready("False", 7, "dry-run failed"),
  }),
  flux("HelmRelease", "checkout", {
    history: [
      {
        version: 3,
        chartName: "checkout",
        chartVersion: "1.4.0",
        appVersion: "2.1",
        lastDeployed: before(5),
        status: "deployed",
      },
      {
        version: 2,
        chartName: "checkout",
        chartVersion: "1.4.0",
        appVersion: "2.1",
        lastDeployed: before(6),
        status: "superseded",
      },
      {
        version: 1,
        chartName: "checkout",
        chartVersion: "1.3.0",
        appVersion: "2.0",
        lastDeployed: before(90),
        status: "superseded",
      },
    ],
  }),
  {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "payment", namespace: "argocd" },
    status: { history: [{ id: 1, revision: SHA, deployedAt: before(4), initiatedBy: { automated: true } }] },
  },
];

async function changesOf(options: Omit<ApiServerOptions, "objects">) {
  const server = await startApiServer({ objects: OBJECTS, ...options });
  onTestFinished(() => server.close());
  const { changes, close } = openCluster(server.url);
  onTestFinished(close);
  const { data, coverage } = await changes.query(queryFor("change", RANGE));
  return { data, gaps: coverage.gaps };
}

describe("what Flux and Argo CD applied", () => {
  it("is read as changes: revisions, charts, values, failures", async () => {
    const { data, gaps } = await changesOf({ hasDelivery: true });
    expect(gaps).toEqual([]);
    expect(data.map(({ entity, kind, id, summary }) => [entity, kind, id, summary])).toEqual([
      ["cart", "deploy", "1".repeat(40), `Flux applied ${OLD}`],
      ["checkout", "deploy", "flux-system/HelmRelease/checkout v1", "chart checkout 1.3.0 with 2.0"],
      ["cart", "deploy", SHA, `Flux applied ${NEW}`],
      ["old-flux", "deploy", SHA, `Flux applied ${NEW}`],
      ["stuck", "deploy", SHA, `Flux failed to apply ${NEW}: dry-run failed`],
      ["checkout", "deploy", "flux-system/HelmRelease/checkout v2", "chart checkout 1.4.0 with 2.1"],
      [
        "checkout",
        "config",
        "flux-system/HelmRelease/checkout v3",
        "other values for chart checkout 1.4.0 with 2.1; deployed",
      ],
      ["payment", "deploy", SHA, `synced to ${SHA}; automatic`],
    ]);
    expect(JSON.stringify(data)).not.toContain("hunter2");
  });

  it("is no gap in a cluster without them, even if the user may not list them", async () => {
    const forbids = (type: string): boolean => /kustomizations|helmreleases|applications/.test(type);
    expect(await changesOf({ forbids })).toMatchObject({ data: [], gaps: [] });
  });

  it("is a gap where it exists and the user may not list it", async () => {
    const forbids = (type: string): boolean => type === "helmreleases";
    const { data, gaps } = await changesOf({ hasDelivery: true, forbids });
    expect(data).toHaveLength(5);
    expect(gaps.map(({ why }) => why.slice(0, 60))).toEqual([
      expect.stringMatching(/^helmreleases .*could not be read/),
    ]);
  });
});
