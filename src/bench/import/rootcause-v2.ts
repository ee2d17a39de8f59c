import { isoTime } from "../../domain/time.ts";
import type { CaseFolder } from "./case-folder.ts";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { readSignal, signalOf } from "./rootcause-v2-signals.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import { anyNanos, msOf } from "./times.ts";

const KIND = "rootcause-v2";
const LAYOUT = `snapshots/<incident>/meta.json     the alert and the onset
snapshots/<incident>/truth.json    the answer: service or root_cause, fault
snapshots/<incident>/{metrics,traces,logs}.{csv,jsonl,json,parquet}
  also several files, or in folders of these names`;

/** The keys under which a field may stand: only the contents of the release are described, not its fields. */
const SERVICE_KEYS = [
  "service",
  "root_cause_service",
  "root_cause",
  "root_causes",
  "faulty_service",
  "component",
  "entity",
  "services",
];
const FAULT_KEYS = ["fault", "fault_type", "fault_id", "cause", "mechanism", "flag", "kind"];
const ONSET_KEYS = ["onset", "onset_time", "onset_at", "onset_ts", "fault_start", "injected_at"];
const ALERT_TIME_KEYS = [
  "fired_at",
  "alert_time",
  "alert_at",
  "alerted_at",
  "startsAt",
  "starts_at",
  "time",
  "timestamp",
  "at",
];
const TITLE_KEYS = ["title", "summary", "message", "description", "text", "name", "alertname", "alert"];

type Json = Record<string, unknown>;

/** RootCause: recorded incidents of the OpenTelemetry Demo. https://github.com/kshitizj03/rootcause */
export const rootcauseV2: Importer = {
  kind: KIND,
  about: "RootCause, recorded incidents of the OpenTelemetry Demo",
  layout: LAYOUT,
  version: 1,
  plan: async ({ tree, options }) => {
    const found = tree.files.filter(({ path }) => nameOf(path) === "truth.json");
    if (found.length === 0) throw wrongTree(KIND, tree.root, "no truth.json in any folder", LAYOUT);
    const wanted = found.filter(({ path }) => options.only === null || path.includes(options.only));
    return wanted.map((truth) => unitOf(truth, tree, options));
  },
};

const unitOf = (truth: SourceFile, tree: SourceTree, options: SourceOptions): ImportUnit => ({
  name: folderOf(truth.path) || ".",
  async write(out, reading) {
    const dir = folderOf(truth.path);
    const answer = await jsonObject(truth, reading);
    const metaFile = tree.file(inFolder(dir, "meta.json"));
    if (metaFile === null) throw wrongTree(KIND, inFolder(tree.root, dir), "no meta.json beside truth.json", LAYOUT);
    const meta = await jsonObject(metaFile, reading);
    const services = namesIn(find(answer, SERVICE_KEYS));
    if (services.length === 0)
      throw wrongTree(
        KIND,
        truth.path,
        `none of the keys ${SERVICE_KEYS.join(", ")}; it has ${Object.keys(answer).join(", ")}`,
        LAYOUT,
      );
    const id = opaqueId(KIND, dir);
    const folder = await out.openCase(id);
    await readFiles(dir, tree, reading, folder);
    const onsetMs = timeIn(find(meta, ONSET_KEYS)) ?? timeIn(find(answer, ONSET_KEYS));
    const alarmAtMs = alarmOf(meta, onsetMs, dir, reading);
    const scenario = scenarioOf({
      id,
      suite: KIND,
      system: "otel-demo",
      title: titleOf(meta),
      alarmAtMs,
      window: null,
      entry: options.entry,
      tasks: ["localization", "analysis"],
    });
    const fault = find(answer, FAULT_KEYS);
    const oracle = oracleOf(
      id,
      services.map((service) => [service]),
      {
        entityKind: "service",
        cause: typeof fault === "string" ? fault : null,
        onset: onsetMs === null ? null : isoTime(onsetMs),
        notes: { source: dir, truth: answer },
      },
    );
    await out.finishCase(id, folder, scenario, oracle);
  },
});

async function jsonObject(file: SourceFile, { inputs }: Reading): Promise<Json> {
  const json = await inputs.json(file);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Json;
  throw wrongTree(KIND, file.path, "it is not a JSON object", LAYOUT);
}

async function readFiles(dir: string, tree: SourceTree, reading: Reading, folder: CaseFolder): Promise<void> {
  let read = 0;
  for (const file of tree.below(dir)) {
    const place = dir === "" ? file.path : file.path.slice(dir.length + 1);
    const signal = signalOf(place);
    if (signal !== null) {
      await readSignal(file, signal, reading, folder);
      read += 1;
    } else if (!/^(meta|truth)\.json$/.test(place))
      reading.notes.dropped(nameOf(place), "not metrics, traces or logs", file.path);
  }
  if (read === 0) throw wrongTree(KIND, inFolder(tree.root, dir), "no file of metrics, traces or logs", LAYOUT);
}

/** The first of these keys that the object has, in itself or one level below. */
function find(json: Json, keys: readonly string[]): unknown {
  const levels = [
    json,
    ...Object.values(json).filter((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
  ] as Json[];
  for (const level of levels)
    for (const key of keys) if (level[key] !== undefined && level[key] !== null) return level[key];
  return undefined;
}

/** The names in a string, a list, or an object with a name. */
function namesIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return typeof value === "object" && value !== null
    ? namesIn(find(value as Json, ["service", "name", "component", "entity"]))
    : [];
}

function timeIn(value: unknown): number | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const nanos = anyNanos(String(value));
  return nanos === null ? null : msOf(nanos);
}

const alertOf = (meta: Json): Json | null =>
  typeof meta.alert === "object" && meta.alert !== null ? (meta.alert as Json) : null;

function alarmOf(meta: Json, onsetMs: number | null, dir: string, { notes }: Reading): number | null {
  const alert = alertOf(meta);
  const own = (alert && timeIn(find(alert, ALERT_TIME_KEYS))) ?? timeIn(find(meta, ALERT_TIME_KEYS));
  if (own !== null) return own;
  notes.defect(
    "incidents whose alert has no time",
    onsetMs === null ? "no alarm time" : "the onset stands for it",
    dir,
  );
  return onsetMs;
}

function titleOf(meta: Json): string {
  const title = find(alertOf(meta) ?? meta, TITLE_KEYS);
  return typeof title === "string" ? title : "Alert on the shop";
}
