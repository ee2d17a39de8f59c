import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { messageOf } from "../../domain/errors.ts";
import type { Alert } from "../../domain/telemetry.ts";
import type { CaseFolder } from "./case-folder.ts";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { alertsOf, alarmTime } from "./itbench-alerts.ts";
import { type ClusterHistory, clusterHistory, readEvents, readObjects } from "./itbench-cluster.ts";
import { itbenchMetrics } from "./itbench-metrics.ts";
import { otelLogs, otelSpans } from "./otel-tables.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";

const KIND = "itbench";
const LAYOUT = `<Scenario-n>/ground_truth.yaml      groups: [{id, kind, namespace, filter, root_cause}], aliases
<Scenario-n>/alerts/*.json          snapshots of Prometheus' alerts
<Scenario-n>/*k8s_events*.tsv, *k8s_objects*.tsv, *otel_logs*.tsv, *otel_traces*.tsv
<Scenario-n>/metrics/<kind>_<name>*.tsv   timestamp, metric_name, value
  newer: the tables in raw/, metrics in raw/metrics_pod/ and raw/metrics_service/`;
const TRUTH = /^(ground_truth\.(ya?ml|json)|gt\.(ya?ml|json))$/;

const Group = z.looseObject({
  id: z.coerce.string(),
  kind: z.string().nullish(),
  name: z.string().nullish(),
  namespace: z.string().nullish(),
  filter: z.union([z.array(z.string()), z.string()]).nullish(),
  root_cause: z.boolean().nullish(),
});
type Group = z.infer<typeof Group>;
const GroundTruth = z.looseObject({
  groups: z.array(Group).min(1),
  aliases: z.array(z.array(z.coerce.string())).nullish(),
  propagations: z.array(z.looseObject({ source: z.coerce.string(), target: z.coerce.string() })).nullish(),
});
type GroundTruth = z.infer<typeof GroundTruth>;

/** ITBench-Lite and other snapshots of ITBench's SRE scenarios. https://github.com/itbench-hub/ITBench */
export const itbench: Importer = {
  kind: KIND,
  about: "ITBench, snapshots of SRE scenarios on Kubernetes",
  layout: LAYOUT,
  version: 1,
  plan: async ({ tree, options }) => {
    const truths = tree.files.filter(({ path }) => TRUTH.test(nameOf(path)));
    if (truths.length === 0) throw wrongTree(KIND, tree.root, "no ground_truth.yaml in any folder", LAYOUT);
    const wanted = truths.filter(({ path }) => options.only === null || path.includes(options.only));
    return wanted.map((truth) => unitOf(truth, tree, options));
  },
};

const unitOf = (truth: SourceFile, tree: SourceTree, options: SourceOptions): ImportUnit => ({
  name: folderOf(truth.path) || ".",
  async write(out, reading) {
    const dir = folderOf(truth.path);
    const answers = await groundTruth(truth, reading);
    if (answers === null) return;
    const id = opaqueId(KIND, dir);
    const folder = await out.openCase(id);
    const { alerts, cluster } = await readSnapshot(dir, truth, tree, reading, folder);
    await folder.alerts(alerts);
    await cluster.write(folder);
    if (alerts.length === 0 && cluster.size === 0 && Object.values(folder.counts).every((count) => count === 0)) {
      reading.notes.dropped("cases", "no alert, no telemetry and no object of the cluster", dir);
      return folder.discard();
    }
    const { causes, oracle } = answerOf(id, dir, answers);
    if (causes === 0)
      reading.notes.defect("scenarios without a root cause in their answer", "kept as a case without a fault", dir);
    const alarmAtMs = alarmTime(alerts, Object.values(folder.extents));
    const scenario = scenarioOf({
      id,
      suite: KIND,
      system: answers.groups.find(({ namespace }) => namespace)?.namespace ?? null,
      title: alerts[0]?.name ?? "Alerts are firing",
      alarmAtMs,
      window: null,
      entry: options.entry,
      tasks: ["localization", "analysis"],
    });
    return out.finishCase(id, folder, scenario, oracle);
  },
});

