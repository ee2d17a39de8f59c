import { z } from "zod";
import { isoTime, type TimeWindow } from "../../domain/time.ts";
import type { CaseFolder } from "./case-folder.ts";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { nezhaLogs, nezhaMetrics, nezhaSpans, serviceOf } from "./nezha-tables.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { inFolder, nameOf, type SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import type { TimedFolder } from "./timed-folders.ts";
import { anyMs, isoNanos, msOf } from "./times.ts";

const KIND = "nezha";
const LAYOUT = `rca_data/<YYYY-MM-DD>/<YYYY-MM-DD>-fault_list.json
  {hour: [{inject_time, inject_timestamp, inject_pod, inject_type}]}
rca_data/<YYYY-MM-DD>/log/<HH>_<MM>_log.csv
  Timestamp, TimeUnixNano, Node, PodName, Container, TraceID, SpanID, Log
rca_data/<YYYY-MM-DD>/trace/<HH>_<MM>_trace.csv
  TraceID, SpanID, ParentID, PodName, OperationName, StartTimeUnixNano, EndTimeUnixNano, Duration
rca_data/<YYYY-MM-DD>/metric/<pod>_metric.csv
  Time, TimeStamp, PodName, one column for each metric
construct_data/<YYYY-MM-DD>/log, trace, metric
  the same, without faults`;

const MINUTE_MS = 60_000;
/** A fault lasts three minutes; the metrics of the 45 minutes before it are its baseline. */
const FAULT_MS = 3 * MINUTE_MS;
const BASELINE_MS = 45 * MINUTE_MS;

const Fault = z.looseObject({
  inject_time: z.string(),
  inject_timestamp: z.union([z.string(), z.number()]).optional(),
  inject_pod: z.string(),
  inject_type: z.string(),
});
const FaultList = z.record(z.string(), z.array(Fault));
type Injection = { atMs: number; service: string; fault: string };

