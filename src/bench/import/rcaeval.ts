import { isoTime } from "../../domain/time.ts";
import type { CaseFolder } from "./case-folder.ts";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { logRows, spanRows, wideMetrics } from "./rcaeval-tables.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import { anyMs } from "./times.ts";

const KIND = "rcaeval";
const LAYOUT = `RE1-OB/<service>_<fault>/<n>/data.csv            time, then <service>_<metric> columns
RE1-OB/<service>_<fault>/<n>/inject_time.txt     Unix seconds
RE2/RE2-OB/<service>_<fault>/<n>/simple_metrics.csv (or metrics.csv), logs.csv, traces.csv, inject_time.txt
RE3/RE3-OB/<service>_<fault>/<n>/…               as RE2
Any folder above these may be given.`;

/** The metrics of a case, in the order in which the suite's own evaluation looks for them. */
const METRIC_FILES = ["data.csv", "simple_metrics.csv", "metrics.csv"];
/** The suite's own names of its three systems, as its folders end. */
const SYSTEMS: Record<string, string> = { OB: "online-boutique", SS: "sock-shop", TT: "train-ticket" };
/** The fault of a folder's name, as the paper's tables describe it (arXiv 2412.17015). */
const FAULTS: Record<string, string> = {
  cpu: "CPU hog",
  mem: "memory leak",
  disk: "disk I/O stress",
  delay: "network delay",
  loss: "packet loss",
  socket: "socket stress",
  f1: "incorrect parameter values in the code",
  f2: "missing parameters in the code",
  f3: "missing function call in the code",
  f4: "incorrect return value in the code",
  f5: "missing exception handler in the code",
};

/** One run of one fault. */
type Run = { dir: string; dataset: string; system: string | null; service: string; fault: string };

/** RCAEval RE1 (metrics), RE2 and RE3 (metrics, logs, traces). https://github.com/phamquiluan/RCAEval */
export const rcaeval: Importer = {
  kind: KIND,
  about: "RCAEval, faults injected into three microservice systems",
  layout: LAYOUT,
  version: 1,
  plan: async ({ tree, reading, options }) => {
    const runs = runsIn(tree, reading, options);
    const causes = [...new Set(runs.map(({ fault }) => fault))].toSorted();
    reading.notes.fact(
      "`alarmAt` is the injection time, as in the suite's own evaluation: the onset is given, its error means nothing",
    );
    return runs.map((run) => unitOf(run, tree, causes, options));
  },
};

function runsIn(tree: SourceTree, { notes }: Reading, { only }: SourceOptions): Run[] {
  const marked = tree.files.filter(({ path }) => nameOf(path) === "inject_time.txt").map(({ path }) => folderOf(path));
  if (marked.length === 0) throw wrongTree(KIND, tree.root, "no inject_time.txt in any folder", LAYOUT);
  const runs: Run[] = [];
  for (const dir of marked) {
    if (only !== null && !dir.includes(only)) continue;
    const [run = "", folder = "", dataset = ""] = dir.split("/").reverse();
    const cut = folder.lastIndexOf("_");
    if (run === "multi-source-data") notes.dropped("folders", "multi-source-data repeats the other folders", dir);
    else if (cut < 1) throw wrongTree(KIND, inFolder(tree.root, dir), `"${folder}" is not <service>_<fault>`, LAYOUT);
    else
      runs.push({
        dir,
        dataset: dataset === "" ? nameOf(tree.root) : dataset,
        system: SYSTEMS[(/(OB|SS|TT)$/.exec(dataset || nameOf(tree.root)) ?? [])[1] ?? ""] ?? (dataset || null),
        service: folder.slice(0, cut),
        fault: folder.slice(cut + 1).toLowerCase(),
      });
  }
  return runs;
}

const unitOf = (run: Run, tree: SourceTree, causes: readonly string[], options: SourceOptions): ImportUnit => ({
  name: run.dir,
  async write(out, reading) {
    const { inputs, notes } = reading;
    const fileIn = (name: string): SourceFile | null => tree.file(inFolder(run.dir, name));
    const time = fileIn("inject_time.txt");
    const injectMs = time && anyMs((await inputs.text(time)).split("\n")[0]?.trim() ?? "");
    const [metrics, ...others] = METRIC_FILES.map(fileIn).filter((file) => file !== null);
    if (injectMs === null) return notes.dropped("cases", "inject_time.txt holds no time", run.dir);
    if (metrics === undefined)
      throw wrongTree(KIND, inFolder(tree.root, run.dir), `none of ${METRIC_FILES.join(", ")}`, LAYOUT);
    for (const { path } of others)
      notes.dropped(nameOf(path), "the suite's own evaluation reads the other metrics file of the case", path);
    for (const { path } of tree.below(run.dir)) leaveOut(path, run.dir, notes);

    const id = opaqueId(KIND, run.dir);
    const folder = await out.openCase(id);
    const services = await wideMetrics(metrics, reading, folder);
    const [logs, traces] = [fileIn("logs.csv"), fileIn("traces.csv")];
    if (logs) await logRows(logs, reading, folder);
    if (traces) await spanRows(traces, reading, folder);
    const missing = [logs ? "" : "logs", traces ? "" : "traces"].filter((name) => name !== "");
    if (missing.length > 0) notes.defect(`cases with metrics but no ${missing.join(" and ")}`, "not recorded", run.dir);
    const range = rangeOf(folder);
    if (range === null || injectMs <= range.startMs || injectMs >= range.endMs) {
      notes.dropped("cases", "the injection time lies outside of the recorded metrics", run.dir);
      return folder.discard();
    }
    const scenario = scenarioOf({
      id,
      suite: KIND,
      system: run.system,
      title: "Service quality fell",
      alarmAtMs: injectMs,
      window: { startMs: injectMs, endMs: range.endMs },
      baseline: { window: { startMs: range.startMs, endMs: injectMs } },
      entry: options.entry,
      tasks: ["localization", "analysis"],
      answer: {
        entityKinds: ["service"],
        entities: services,
        causes: causes.map((cause) => ({ id: cause, description: FAULTS[cause] ?? "", target: "service" })),
      },
    });
    const answer = { entityKind: "service", cause: run.fault, category: run.dataset, onset: isoTime(injectMs) };
    const oracle = oracleOf(id, [[run.service]], { ...answer, notes: { source: run.dir } });
    return out.finishCase(id, folder, scenario, oracle);
  },
});

const READ = new Set([...METRIC_FILES, "logs.csv", "traces.csv", "inject_time.txt"]);
/** Tables that the suite computed from the others for its own methods. */
const DERIVED = /^(logts|tracets_err|tracets_lat|cluster_info|metrics)\.(csv|json)$/;

function leaveOut(path: string, dir: string, notes: Reading["notes"]): void {
  const name = path.slice(dir.length + 1);
  if (READ.has(name)) return;
  notes.dropped(name, DERIVED.test(name) ? "computed from the other files" : "not part of the layout", path);
}

function rangeOf({ extents }: CaseFolder): { startMs: number; endMs: number } | null {
  const all = Object.values(extents).filter((extent) => extent !== null);
  const metrics = extents.metrics;
  if (metrics === null) return null;
  return { startMs: metrics.firstMs, endMs: Math.max(...all.map(({ lastMs }) => lastMs)) };
}
