import { z } from "zod";
import { type TimeWindow, utcTime } from "../../domain/time.ts";
import { type CaseFolder, seriesNames, type SeriesNames } from "./case-folder.ts";
import { csvRows } from "./csv-rows.ts";
import type { Importer, SourceOptions, ImportUnit, UnitFolder } from "./importer.ts";
import { wrongColumns, wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import { anyMs, sampleOf } from "./times.ts";

const KIND = "petshop";
const LAYOUT = `dataset/<scenario>/graph.csv                         a row calls the columns that are 1
dataset/<scenario>/noissue/metrics.csv               three header rows: node, metric, statistic
dataset/<scenario>/{train,test}/issue_<n>/metrics.csv   the same
dataset/<scenario>/{train,test}/issue_<n>/target.json   {target: {node, metric, agg}, root_cause: {node}}`;

const Node = z.looseObject({ node: z.string(), metric: z.string().optional(), agg: z.string().optional() });
const Target = z.looseObject({ target: Node, root_cause: Node });
/** Scenarios whose own fault-free recording is missing use that of this one, as the authors' code allows. */
const FALLBACK = "low_traffic";
const STEP_MS = 5 * 60_000;

/** PetShop on AWS. https://github.com/amazon-science/petshop-root-cause-analysis */
export const petshop: Importer = {
  kind: KIND,
  about: "PetShop, five-minute metrics of a demo on AWS with injected issues",
  layout: LAYOUT,
  version: 1,
  plan: async ({ tree, options }) => {
    const graphs = tree.files.filter(({ path }) => nameOf(path) === "graph.csv");
    if (graphs.length === 0) throw wrongTree(KIND, tree.root, "no graph.csv in any folder", LAYOUT);
    return graphs.flatMap((graph) => {
      const dir = folderOf(graph.path);
      const issues = tree
        .below(dir)
        .filter(({ path }) => /\/issue_[^/]+\/target\.json$/.test(`/${path}`))
        .filter(({ path }) => options.only === null || path.includes(options.only));
      return issues.length === 0 ? [] : [unitOf(dir, graph, issues, tree, options)];
    });
  },
};

const unitOf = (
  dir: string,
  graph: SourceFile,
  issues: readonly SourceFile[],
  tree: SourceTree,
  options: SourceOptions,
): ImportUnit => ({
  name: dir === "" ? "." : dir,
  async write(out, reading) {
    const topology = await readGraph(graph, reading);
    const quiet = await quietOf(dir, tree, out, reading);
    for (const target of issues) await writeIssue({ dir, target, topology, quiet, tree, options }, out, reading);
  },
});

type Calls = { nodes: { id: string; kind: string }[]; edges: { from: string; to: string; kind: string }[] };

async function readGraph(file: SourceFile, reading: Reading): Promise<Calls> {
  const rows = await allRows(file, reading);
  const [[, ...callees] = [], ...callers] = rows;
  if (callees.length === 0) throw wrongColumns(file.path, ["for a node"], rows[0] ?? []);
  const edges = callers.flatMap(([from = "", ...cells]) =>
    cells.flatMap((cell, at) => (Number(cell) > 0 ? [{ from, to: callees[at] ?? "", kind: "calls" }] : [])),
  );
  const ids = new Set([...callees, ...callers.map(([from = ""]) => from)]);
  return { nodes: [...ids].map((id) => ({ id, kind: "service" })), edges };
}

const allRows = async (file: SourceFile, { inputs, notes }: Reading): Promise<string[][]> => {
  const rows: string[][] = [];
  const onBad = (): void => notes.dropped("rows", "not valid CSV", file.path);
  for await (const batch of csvRows(file, inputs, { onBad })) rows.push(...batch);
  return rows;
};

type Quiet = { shared: string; window: TimeWindow } | null;

/** The fault-free recording of a scenario, or of the one that stands in for it. */
async function quietOf(dir: string, tree: SourceTree, out: UnitFolder, reading: Reading): Promise<Quiet> {
  const own = tree.file(inFolder(dir, "noissue/metrics.csv"));
  const other = tree.file(inFolder(inFolder(folderOf(dir), FALLBACK), "noissue/metrics.csv"));
  const file = own ?? other;
  const scenario = nameOf(own ? dir : FALLBACK) || KIND;
  if (own === null)
    reading.notes.defect(
      "scenarios without a fault-free recording",
      other === null
        ? "their cases have no baseline"
        : `that of ${FALLBACK} stands in: part of a difference may be traffic`,
      dir,
    );
  if (file === null) return null;
  const folder = await out.openShared(`normal-${scenario}`);
  await readMetrics(file, reading, folder);
  const { metrics } = folder.extents;
  return metrics && { shared: `normal-${scenario}`, window: { startMs: metrics.firstMs, endMs: metrics.lastMs } };
}

/** @returns the nodes. */
async function readMetrics(file: SourceFile, reading: Reading, folder: CaseFolder): Promise<string[]> {
  const [nodes = [], metrics = [], statistics = [], ...rows] = await allRows(file, reading);
  if (statistics.length < 2 || anyMs(nodes[0] ?? "") !== null || anyMs(statistics[0] ?? "") !== null)
    throw wrongColumns(file.path, ["under three header rows: node, metric, statistic"], nodes);
  const names = nodes.map((node, at): SeriesNames =>
    seriesNames(node, "service", `${metrics[at] ?? ""}_${statistics[at] ?? ""}`),
  );
  folder.has("metrics");
  for (const row of rows) {
    const timeMs = anyMs(row[0] ?? "");
    if (timeMs === null) {
      if (row.some((cell) => cell !== "" && sampleOf(cell) !== null))
        reading.notes.dropped("rows of metrics", "no time", file.path);
      continue;
    }
    for (const [at, name] of names.entries()) {
      const value = at === 0 ? null : sampleOf(row[at]);
      if (value !== null) folder.sample(timeMs, name, value);
      else if (at > 0) reading.notes.dropped("samples", "empty: a gap is not a zero", file.path);
    }
    await folder.settle();
  }
  return [...new Set(nodes.slice(1))].toSorted();
}

type Issue = {
  dir: string;
  target: SourceFile;
  topology: Calls;
  quiet: Quiet;
  tree: SourceTree;
  options: SourceOptions;
};

async function writeIssue(
  { dir, target, topology, quiet, tree, options }: Issue,
  out: UnitFolder,
  reading: Reading,
): Promise<void> {
  const place = folderOf(target.path);
  const json = await reading.inputs.json(target);
  const parsed = Target.safeParse(json);
  if (!parsed.success) throw wrongTree(KIND, target.path, z.prettifyError(parsed.error), LAYOUT);
  const file = tree.file(inFolder(place, "metrics.csv"));
  if (file === null) throw wrongTree(KIND, inFolder(tree.root, place), "no metrics.csv", LAYOUT);
  const id = opaqueId(KIND, place);
  const folder = await out.openCase(id);
  const nodes = await readMetrics(file, reading, folder);
  const { metrics } = folder.extents;
  if (metrics === null) {
    reading.notes.dropped("cases", "no sample", place);
    return folder.discard();
  }
  await folder.topology(topology);
  const { target: alarm, root_cause: cause } = parsed.data;
  const metric = `${alarm.metric ?? ""}_${alarm.agg ?? "Average"}`;
  const window = { startMs: metrics.firstMs, endMs: metrics.lastMs };
  const scenario = scenarioOf({
    id,
    suite: KIND,
    system: KIND,
    title: `${alarm.metric ?? "A metric"} (${alarm.agg ?? "Average"}) of ${alarm.node} is out of range`,
    alarmAtMs: issueTime(json, window) ?? assumedTime(window, place, reading),
    window,
    baseline: quiet && { window: quiet.window, shared: quiet.shared },
    entry: options.entry ?? alarm.node,
    tasks: ["localization"],
    answer: { entityKinds: ["service"], entities: nodes },
    extra: { target: { entity: alarm.node, metric }, load: nameOf(dir) },
  });
  const answer = { entityKind: "service", category: alarm.metric ?? null, notes: { source: place } };
  await out.finishCase(id, folder, scenario, oracleOf(id, [[cause.node]], answer));
}

/** The time of the issue, wherever target.json has it: a time that lies in the recorded window. */
function issueTime(json: unknown, window: TimeWindow): number | null {
  if (typeof json !== "object" || json === null) return null;
  for (const [key, value] of Object.entries(json)) {
    if (typeof value === "object") {
      const inner = issueTime(value, window);
      if (inner !== null) return inner;
    } else if (/time|date|start/i.test(key)) {
      const ms = anyMs(String(value));
      if (ms !== null && ms >= window.startMs && ms <= window.endMs + STEP_MS) return ms;
    }
  }
  return null;
}

/** The authors' code takes the third sample. */
function assumedTime(window: TimeWindow, place: string, { notes }: Reading): number {
  const ms = Math.min(window.startMs + 2 * STEP_MS, window.endMs);
  notes.defect(
    "issues without a time in target.json",
    "the third sample, as in the authors' code",
    `${place}: ${utcTime(ms)}`,
  );
  return ms;
}
