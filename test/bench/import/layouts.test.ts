import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { importTree, readJson } from "./import-suite.ts";
import { FAULT_MS, SERVICES } from "./made-shop.ts";
import { aiopslabTree } from "./trees/aiopslab.ts";
import { cloudopsbenchTree } from "./trees/cloudopsbench.ts";
import { itbenchTree } from "./trees/itbench.ts";
import { edited, type MadeTree, without, writeTree } from "./trees/made-tree.ts";
import { nezhaTree } from "./trees/nezha.ts";
import { telecomTree } from "./trees/openrca.ts";
import { openrca2Tree } from "./trees/openrca2.ts";
import { petshopTree } from "./trees/petshop.ts";
import { RE2_RUN, rcaevalTree, wideTable } from "./trees/rcaeval.ts";
import { rootcauseV2Tree } from "./trees/rootcause-v2.ts";

const importing = async (kind: string, tree: MadeTree) => importTree(kind, await writeTree(tree));
/** The folder of the only case. */
async function onlyCase(suite: string): Promise<string> {
  const ids = await readdir(join(suite, "cases"));
  expect(ids).toHaveLength(1);
  return join(suite, "cases", ids[0] ?? "");
}
const lines = async (path: string): Promise<string[]> =>
  gunzipSync(await readFile(path))
    .toString("utf8")
    .trimEnd()
    .split("\n");
const counted = (list: readonly { what: string; count: number }[]) =>
  Object.fromEntries(list.map(({ what, count }) => [what, count]));

it("rcaeval: reads RE1, whose runs are one table, and says that they have no logs and traces", async () => {
  const tree = {
    "RE1-OB/stock_mem/2/data.csv": `\uFEFF${wideTable()}`,
    "RE1-OB/stock_mem/2/inject_time.txt": `${FAULT_MS / 1000}`,
  };
  const { to, provenance } = await importing("rcaeval", tree);
  expect(provenance.defects).toEqual([
    { what: "cases with metrics but no logs and traces", how: "not recorded", count: 1 },
  ]);
  expect(await readdir(await onlyCase(to))).toEqual(["metrics.csv.gz", "scenario.json"]);
  expect(await readJson(join(await onlyCase(to), "scenario.json"))).toMatchObject({
    system: "online-boutique",
    alarmAt: "2026-03-01T10:30:00.000Z",
    baseline: { start: "2026-03-01T10:00:00.000Z", end: "2026-03-01T10:30:00.000Z" },
    answer: { entities: [...SERVICES].toSorted(), causes: [{ id: "mem", description: "memory leak" }] },
  });
});

it("rcaeval: leaves out gaps, repeated columns and derived tables, and counts them", async () => {
  const [head = "", first = "", ...rest] = wideTable().split("\n");
  const broken = [`${head},time.1,gateway_cpu`, `${first},1,2`.replace(/,[\d.]+,/, ",,"), ...rest].join("\n");
  const tree = {
    ...rcaevalTree(),
    [`${RE2_RUN}/simple_metrics.csv`]: broken,
    [`${RE2_RUN}/metrics.csv`]: "time\n",
    [`${RE2_RUN}/logts.csv`]: "a",
  };
  const { provenance } = await importing("rcaeval", tree);
  expect(counted(provenance.dropped)).toEqual({
    "columns of metrics": 1,
    samples: 1,
    "metrics.csv": 1,
    "logts.csv": 1,
  });
});

it("rcaeval: drops a run whose injection lies outside of its records, and keeps the others", async () => {
  const other = "RE2/RE2-OB/mail_cpu/1";
  const tree = {
    ...rcaevalTree(),
    [`${other}/inject_time.txt`]: "1500000000",
    [`${other}/simple_metrics.csv`]: wideTable(),
  };
  const { provenance } = await importing("rcaeval", tree);
  expect(provenance.cases).toBe(1);
  expect(provenance.dropped).toContainEqual({
    what: "cases",
    how: "the injection time lies outside of the recorded metrics",
    count: 1,
  });
});

it("rcaeval: writes logs ascending with their level, and spans with their status", async () => {
  const { to } = await importing("rcaeval", rcaevalTree());
  const folder = await onlyCase(to);
  const times = (await lines(join(folder, "logs.jsonl.gz"))).map(
    (line) => JSON.parse(line) as { timeUnixNano: string; body: string },
  );
  expect(times.map(({ timeUnixNano }) => timeUnixNano)).toEqual(
    times.map(({ timeUnixNano }) => timeUnixNano).toSorted(),
  );
  expect(times.at(0)?.body).toMatch(/^INFO POST \/order done/);
  expect((await lines(join(folder, "traces.csv.gz"))).filter((line) => line.endsWith("ERROR: 500"))).toHaveLength(20);
});

it("nezha: believes the text of a time, as UTC, and counts the numbers that differ by whole hours", async () => {
  const { to, provenance } = await importing("nezha", nezhaTree());
  expect(provenance.defects).toEqual([
    {
      what: "injections whose number is whole hours (a time zone) beside their text",
      how: "the text was used, as UTC",
      count: 1,
    },
  ]);
  expect(provenance.shared).toEqual(["normal-2026-03-01"]);
  const folder = await onlyCase(to);
  expect(await readJson(join(folder, "scenario.json"))).toMatchObject({
    alarmAt: "2026-03-01T10:30:00.000Z",
    window: { start: "2026-03-01T10:29:00.000Z", end: "2026-03-01T10:33:00.000Z" },
    baseline: { shared: "normal-2026-03-01" },
  });
  const [first] = await lines(join(folder, "logs.jsonl.gz"));
  expect(JSON.parse(first ?? "")).toMatchObject({
    service: "gateway",
    pod: "gateway-5c66d57d58-6mp2b",
    body: expect.stringMatching(/^INFO/),
  });
});

