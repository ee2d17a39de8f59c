import { isoTime, type TimeWindow } from "../../domain/time.ts";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { dayFolder, rangeOfQuery, ZONE_MINUTES } from "./openrca-query.ts";
import { openrcaTable, openTopology } from "./openrca-tables.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import { cellsOf, openTable, optionalCell, type Reading } from "./table.ts";
import type { TimedFolder } from "./timed-folders.ts";
import { anyMs, isoNanos, msOf } from "./times.ts";

const KIND = "openrca";
const LAYOUT = `<System>/query.csv      task_index, instruction, scoring_points
<System>/record.csv     level, component, timestamp, datetime, reason
<System>/telemetry/<YYYY_MM_DD>/{metric,trace,log}/*.csv
<System> is Bank, Telecom, Market/cloudbed-1 or Market/cloudbed-2; any folder above may be given.`;

/** What precedes the range of a query is its baseline. */
const BASELINE_MS = 60 * 60_000;

type Failure = { atMs: number; component: string; reason: string; level: string };
type Query = { line: number; task: string; instruction: string; scoring: string; window: TimeWindow };
type System = { dir: string; name: string; queries: Query[]; failures: Failure[] };

/** OpenRCA. https://github.com/microsoft/OpenRCA */
export const openrca: Importer = {
  kind: KIND,
  about: "OpenRCA, queries about failures of a bank, a telecom database and a market",
  layout: LAYOUT,
  version: 1,
  async plan({ tree, reading, options }) {
    const found = tree.files.filter(({ path }) => nameOf(path) === "query.csv");
    if (found.length === 0) throw wrongTree(KIND, tree.root, "no query.csv in any folder", LAYOUT);
    reading.notes.fact("A case is one query; it has no alarm time. Times of queries and records are read as UTC+8");
    const units: ImportUnit[] = [];
    for (const file of found) {
      const system = await systemOf(file, tree, reading);
      const byDay = Map.groupBy(system.queries, ({ window }) => dayFolder(window.startMs));
      for (const [day, queries] of byDay) {
        const name = inFolder(system.dir, `telemetry/${day}`);
        if (options.only === null || name.includes(options.only))
          units.push(unitOf(name, system, queries, tree, options));
      }
    }
    return units;
  },
};

async function systemOf(queries: SourceFile, tree: SourceTree, reading: Reading): Promise<System> {
  const dir = folderOf(queries.path);
  const records = tree.file(inFolder(dir, "record.csv"));
  if (records === null) throw wrongTree(KIND, inFolder(tree.root, dir), "no record.csv beside query.csv", LAYOUT);
  return {
    dir,
    name: dir === "" ? nameOf(tree.root) : dir,
    queries: await readQueries(queries, reading),
    failures: await readFailures(records, reading),
  };
}

async function readQueries(file: SourceFile, reading: Reading): Promise<Query[]> {
  const table = await openTable(file, reading);
  const [instruction] = cellsOf(table, ["instruction"]);
  const [task, scoring] = [optionalCell(table, "task_index"), optionalCell(table, "scoring_points")];
  const found: Query[] = [];
  let line = 0;
  for await (const rows of table.batches)
    for (const row of rows) {
      line += 1;
      const window = rangeOfQuery(instruction(row));
      if (window === null)
        reading.notes.dropped("cases", "the query names no date with a range of time", `${file.path}:${line}`);
      else found.push({ line, task: task(row), instruction: instruction(row), scoring: scoring(row), window });
    }
  return found;
}

async function readFailures(file: SourceFile, reading: Reading): Promise<Failure[]> {
  const table = await openTable(file, reading);
  const [component, reason] = cellsOf(table, ["component", "reason"]);
  const [stamp, text] = [optionalCell(table, "timestamp"), optionalCell(table, "datetime")];
  const level = optionalCell(table, "level");
  const found: Failure[] = [];
  for await (const rows of table.batches)
    for (const row of rows) {
      const nanos = isoNanos(text(row), ZONE_MINUTES);
      const [textMs, stampMs] = [nanos === null ? null : msOf(nanos), anyMs(stamp(row))];
      const atMs = textMs ?? stampMs;
      if (textMs !== null && stampMs !== null && Math.abs(textMs - stampMs) > 1000)
        reading.notes.defect(
          "records whose number differs from their text in UTC+8",
          "the text was used, as the scorer does",
          file.path,
        );
      if (atMs === null) reading.notes.dropped("records", "no time", file.path);
      else found.push({ atMs, component: component(row), reason: reason(row), level: level(row) });
    }
  return found;
}