/** Null for an answer in another form, as FinOps scenarios may have. */
async function groundTruth(file: SourceFile, { inputs, notes }: Reading): Promise<GroundTruth | null> {
  let content: unknown;
  try {
    content = parseYaml(await inputs.text(file));
  } catch (cause) {
    throw wrongTree(KIND, file.path, `not YAML (${messageOf(cause)})`, LAYOUT);
  }
  const parsed = GroundTruth.safeParse(content);
  if (parsed.success) return parsed.data;
  const reason = z.prettifyError(parsed.error).replaceAll(/\s+/g, " ");
  notes.dropped("cases", `the answer is not in groups: ${reason}`, file.path);
  return null;
}

/** What a file of a scenario holds, by its name. */
const ROLES: readonly [RegExp, "alerts" | "events" | "objects" | "traces" | "metrics" | "logs"][] = [
  [/(^|\/)alerts?(\/.*|[^/]*)\.json$/i, "alerts"],
  [/(^|\/)metrics?(_\w+)?\/.*\.tsv$/i, "metrics"],
  [/events?[^/]*\.tsv$/i, "events"],
  [/objects?[^/]*\.tsv$/i, "objects"],
  [/traces?[^/]*\.tsv$/i, "traces"],
  [/logs?[^/]*\.tsv$/i, "logs"],
];

/** Newer recorders write everything to raw/, and failures only to lite/. */
const RAW = /(^|\/)raw\//;
const LITE = /(^|\/)lite\//;

async function readSnapshot(
  dir: string,
  truth: SourceFile,
  tree: SourceTree,
  reading: Reading,
  folder: CaseFolder,
): Promise<{ alerts: Alert[]; cluster: ClusterHistory }> {
  const snapshots: SourceFile[] = [];
  const cluster = clusterHistory();
  const places = tree
    .below(dir)
    .map((file) => ({ file, place: dir === "" ? file.path : file.path.slice(dir.length + 1) }));
  const hasRaw = places.some(({ place }) => RAW.test(place));
  for (const { file, place } of places) {
    if (file.path === truth.path) continue;
    if (hasRaw && LITE.test(place)) {
      reading.notes.dropped("files", "lite/ repeats a part of raw/", file.path);
      continue;
    }
    const role = ROLES.find(([pattern]) => pattern.test(place))?.[1];
    if (role === "alerts") snapshots.push(file);
    else if (role === "events") await readEvents(file, reading, cluster);
    else if (role === "objects") await readObjects(file, reading, cluster);
    else if (role === "traces") await otelSpans(file, reading, folder, "\t");
    else if (role === "metrics") await itbenchMetrics(file, reading, folder);
    else if (role === "logs") await otelLogs(file, reading, folder, "\t");
    else reading.notes.dropped("files", "not part of the layout", file.path);
  }
  return { alerts: await alertsOf(snapshots, reading), cluster };
}

/** The names that stand for a group: its own, those of its aliases, and its patterns where they are plain names. */
function namesOf(group: Group, { aliases, groups }: GroundTruth): string[] {
  const ids = new Set([group.id, ...(aliases ?? []).filter((all) => all.includes(group.id)).flat()]);
  return [...new Set(groups.filter(({ id }) => ids.has(id)).flatMap(ownNames))];
}

function ownNames({ id, name, kind, namespace, filter }: Group): string[] {
  const plain = [filter ?? []].flat().map((pattern) => pattern.replaceAll(/\\b|\.\*|\^|\$/g, "").replace(/-$/, ""));
  const names = [name ?? "", ...plain.filter((text) => /^[\w.-]+$/.test(text))].filter((text) => text !== "");
  const full = names.flatMap((one) => (namespace && kind ? [`${namespace}/${kind}/${one}`] : []));
  return [...names, ...full, id];
}

function answerOf(
  id: string,
  dir: string,
  truth: GroundTruth,
): { causes: number; oracle: ReturnType<typeof oracleOf> } {
  const causes = truth.groups.filter((group) => group.root_cause === true);
  const notes = { source: inFolder(dir, ""), propagations: truth.propagations ?? [], aliases: truth.aliases ?? [] };
  const oracle = oracleOf(
    id,
    causes.map((group) => namesOf(group, truth)),
    { faulty: causes.length > 0, entityKind: causes[0]?.kind?.toLowerCase() ?? null, notes },
  );
  return { causes: causes.length, oracle };
}
