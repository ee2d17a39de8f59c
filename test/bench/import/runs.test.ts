import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { counted, importing, lines, onlyCase, readJson } from "./import-suite.ts";
import { FAULT_MS, SERVICES } from "./made-shop.ts";
import { nezhaTree } from "./trees/nezha.ts";
import { rcaevalTree, RE2_RUN, wideTable } from "./trees/rcaeval.ts";

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

it("says in the answer where a case came from, and when its fault began", async () => {
  const { to } = await importing("rcaeval", rcaevalTree());
  const [oracle = ""] = (await readdir(join(to, "oracles"))).filter((name) => name.endsWith(".json"));
  expect(await readJson(join(to, "oracles", oracle))).toMatchObject({
    notes: { source: RE2_RUN },
    onset: "2026-03-01T10:30:00.000Z",
  });
});

it("nezha: reads the entry's own figures, and leaves out tables without times", async () => {
  const dir = "rca_data/2026-03-01/metric";
  const front = `Time,TimeStamp,LatencyP90(s)\n2026-03-01 10:30:00 +0000 UTC,${FAULT_MS / 1000},0.5\n`;
  const tree = {
    ...nezhaTree(),
    [`${dir}/front_service.csv`]: front,
    [`${dir}/source_50.csv`]: "Source,Destination\na,b\n",
  };
  const { to, provenance } = await importing("nezha", tree);
  expect(counted(provenance.dropped)).toMatchObject({ "tables beside the metrics": 1 });
  expect(await lines(join(await onlyCase(to), "metrics.csv.gz"))).toContain(
    `${FAULT_MS},front,entry,LatencyP90(s),0.5`,
  );
});