const unitOf = (
  name: string,
  system: System,
  queries: readonly Query[],
  tree: SourceTree,
  options: SourceOptions,
): ImportUnit => ({
  name,
  async write(out, reading) {
    const answered = queries.filter((query) => {
      const has = failuresIn(system, query).length > 0;
      if (!has)
        reading.notes.dropped(
          "cases",
          "record.csv holds no failure in the range of the query",
          `${system.dir}/query.csv:${query.line}`,
        );
      return has;
    });
    const folders: TimedFolder[] = [];
    for (const query of answered) {
      const range = { startMs: query.window.startMs - BASELINE_MS, endMs: query.window.endMs };
      folders.push({ folder: await out.openCase(idOf(system, query)), records: range, metrics: range });
    }
    const topology = openTopology();
    const entities = new Set(system.failures.map(({ component }) => component));
    for (const file of daysOf(folders).flatMap((day) => tree.below(inFolder(system.dir, `telemetry/${day}`))))
      await openrcaTable(file, reading, folders, topology, entities);
    for (const [at, query] of answered.entries()) {
      const { folder } = folders[at] as TimedFolder;
      if (Object.values(folder.counts).every((count) => count === 0)) {
        reading.notes.dropped(
          "cases",
          "no telemetry in the range of the query",
          `${system.dir}/query.csv:${query.line}`,
        );
        await folder.discard();
        continue;
      }
      const known = topology.done();
      if (known.edges.length > 0) await folder.topology(known);
      const id = idOf(system, query);
      await out.finishCase(
        id,
        folder,
        scenarioFor(id, system, query, [...entities].toSorted(), options),
        answerOf(id, system, query),
      );
    }
  },
});

const idOf = ({ dir }: System, { line }: Query): string => opaqueId(KIND, `${dir}/query.csv:${line}`);
const failuresIn = ({ failures }: System, { window }: Query): Failure[] =>
  failures.filter(({ atMs }) => atMs >= window.startMs && atMs <= window.endMs);

/** The folders of days that the cases need: a range near midnight begins on the day before. */
const daysOf = (folders: readonly TimedFolder[]): string[] =>
  [...new Set(folders.flatMap(({ records }) => [dayFolder(records.startMs), dayFolder(records.endMs)]))].toSorted();

function scenarioFor(id: string, system: System, query: Query, entities: string[], options: SourceOptions): object {
  const reasons = [...new Set(system.failures.map(({ reason }) => reason))].toSorted();
  const kinds = [...new Set(system.failures.map(({ level }) => level).filter((level) => level !== ""))].toSorted();
  const { startMs, endMs } = query.window;
  return scenarioOf({
    id,
    suite: KIND,
    system: system.name,
    title: "A failure in this range of time",
    alarmAtMs: null,
    window: query.window,
    baseline: { window: { startMs: startMs - BASELINE_MS, endMs: startMs } },
    entry: options.entry,
    tasks: ["localization", "analysis"],
    answer: {
      entityKinds: kinds.length > 0 ? kinds : ["service", "pod", "node"],
      entities,
      causes: reasons.map((reason) => ({ id: reason, description: reason, target: null })),
    },
    extra: { query: query.instruction, queryTask: query.task, range: { start: isoTime(startMs), end: isoTime(endMs) } },
  });
}

function answerOf(id: string, system: System, query: Query): ReturnType<typeof oracleOf> {
  const failures = failuresIn(system, query);
  const [first] = failures;
  return oracleOf(
    id,
    failures.map(({ component }) => [component]),
    {
      entityKind: first?.level || null,
      cause: first?.reason ?? null,
      category: query.task || null,
      onset: first === undefined ? null : isoTime(first.atMs),
      notes: {
        source: `${system.dir}/query.csv:${query.line}`,
        scoringPoints: query.scoring,
        failures: failures.map(({ atMs, ...rest }) => ({ ...rest, at: isoTime(atMs) })),
      },
    },
  );
}