/** Nezha (FSE 2023). https://github.com/IntelligentDDS/Nezha */
export const nezha: Importer = {
  kind: KIND,
  about: "Nezha, three-minute faults in two shops on Kubernetes",
  layout: LAYOUT,
  version: 1,
  async plan({ tree, reading, options }) {
    const days = [
      ...new Set(tree.files.flatMap(({ path }) => /^rca_data\/(\d{4}-\d{2}-\d{2})\//.exec(path)?.[1] ?? [])),
    ];
    if (days.length === 0) throw wrongTree(KIND, tree.root, "no folder rca_data/<YYYY-MM-DD>", LAYOUT);
    const wanted = days.filter((day) => options.only === null || `rca_data/${day}`.includes(options.only));
    reading.notes.fact(
      "`alarmAt` is the injection time, as in the suite's own evaluation: the onset is given, its error means nothing",
    );
    reading.notes.fact("Times without a zone are UTC");
    const units = await Promise.all(wanted.map((day) => unitOfDay(day, tree, reading, options)));
    return wanted.flatMap((day, at) => [
      ...(tree.below(`construct_data/${day}`).length > 0 ? [quietUnit(day, tree)] : []),
      ...(units[at] ? [units[at]] : []),
    ]);
  },
};

const quietName = (day: string): string => `normal-${day}`;

/** The fault-free recording of a day, which its cases share. */
const quietUnit = (day: string, tree: SourceTree): ImportUnit => ({
  name: `construct_data/${day}`,
  async write(out, reading) {
    const folder = await out.openShared(quietName(day));
    const all = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };
    await readDay(`construct_data/${day}`, tree, reading, [{ folder, records: all, metrics: all }]);
  },
});

async function unitOfDay(
  day: string,
  tree: SourceTree,
  reading: Reading,
  options: SourceOptions,
): Promise<ImportUnit | null> {
  const dir = `rca_data/${day}`;
  const file = tree.file(`${dir}/${day}-fault_list.json`);
  if (file === null) throw wrongTree(KIND, inFolder(tree.root, dir), `no ${day}-fault_list.json`, LAYOUT);
  const parsed = FaultList.safeParse(await reading.inputs.json(file));
  if (!parsed.success) throw wrongTree(KIND, file.path, z.prettifyError(parsed.error), LAYOUT);
  const injections = Object.values(parsed.data)
    .flat()
    .flatMap((fault) => injectionOf(fault, file.path, reading));
  return { name: dir, write: (out, own) => writeDay({ day, dir, tree, injections, options }, out, own) };
}

/** The text of the time is right, read as UTC; its number often is not. */
function injectionOf(fault: z.infer<typeof Fault>, path: string, { notes }: Reading): Injection[] {
  const nanos = isoNanos(fault.inject_time);
  if (nanos === null) {
    notes.dropped("cases", "inject_time is no time", path);
    return [];
  }
  const atMs = msOf(nanos);
  const numberMs = anyMs(String(fault.inject_timestamp ?? ""));
  const offMs = numberMs === null ? 0 : numberMs - atMs;
  if (offMs !== 0)
    notes.defect(
      offMs % (60 * MINUTE_MS) === 0
        ? "injections whose number is whole hours (a time zone) beside their text"
        : "injections whose number differs from their text",
      "the text was used, as UTC",
      path,
    );
  return [{ atMs, service: serviceOf(fault.inject_pod), fault: fault.inject_type }];
}

type Day = { day: string; dir: string; tree: SourceTree; injections: Injection[]; options: SourceOptions };

const windowOf = ({ atMs }: Injection): TimeWindow => ({
  startMs: Math.floor((atMs - MINUTE_MS) / MINUTE_MS) * MINUTE_MS,
  endMs: atMs + FAULT_MS,
});

/** Reads the files of a day once, and gives every record to the cases whose time it is in. */
async function writeDay(
  { day, dir, tree, injections, options }: Day,
  out: Parameters<ImportUnit["write"]>[0],
  reading: Reading,
): Promise<void> {
  const cases = injections.map((injection) => ({
    injection,
    id: opaqueId(KIND, `${dir}/${injection.atMs}/${injection.service}`),
  }));
  const folders: (TimedFolder & { folder: CaseFolder })[] = [];
  for (const { injection, id } of cases)
    folders.push({
      folder: await out.openCase(id),
      records: windowOf(injection),
      metrics: { startMs: injection.atMs - BASELINE_MS, endMs: injection.atMs + FAULT_MS },
    });
  const services = await readDay(dir, tree, reading, folders);
  const causes = [...new Set(injections.map(({ fault }) => fault))].toSorted();
  const hasQuiet = tree.below(`construct_data/${day}`).length > 0;
  if (!hasQuiet)
    reading.notes.defect("days without a fault-free recording", "the baseline is that of the metrics", dir);
  for (const [at, { injection, id }] of cases.entries()) {
    const { folder } = folders[at] as (typeof folders)[number];
    if (Object.values(folder.counts).every((count) => count === 0)) {
      reading.notes.dropped("cases", "nothing was recorded around the injection", dir);
      await folder.discard();
      continue;
    }
    const startMs = injection.atMs - BASELINE_MS;
    const scenario = scenarioOf({
      id,
      suite: KIND,
      system: systemOf(day),
      title: "Latency and error alarm on the entry",
      alarmAtMs: injection.atMs,
      window: windowOf(injection),
      baseline: { window: { startMs, endMs: injection.atMs }, shared: hasQuiet ? quietName(day) : null },
      excludeBaseline: injections
        .filter(({ atMs }) => atMs < injection.atMs && atMs + FAULT_MS > startMs)
        .map(({ atMs }) => ({ startMs: atMs, endMs: Math.min(atMs + FAULT_MS, injection.atMs) })),
      entry: options.entry,
      tasks: ["localization", "analysis"],
      answer: {
        entityKinds: ["service"],
        entities: services,
        causes: causes.map((cause) => ({ id: cause, description: cause.replaceAll("_", " "), target: "service" })),
      },
    });
    const answer = { entityKind: "service", cause: injection.fault, onset: isoTime(injection.atMs) };
    const oracle = oracleOf(id, [[injection.service]], { ...answer, notes: { source: dir } });
    await out.finishCase(id, folder, scenario, oracle);
  }
}

/** The README's days: August 2022 is Online Boutique, January 2023 Train Ticket. */
const SYSTEMS: Record<string, string> = { "2022-08": "online-boutique", "2023-01": "train-ticket" };
const systemOf = (day: string): string => SYSTEMS[day.slice(0, 7)] ?? `${KIND}-${day.slice(0, 7)}`;

/** @returns the services that were seen. */
async function readDay(
  dir: string,
  tree: SourceTree,
  reading: Reading,
  folders: readonly TimedFolder[],
): Promise<string[]> {
  const services = new Set<string>();
  const files = tree.below(dir);
  for (const file of files) {
    const place = file.path.slice(dir.length + 1);
    if (/^log\/.*\.csv$/.test(place)) await nezhaLogs(file, reading, folders, services);
    else if (/^trace\/.*\.csv$/.test(place)) await nezhaSpans(file, reading, folders, services);
    else if (/^metric\/.*\.csv$/.test(place)) await nezhaMetrics(file, reading, folders, services);
    else if (!place.endsWith("-fault_list.json"))
      reading.notes.dropped(
        place.startsWith("traceid/") ? "traceid files" : nameOf(place),
        "they list what the traces hold",
        file.path,
      );
  }
  if (!files.some(({ path }) => /\/(log|trace|metric)\//.test(path)))
    throw wrongTree(KIND, inFolder(tree.root, dir), "no folder log, trace or metric", LAYOUT);
  return [...services].toSorted();
}