it("nezha: takes the first object of a line with debris, and the text where a record has no nanoseconds", async () => {
  const path = "rca_data/2026-03-01/log/10_30_log.csv";
  const row =
    '2026-03-01T10:30:30.5Z,-6795364578871345152,n1,mail-5c66d57d58-6mp2b,server,,,"{""log"": ""ERROR odd\\n""} {""x"": 1}"\n';
  const tree = nezhaTree();
  const { to, provenance } = await importing("nezha", { ...tree, [path]: `${tree[path]}${row}` });
  expect(counted(provenance.defects)).toMatchObject({
    "log lines with debris after their wrapper": 1,
    "log records without a time in nanoseconds": 1,
  });
  const all = await lines(join(await onlyCase(to), "logs.jsonl.gz"));
  expect(all.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({ body: "ERROR odd", timeUnixNano: String(BigInt(FAULT_MS + 30_500) * 1_000_000n) }),
  );
});

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

it("petshop: lets low_traffic stand in for a scenario without a fault-free recording", async () => {
  const moved = Object.entries(petshopTree()).map(
    ([path, content]) => [path.replace("low_traffic", "temporal_traffic1"), content] as const,
  );
  const quiet = {
    "dataset/low_traffic/noissue/metrics.csv": petshopTree()["dataset/low_traffic/noissue/metrics.csv"] ?? "",
  };
  const tree = { ...without(Object.fromEntries(moved), /noissue/), ...quiet };
  const { to, provenance } = await importing("petshop", tree);
  expect(counted(provenance.defects)).toEqual({ "scenarios without a fault-free recording": 1 });
  expect(await readJson(join(await onlyCase(to), "scenario.json"))).toMatchObject({
    baseline: { shared: "normal-low_traffic" },
    target: { entity: "gateway", metric: "latency_Average" },
    entry: "gateway",
  });
});

it("petshop: takes the third sample where the issue has no time", async () => {
  const path = "dataset/low_traffic/train/issue_0/target.json";
  const { provenance } = await importing("petshop", edited(petshopTree(), path, "timestamp", "other"));
  expect(counted(provenance.defects)).toEqual({ "issues without a time in target.json": 1 });
});

it("openrca: reads the columns of Telecom, with milliseconds and calls to databases", async () => {
  const { to } = await importing("openrca", telecomTree());
  const folder = await onlyCase(to);
  expect(await readJson(join(folder, "topology.json"))).toEqual({
    nodes: [],
    edges: [{ from: "docker_006", to: "db_003", kind: "calls" }],
  });
  const [, span] = await lines(join(folder, "traces.csv.gz"));
  expect(span).toMatch(/,os_021,,osb_001,1772359200000000000,40000,OK$/);
});

it("openrca: drops a query whose range holds no record, and says so", async () => {
  const tree = edited(telecomTree(), "Telecom/query.csv", "18:28 to 18:35", "18:31 to 18:35");
  await expect(importing("openrca", tree)).rejects.toThrow(
    /no case could be imported: 1 cases: record.csv holds no failure/,
  );
});

it("openrca2: keeps the causal graph with the answer, between services, and out of the case", async () => {
  const { to, provenance } = await importing("openrca2", openrca2Tree());
  const folder = await onlyCase(to);
  expect(await readdir(folder)).toEqual(["logs.jsonl.gz", "metrics.csv.gz", "scenario.json", "traces.csv.gz"]);
  const [oracle = ""] = (await readdir(join(to, "oracles"))).filter((name) => name.endsWith(".json"));
  expect(await readJson(join(to, "oracles", oracle))).toMatchObject({
    notes: { causalEdges: [["stock", "gateway"]], alarms: ["gateway"] },
  });
  expect(counted(provenance.dropped)).toEqual({ "label.txt": 1 });
  expect(await readJson(join(folder, "scenario.json"))).toMatchObject({
    baseline: { start: "2026-03-01T10:00:00.000Z" },
  });
});

it("openrca2: answers with the injected services where there is no causal graph", async () => {
  const { provenance } = await importing("openrca2", without(openrca2Tree(), /causal_graph/));
  expect(counted(provenance.defects)).toEqual({ "cases without causal_graph.json": 1 });
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

it("rootcause-v2: copies what a collector wrote, and names the keys it does not know", async () => {
  const dir = "snapshots/inc-07";
  const otlp = JSON.stringify({ resourceLogs: [] });
  const { to } = await importing("rootcause-v2", {
    ...without(rootcauseV2Tree(), /logs\.jsonl/),
    [`${dir}/logs.jsonl`]: `${otlp}\n`,
  });
  expect(await readFile(join(await onlyCase(to), "otlp/logs.jsonl"), "utf8")).toBe(`${otlp}\n`);
  const odd = { ...rootcauseV2Tree(), [`${dir}/truth.json`]: '{"who": "stock"}' };
  await expect(importing("rootcause-v2", odd)).rejects.toThrow(/none of the keys service, .*; it has who/);
});

it("says in the answer where a case came from, and when its fault began", async () => {
  const { to } = await importing("rcaeval", rcaevalTree());
  const [oracle = ""] = (await readdir(join(to, "oracles"))).filter((name) => name.endsWith(".json"));
  expect(await readJson(join(to, "oracles", oracle))).toMatchObject({
    notes: { source: RE2_RUN },
    onset: "2026-03-01T10:30:00.000Z",
  });
});
