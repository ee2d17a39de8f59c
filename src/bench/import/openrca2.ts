import { z } from "zod";
import { isoTime } from "../../domain/time.ts";
import type { CaseFolder } from "./case-folder.ts";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { parquetMetrics } from "./openrca2-metrics.ts";
import { addLog, addSpan, isReadColumn, type OtelRow } from "./otel-rows.ts";
import { checkLogColumns, checkSpanColumns } from "./otel-tables.ts";
import { openParquet } from "./parquet-rows.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import { anyMs } from "./times.ts";

const KIND = "openrca2";
const LAYOUT = `<case>/injection.json               what was injected
<case>/causal_graph.json            {edges: [{source, target}], root_causes: [{component}], alarm_nodes}
<case>/env.json                     ABNORMAL_START in Unix seconds, optional
<case>/{normal,abnormal}_{traces,logs,metrics,metrics_sum,metrics_histogram}.parquet`;

/** How a case's own files are called. Both halves are read, the quiet one first. */
const TELEMETRY = /^(normal|abnormal)_(traces|logs|metrics|metrics_sum|metrics_histogram)\.parquet$/;

const Part = z.looseObject({ component: z.string() });
const CausalGraph = z.looseObject({
  edges: z.array(z.looseObject({ source: z.string(), target: z.string() })).default([]),
  root_causes: z.array(Part).default([]),
  alarm_nodes: z.array(Part).default([]),
  component_to_service: z.record(z.string(), z.string()).default({}),
});
type CausalGraph = z.infer<typeof CausalGraph>;
const Injected = z.looseObject({ app: z.string().nullish(), chaos_type: z.string().nullish() });
const parsedText = (value: unknown): unknown => {
  try {
    return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
  } catch {
    return value;
  }
};
const Injection = z.looseObject({
  /** Some releases hold it as a text of JSON. */
  engine_config: z.preprocess(parsedText, z.array(Injected)).catch([]),
  fault_type: z.union([z.string(), z.number()]).nullish(),
  system: z.string().nullish().catch(null),
  benchmark: z.string().nullish().catch(null),
});
type Injection = z.infer<typeof Injection>;

/** OpenRCA 2.0, in the layout of RCABench's data packs. https://github.com/OperationsPAI/rcabench-platform */
export const openrca2: Importer = {
  kind: KIND,
  about: "OpenRCA 2.0, injected faults with their causal graph",
  layout: LAYOUT,
  version: 1,
  plan: async ({ tree, reading, options }) => {
    const found = tree.files.filter(({ path }) => nameOf(path) === "injection.json");
    if (found.length === 0) throw wrongTree(KIND, tree.root, "no injection.json in any folder", LAYOUT);
    reading.notes.fact(
      "`alarmAt` is the start of the abnormal half: the onset is given, so its error measures nothing",
    );
    const wanted = found.filter(({ path }) => options.only === null || path.includes(options.only));
    return wanted.map((file) => unitOf(file, tree, options));
  },
};

const unitOf = (injection: SourceFile, tree: SourceTree, options: SourceOptions): ImportUnit => ({
  name: folderOf(injection.path) || ".",
  async write(out, reading) {
    const dir = folderOf(injection.path);
    const injected = Injection.parse(await reading.inputs.json(injection));
    const graph = await graphOf(tree.file(inFolder(dir, "causal_graph.json")), dir, reading);
    const causes = rootCauses(graph, injected);
    if (causes.length === 0)
      return reading.notes.dropped("cases", "no root cause in causal_graph.json or injection.json", dir);
    const files = tree.below(dir).filter(({ path }) => folderOf(path) === dir && TELEMETRY.test(nameOf(path)));
    if (!files.some(({ path }) => nameOf(path).startsWith("abnormal_")))
      throw wrongTree(KIND, inFolder(tree.root, dir), "no abnormal_*.parquet", LAYOUT);
    for (const { path } of tree.below(dir))
      if (!TELEMETRY.test(nameOf(path)) && !/(injection|causal_graph|env)\.json$/.test(path))
        reading.notes.dropped(nameOf(path), "computed from the telemetry, or an answer", path);

    const id = opaqueId(KIND, dir);
    const folder = await out.openCase(id);
    await readHalf("normal", files, reading, folder);
    const quietEnd = lastOf(folder);
    await readHalf("abnormal", files, reading, folder);
    const [firstMs, lastMs] = [firstOf(folder), lastOf(folder)];
    const startMs = (await abnormalStart(tree.file(inFolder(dir, "env.json")), reading)) ?? quietEnd;
    if (firstMs === null || lastMs === null || startMs === null) {
      reading.notes.dropped("cases", firstMs === null ? "no record" : "nothing says when the fault began", dir);
      return folder.discard();
    }
    const scenario = scenarioOf({
      id,
      suite: KIND,
      system: injected.system ?? injected.benchmark ?? null,
      title: "Service quality fell",
      alarmAtMs: startMs,
      window: { startMs: Math.min(startMs, lastMs), endMs: lastMs },
      baseline: firstMs < startMs ? { window: { startMs: firstMs, endMs: startMs } } : null,
      entry: options.entry,
      tasks: ["localization", "analysis"],
    });
    const [first] = injected.engine_config;
    const oracle = oracleOf(
      id,
      causes.map((service) => [service]),
      {
        entityKind: "service",
        cause: first?.chaos_type ?? (typeof injected.fault_type === "string" ? injected.fault_type : null),
        category: injected.fault_type == null ? null : String(injected.fault_type),
        onset: isoTime(startMs),
        notes: { source: dir, causalEdges: serviceEdges(graph), alarms: servicesOf(graph, graph?.alarm_nodes ?? []) },
      },
    );
    return out.finishCase(id, folder, scenario, oracle);
  },
});

