import { z } from "zod";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";

const KIND = "cloudopsbench";
const LAYOUT = `benchmark/<system>/<category>/<case>/metadata.json
  {query, namespace, result: {fault_taxonomy, fault_object, root_cause}}
benchmark/<system>/<category>/<case>/tool_cache.json
  {"Tool:{json arguments}": "answer"}
benchmark/<system>/<category>/<case>/raw_data/…        optional`;

const Metadata = z.looseObject({
  query: z.string().default("A service does not work as it should."),
  namespace: z.string(),
  result: z.looseObject({ fault_taxonomy: z.string().optional(), fault_object: z.string(), root_cause: z.string() }),
});
type Metadata = z.infer<typeof Metadata>;
const ToolAnswers = z.record(z.string(), z.unknown());

/**
 * The official prompt lists two causes under other names than the labels, so no answer that obeys it can score there.
 * The labels' spelling is used everywhere.
 */
const LABEL_OF: Record<string, string> = { db_readonly_mode: "db_read_only", gateway_misrouted: "gateway_misroute" };

type Snapshot = { dir: string; metadata: Metadata; cache: SourceFile; system: string };

/** Cloud-OpsBench: recorded answers of diagnostic tools. https://github.com/LLM4Ops/Cloud-OpsBench */
export const cloudopsbench: Importer = {
  kind: KIND,
  about: "Cloud-OpsBench, snapshots of Kubernetes clusters with one fault each",
  layout: LAYOUT,
  version: 1,
  async plan({ tree, reading, options }) {
    const snapshots = await snapshotsIn(tree, reading, options);
    const causes = causesOf(snapshots);
    reading.notes.fact("A case is one snapshot of a cluster: no alarm time, no onset");
    return snapshots.map((snapshot) => unitOf(snapshot, tree, causes, options));
  },
};

async function snapshotsIn(tree: SourceTree, { inputs, notes }: Reading, { only }: SourceOptions): Promise<Snapshot[]> {
  const all = tree.files.filter(({ path }) => nameOf(path) === "metadata.json");
  const ofBenchmark = all.filter(({ path }) => path.startsWith("benchmark/"));
  const found = ofBenchmark.length > 0 ? ofBenchmark : all;
  if (found.length === 0) throw wrongTree(KIND, tree.root, "no metadata.json in any folder", LAYOUT);
  const snapshots: Snapshot[] = [];
  for (const file of found) {
    const dir = folderOf(file.path);
    if (only !== null && !dir.includes(only)) continue;
    const parsed = Metadata.safeParse(await inputs.json(file));
    if (!parsed.success) throw wrongTree(KIND, file.path, z.prettifyError(parsed.error), LAYOUT);
    const cache = tree.file(inFolder(dir, "tool_cache.json"));
    if (cache === null) throw wrongTree(KIND, inFolder(tree.root, dir), "no tool_cache.json", LAYOUT);
    const [, , system = ""] = dir.split("/").reverse();
    const { result } = parsed.data;
    const label = LABEL_OF[result.root_cause] ?? result.root_cause;
    if (label !== result.root_cause || Object.values(LABEL_OF).includes(label))
      notes.defect(
        `causes that the official prompt spells otherwise than the labels (${label})`,
        "the labels' spelling is used in vocabulary and answer",
        dir,
      );
    snapshots.push({ dir, metadata: { ...parsed.data, result: { ...result, root_cause: label } }, cache, system });
  }
  return snapshots;
}

/** The closed list of causes, with the kinds of object that each is said of. */
function causesOf(snapshots: readonly Snapshot[]): object[] {
  const kinds = new Map<string, Set<string>>();
  for (const { metadata } of snapshots) {
    const { root_cause: cause, fault_object: object } = metadata.result;
    kinds.set(cause, (kinds.get(cause) ?? new Set()).add(kindOf(object)));
  }
  return [...kinds]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, of]) => ({ id, description: id.replaceAll("_", " "), target: [...of].toSorted().join("|") }));
}

const kindOf = (object: string): string => (object.includes("/") ? object.slice(0, object.indexOf("/")) : "app");

/** Files whose content the tool cache repeats, or that its tools read. */
const RAW_WHY = "the analysis reads what the tools answer, as the suite's own agents do";

