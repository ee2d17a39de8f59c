import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { counted, importing, lines, onlyCase, readJson } from "./import-suite.ts";
import { edited, without } from "./trees/made-tree.ts";
import { telecomTree } from "./trees/openrca.ts";
import { openrca2Tree } from "./trees/openrca2.ts";
import { petshopTree } from "./trees/petshop.ts";
import { rootcauseV2Tree } from "./trees/rootcause-v2.ts";

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
  const config = JSON.stringify({ engine_config: JSON.stringify([{ app: "stock", chaos_type: "CPUStress" }]) });
  const tree = { ...without(openrca2Tree(), /causal_graph/), "data/case-01/injection.json": config };
  const { provenance, to } = await importing("openrca2", tree);
  const [oracle = ""] = (await readdir(join(to, "oracles"))).filter((name) => name.endsWith(".json"));
  expect(await readJson(join(to, "oracles", oracle))).toMatchObject({ entities: [["stock"]], cause: "CPUStress" });
  expect(counted(provenance.defects)).toEqual({ "cases without causal_graph.json": 1 });
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
