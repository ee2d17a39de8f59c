import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { counted, importing, lines, onlyCase, readJson } from "./import-suite.ts";
import { FAULT_MS } from "./made-shop.ts";
import { aiopslabTree } from "./trees/aiopslab.ts";
import { cloudopsbenchTree } from "./trees/cloudopsbench.ts";
import { itbenchTree } from "./trees/itbench.ts";
import type { MadeTree } from "./trees/made-tree.ts";

it("cloudopsbench: spells causes as the labels do, and drops answers whose key cannot be read", async () => {
  const { to, provenance } = await importing("cloudopsbench", cloudopsbenchTree());
  expect(provenance.defects).toEqual([
    expect.objectContaining({ what: expect.stringContaining("(db_read_only)"), count: 1 }),
  ]);
  expect(counted(provenance.dropped)).toEqual({ "recorded answers": 1, "k8s_states.json": 1 });
  const oracles = await readdir(join(to, "oracles"));
  const causes = await Promise.all(
    oracles.filter((name) => name.endsWith(".json")).map((name) => readJson(join(to, "oracles", name))),
  );
  expect(causes).toContainEqual(expect.objectContaining({ cause: "db_read_only", entities: [["app/orders"]] }));
  const [first = ""] = await readdir(join(to, "cases"));
  expect(await readJson(join(to, "cases", first, "scenario.json"))).toMatchObject({
    namespace: "shop",
    alarmAt: null,
    answer: { entities: ["app/gateway", "app/orders", "app/stock", "namespace/shop"] },
  });
});

it("itbench: never writes what a Secret holds, and tells a changed deployment as a change", async () => {
  const { to, provenance } = await importing("itbench", itbenchTree());
  const folder = await onlyCase(to);
  const objects = await readFile(join(folder, "cluster/objects.json"), "utf8");
  expect(objects).not.toContain("aHVudGVyMg");
  expect(objects).toContain("registry.example/stock:2");
  expect(objects).not.toContain("managedFields");
  expect((await lines(join(folder, "changes.jsonl.gz"))).map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ entity: "stock", kind: "deploy", timeUnixMs: FAULT_MS - 20_000 }),
  ]);
  expect((await lines(join(folder, "alerts.jsonl.gz"))).map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      name: "RequestLatency",
      entity: "gateway",
      count: 2,
      severity: "warning",
      timeUnixMs: FAULT_MS + 60_000,
    }),
  ]);
  expect(counted(provenance.dropped)).toMatchObject({ "contents of Secrets": 1, alerts: 2, files: 1 });
});

it("aiopslab: keeps what was seen before the first change, and leaves out what shows the fault itself", async () => {
  const { to, provenance } = await importing("aiopslab", aiopslabTree());
  const folder = await onlyCase(to);
  expect(await readdir(folder)).toEqual(["cluster", "logs", "metrics.csv.gz", "scenario.json", "traces.csv.gz"]);
  expect(await readdir(join(folder, "cluster"))).toEqual(["001.txt"]);
  expect(counted(provenance.defects)).toEqual({
    "observations that show the injected fault itself (feature flags, chaos objects)": 1,
  });
  expect(counted(provenance.dropped)).toMatchObject({ observations: 2, files: 1 });
  expect(provenance.withoutAnswer).toBe(1);
});

it("itbench: leaves out a scenario whose answer is in another form, and keeps the others", async () => {
  const other = { "Scenario-8/ground_truth.yaml": "cost: too high\n", "Scenario-8/alerts/a.json": "[]" };
  const { provenance } = await importing("itbench", { ...itbenchTree(), ...other });
  expect(provenance.cases).toBe(1);
  expect(provenance.dropped).toContainEqual({
    what: "cases",
    how: expect.stringMatching(/not in groups: .*groups/),
    count: 1,
  });
});

it("itbench: takes a table in metrics/ for metrics, whatever its object is called", async () => {
  const path = "Scenario-7/metrics/pod_event-logs-exporter.tsv";
  const table = "timestamp\tmetric_name\tvalue\n2026-03-01 10:30:00\tup\t0\n";
  const { to } = await importing("itbench", { ...itbenchTree(), [path]: table });
  const rows = await lines(join(await onlyCase(to), "metrics.csv.gz"));
  expect(rows).toContain("1772361000000,event-logs-exporter,pod,up,0");
});

/** The tree as a newer recorder writes it: tables in raw/, times and maps as Go prints them. */
const newer = (): MadeTree =>
  Object.fromEntries(
    Object.entries(itbenchTree()).map(([path, content]) => [
      path.replace("/metrics/", "/raw/metrics_pod/").replace(/\/((?:k8s|otel)_\w+\.tsv)$/, "/raw/$1"),
      `${content}`
        .replaceAll(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\t/gm, "$1 +0000 UTC\t")
        .replaceAll(/\{'k8s.pod.name': '([^']*)'[^}]*\}/g, "map[k8s.namespace.name:shop k8s.pod.name:$1]"),
    ]),
  );

it("itbench: reads what a newer recorder writes, and leaves out its lite half", async () => {
  const lite = {
    "Scenario-7/lite/otel_traces.tsv": "timestamp\n",
    "Scenario-7/lite/metrics_pod/pod_a.tsv": "timestamp\n",
  };
  const { to, provenance } = await importing("itbench", { ...newer(), ...lite });
  expect(provenance.dropped).toContainEqual({ what: "files", how: "lite/ repeats a part of raw/", count: 2 });
  expect(provenance.counts).toMatchObject({ samples: 560, spans: 560, "log records": 560 });
  const [, span] = await lines(join(await onlyCase(to), "traces.csv.gz"));
  expect(span).toContain(",gateway,gateway-5f6d7c8b9-qwert,POST /order,1772359200000000000,");
});