const unitOf = (
  { dir, metadata, cache, system }: Snapshot,
  tree: SourceTree,
  causes: readonly object[],
  options: SourceOptions,
): ImportUnit => ({
  name: dir,
  async write(out, reading) {
    const parsed = ToolAnswers.safeParse(await reading.inputs.json(cache));
    if (!parsed.success) throw wrongTree(KIND, cache.path, "it is not an object of calls and answers", LAYOUT);
    const answers = readableAnswers(parsed.data, cache.path, reading);
    for (const { path } of tree.below(dir))
      if (!/\/(metadata|tool_cache)\.json$/.test(path))
        reading.notes.dropped(path.includes("/code/") ? "source files" : nameOf(path), RAW_WHY, path);
    if (Object.keys(answers).length === 0) return reading.notes.dropped("cases", "no recorded answer", dir);
    const id = opaqueId(KIND, dir);
    const folder = await out.openCase(id);
    await folder.file("tool_cache.json", `${JSON.stringify(answers)}\n`);
    const { namespace, query, result } = metadata;
    const object = result.fault_object.includes("/") ? result.fault_object : `app/${result.fault_object}`;
    const scenario = scenarioOf({
      id,
      suite: KIND,
      system: system || null,
      title: query,
      alarmAtMs: null,
      window: null,
      entry: options.entry,
      tasks: ["localization", "analysis"],
      answer: { entityKinds: ["app", "node", "namespace"], entities: entitiesIn(answers, namespace), causes },
      extra: { namespace },
    });
    const answer = { entityKind: kindOf(object), cause: result.root_cause, category: result.fault_taxonomy ?? null };
    await out.finishCase(id, folder, scenario, oracleOf(id, [[object]], { ...answer, notes: { source: dir } }));
  },
});

/** Answers as text, by calls of the form `Tool:{arguments}`. */
function readableAnswers(all: Record<string, unknown>, path: string, { notes }: Reading): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [call, answer] of Object.entries(all)) {
    if (argumentsOf(call) === null) notes.dropped("recorded answers", "their key is not Tool:{json arguments}", path);
    else kept[call] = typeof answer === "string" ? answer : JSON.stringify(answer);
  }
  return kept;
}

function argumentsOf(call: string): Record<string, unknown> | null {
  const [, text] = /^\w+:(\{.*\})$/s.exec(call) ?? [];
  if (text === undefined) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

const WORKLOADS = new Set(["deployments", "statefulsets", "pods"]);
/** What Kubernetes adds to the names of pods: the hash of a replica set and five characters, or an ordinal. */
const POD_SUFFIX = /-(?:[a-f0-9]{6,10}-[a-z0-9]{5}|\d{1,3})$/;

/** The apps and nodes that calls name, and the namespace: what an answer can be about. */
function entitiesIn(answers: Record<string, string>, namespace: string): string[] {
  const entities = new Set<string>([`namespace/${namespace}`]);
  for (const [call, answer] of Object.entries(answers)) {
    const { app_name: app, node_name: node, resource_type: type, name } = argumentsOf(call) ?? {};
    if (typeof app === "string" && app !== "") entities.add(`app/${app}`);
    if (typeof node === "string" && node !== "") entities.add(`node/${node}`);
    if (call.startsWith("GetServiceDependencies:") || call.startsWith("GetErrorLogs:")) {
      const service = argumentsOf(call)?.service_name;
      if (typeof service === "string" && service !== "") entities.add(`app/${service}`);
    }
    if (type === "nodes" && (name === undefined || name === ""))
      for (const row of tableRows(answer)) entities.add(`node/${row}`);
    if (WORKLOADS.has(String(type)) && (name === undefined || name === ""))
      for (const row of tableRows(answer)) entities.add(`app/${row.replace(POD_SUFFIX, "")}`);
  }
  return [...entities].toSorted();
}

/** The first column of a table of `kubectl get`, without its header. */
const tableRows = (table: string): string[] =>
  /^NAME\b/.test(table)
    ? table
        .split("\n")
        .slice(1)
        .flatMap((line) => /^\S+/.exec(line)?.[0] ?? [])
    : [];