async function graphOf(file: SourceFile | null, dir: string, { inputs, notes }: Reading): Promise<CausalGraph | null> {
  if (file === null) {
    notes.defect(
      "cases without causal_graph.json",
      "the injected services are the answer; no propagation is known",
      dir,
    );
    return null;
  }
  const parsed = CausalGraph.safeParse(await inputs.json(file));
  if (!parsed.success) throw wrongTree(KIND, file.path, z.prettifyError(parsed.error), LAYOUT);
  return parsed.data;
}

/** `service|orders` is written for the service `orders`. */
const plainName = (component: string): string => component.slice(component.lastIndexOf("|") + 1);
const serviceIn = (graph: CausalGraph, component: string): string =>
  plainName(graph.component_to_service[component] ?? component);
const servicesOf = (graph: CausalGraph | null, parts: readonly { component: string }[]): string[] =>
  graph === null ? [] : [...new Set(parts.map(({ component }) => serviceIn(graph, component)))];

function rootCauses(graph: CausalGraph | null, { engine_config }: Injection): string[] {
  const named = servicesOf(graph, graph?.root_causes ?? []);
  return named.length > 0 ? named : [...new Set(engine_config.flatMap(({ app }) => (app ? [app] : [])))];
}

/** The causal edges between services: cause, then effect. */
function serviceEdges(graph: CausalGraph | null): string[][] {
  if (graph === null) return [];
  const edges = graph.edges.map(({ source, target }) => [serviceIn(graph, source), serviceIn(graph, target)]);
  const between = edges.filter(([source, target]) => source !== target);
  return [...new Map(between.map((edge) => [edge.join("\0"), edge])).values()];
}

async function readHalf(
  half: string,
  files: readonly SourceFile[],
  reading: Reading,
  folder: CaseFolder,
): Promise<void> {
  for (const file of files.filter(({ path }) => nameOf(path).startsWith(`${half}_`))) {
    const signal = TELEMETRY.exec(nameOf(file.path))?.[2];
    if (signal === "traces") await rowsOf(file, reading, folder, checkSpanColumns, addSpan, "spans");
    else if (signal === "logs") await rowsOf(file, reading, folder, checkLogColumns, addLog, "log records");
    else await parquetMetrics(file, reading, folder);
  }
}

async function rowsOf(
  file: SourceFile,
  { inputs, notes }: Reading,
  folder: CaseFolder,
  check: (path: string, columns: readonly string[]) => void,
  add: (row: OtelRow, folder: CaseFolder) => boolean,
  what: string,
): Promise<void> {
  const table = await openParquet(file, inputs, isReadColumn);
  check(file.path, table.columns);
  for await (const rows of table.batches) {
    for (const row of rows) if (!add(row, folder)) notes.dropped(what, "no time, trace or duration", file.path);
    await folder.settle();
  }
}

/** Found in env.json, whatever else it holds. */
async function abnormalStart(file: SourceFile | null, { inputs }: Reading): Promise<number | null> {
  if (file === null) return null;
  const env = z
    .looseObject({ ABNORMAL_START: z.union([z.string(), z.number()]).optional() })
    .safeParse(await inputs.json(file));
  return env.success && env.data.ABNORMAL_START !== undefined ? anyMs(String(env.data.ABNORMAL_START)) : null;
}

const extentsOf = ({ extents }: CaseFolder): { firstMs: number; lastMs: number }[] =>
  Object.values(extents).filter((extent) => extent !== null);
const lastOf = (folder: CaseFolder): number | null =>
  extentsOf(folder).length === 0 ? null : Math.max(...extentsOf(folder).map(({ lastMs }) => lastMs));
const firstOf = (folder: CaseFolder): number | null =>
  extentsOf(folder).length === 0 ? null : Math.min(...extentsOf(folder).map(({ firstMs }) => firstMs));
