import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { serviceMetrics } from "../../src/service/metrics.ts";
import { causeway } from "../cli/run-cli.ts";
import { NO_HOME } from "../no-home.ts";
import { debianBinary } from "../servers/debian.ts";
import { CHART, defaultValues, type Manifest, merged, renderChart, valuesOf } from "./renderer.ts";
import { faultsOf, faultsOfValues } from "./schemas.ts";

type Pod = {
  securityContext: Record<string, unknown>;
  automountServiceAccountToken: boolean;
  containers: { args: string[]; securityContext: Record<string, unknown>; env: { name: string }[] }[];
};
type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };

const SETS = { default: {}, minimal: valuesOf("values.minimal.yaml"), full: valuesOf("values.full.yaml") };
const schema = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8")) as object;
const rendered: Record<string, Manifest[]> = {};
beforeAll(async () => {
  for (const [name, values] of Object.entries(SETS)) rendered[name] = await renderChart(values);
});
const of = (set: string, kind: string): Manifest[] => (rendered[set] ?? []).filter((one) => one.kind === kind);
const podsOf = (set: string): Pod[] =>
  of(set, "Deployment").map((one) => (one.spec as { template: { spec: Pod } }).template.spec);
const rulesOf = (manifest: Manifest | undefined): Rule[] => (manifest?.rules ?? []) as Rule[];

describe.each(Object.keys(SETS))("the chart with %s values", (set) => {
  it("renders manifests that fit Kubernetes' own schemas, each under a name of its own", async () => {
    const manifests = rendered[set] ?? [];
    expect(manifests.length).toBeGreaterThan(3);
    for (const manifest of manifests)
      expect([manifest.metadata.name, await faultsOf(manifest)]).toEqual([manifest.metadata.name, []]);
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has values that its schema accepts", async () => {
    expect(await faultsOfValues(schema, merged(defaultValues(), SETS[set as keyof typeof SETS]))).toEqual([]);
  });

  it("runs without root, with a read-only file system and without capabilities", () => {
    expect(podsOf(set).length).toBeGreaterThan(0);
    for (const { securityContext, containers } of podsOf(set)) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      for (const container of containers)
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
    }
  });
});

it("finds faults in manifests: a wrong type, a missing field, a field that does not exist", async () => {
  const [web] = of("default", "Deployment");
  const broken = (change: (spec: Record<string, unknown>) => void): Manifest => {
    const copy = structuredClone(web) as Manifest;
    change(copy.spec as Record<string, unknown>);
    return copy;
  };
  expect(await faultsOf(broken((spec) => (spec.replicas = "two")))).not.toEqual([]);
  expect(await faultsOf(broken((spec) => delete spec.selector))).not.toEqual([]);
  const typo = broken((spec) => (spec.replica = 2));
  expect(await faultsOf(typo)).toEqual(["Deployment.spec.replica does not exist in V1DeploymentSpec"]);
});

it("refuses values with typing errors", async () => {
  const faults = (over: Record<string, unknown>) => faultsOfValues(schema, merged(defaultValues(), over));
  expect(await faults({ exitingSecret: "x" })).not.toEqual([]);
  expect(await faults({ web: { replicas: "two" } })).not.toEqual([]);
  expect(await faults({ rbac: { write: { rules: [{ verbs: ["*"] }] } } })).not.toEqual([]);
  expect(await faults({ image: { digest: "sha256:short" } })).not.toEqual([]);
});

it("grants the right to read exactly what the Kubernetes connector reads, and no Secrets", async () => {
  const { stdout } = await causeway(["connect", "rbac"], { env: { CAUSEWAY_HOME: NO_HOME } });
  const printed = stdout.split("---\n")[1] ?? "";
  for (const set of ["default", "full"]) {
    const role = of(set, "ClusterRole");
    expect(role).toHaveLength(1);
    expect(rulesOf(role[0])).toEqual((parse(printed) as { rules: Rule[] }).rules);
    expect(rulesOf(role[0]).flatMap(({ resources }) => resources)).not.toContain("secrets");
  }
  expect(of("minimal", "ClusterRole")).toEqual([]);
  expect(podsOf("minimal").map(({ automountServiceAccountToken }) => automountServiceAccountToken)).toEqual([false]);
});

it("keeps the write role off, apart from Causeway's pods, and within the named namespaces", () => {
  for (const set of ["default", "minimal"]) expect([...of(set, "Role"), ...of(set, "RoleBinding")]).toEqual([]);
  expect(of("full", "Role").map(({ metadata }) => metadata.namespace)).toEqual(["shop", "payments"]);
  const subjects = of("full", "RoleBinding").flatMap(({ subjects: all }) => all as { name: string }[]);
  expect(new Set(subjects.map(({ name }) => name))).toEqual(new Set(["rel-causeway-write"]));
  expect(JSON.stringify(of("full", "Deployment"))).not.toContain("causeway-write");
});

it("runs web and workers apart with a database, and one process without", () => {
  expect(podsOf("default").map(({ containers }) => containers[0]?.args)).toEqual([["serve", "--workers", "1"]]);
  expect(podsOf("full").map(({ containers }) => containers[0]?.args)).toEqual([
    ["serve", "--workers", "0"],
    ["worker", "--workers", "2"],
  ]);
});

it("refuses replicas that would share a SQLite file", async () => {
  await expect(renderChart({ web: { replicas: 2 } })).rejects.toThrow("web.replicas above 1 needs database");
});

describe("alerts about Causeway itself", () => {
  const file = join(CHART, "files/causeway-rules.yml");

  it("use metrics that /metrics has", async () => {
    const { registry } = serviceMetrics(async () => 0);
    const names = new Set((await registry.getMetricsAsJSON()).map(({ name }) => name));
    const used = [...readFileSync(file, "utf8").matchAll(/causeway_[a-z_]+/g)].map(([name]) => name);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  it("are valid for Prometheus, the same in the compose file, and part of the full chart", async () => {
    const { stdout } = await promisify(execFile)(await debianBinary("promtool"), ["check", "rules", file]);
    expect(stdout).toMatch(/SUCCESS: 8 rules found/);
    const text = readFileSync(file, "utf8");
    expect(readFileSync(join(CHART, "../../compose/causeway-rules.yml"), "utf8")).toBe(text);
    expect(of("full", "PrometheusRule")[0]?.spec).toEqual(parse(text));
  });
});
