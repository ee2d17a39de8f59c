import { contains } from "../../domain/time.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { seriesNames, type SeriesNames } from "./case-folder.ts";
import { wrongColumns } from "./refusals.ts";
import { nameOf, type SourceFile } from "./source-tree.ts";
import { statusOf } from "./span-status.ts";
import {
  type CellReader,
  cellsOf,
  hasColumn,
  openTable,
  optionalCell,
  type Reading,
  type SourceTable,
} from "./table.ts";
import { settleAll, type TimedFolder } from "./timed-folders.ts";
import { anyMs, anyNanos, msOf, sampleOf } from "./times.ts";

/** Collects nodes and edges; each once. */
export type OpenTopology = { edge(from: string, to: string, kind: string): void; done(): Topology };

export function openTopology(): OpenTopology {
  const edges = new Map<string, Topology["edges"][number]>();
  return {
    edge: (from, to, kind) => void (from !== to && edges.set(`${from}\0${to}\0${kind}`, { from, to, kind })),
    done: () => ({ nodes: [], edges: [...edges.values()] }),
  };
}

/** Reads one table of a day. The three systems have other columns in files of the same name, so the columns decide. */
export async function openrcaTable(
  file: SourceFile,
  reading: Reading,
  folders: readonly TimedFolder[],
  topology: OpenTopology,
  entities: Set<string>,
): Promise<void> {
  const place = /\/(metric|trace|log)\/[^/]+\.csv$/.exec(file.path)?.[1];
  if (place === undefined) return reading.notes.dropped("files", "not metric, trace or log of a day", file.path);
  const table = await openTable(file, reading);
  const rowReader = { metric: metricReader, trace: spanReader, log: logReader }[place as "metric" | "trace" | "log"];
  const read = rowReader(table, reading, topology, entities);
  for await (const rows of table.batches) {
    for (const row of rows) read(row, folders);
    await settleAll(folders);
  }
}

type RowReader = (row: readonly string[], folders: readonly TimedFolder[]) => void;

/** `stock-0` is a pod of `stock`; `stock2-0` one of its second version. Other names stand for themselves. */
const serviceOf = (name: string): string => /^(.*[a-z])2?-\d+$/i.exec(name)?.[1] ?? name;
const podOf = (name: string): string => (serviceOf(name) === name ? "" : name);

const KINDS: readonly [RegExp, string][] = [
  [/node/, "node"],
  [/container/, "pod"],
];

function metricReader(
  table: SourceTable,
  { notes }: Reading,
  topology: OpenTopology,
  entities: Set<string>,
): RowReader {
  const kind = KINDS.find(([pattern]) => pattern.test(nameOf(table.path)))?.[1] ?? "service";
  const time = cellsOf(table, ["timestamp|startTime"])[0];
  const known = new Map<string, SeriesNames>();
  const add = (name: string, metric: string): SeriesNames => {
    const key = `${name}\0${metric}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const { entity, entityKind, suffix } = namedIn(name, kind, topology);
    entities.add(entity);
    const names = seriesNames(entity, entityKind, `${metric}${suffix}`);
    known.set(key, names);
    return names;
  };
  const cells = hasColumn(table, "kpi_name|name") ? longCells(table) : wideCells(table);
  return (row, folders) => {
    const timeMs = anyMs(time(row));
    if (timeMs === null) return notes.dropped("rows of metrics", "no time", table.path);
    const wanted = folders.filter(({ metrics }) => contains(metrics, timeMs));
    if (wanted.length === 0) return;
    for (const [metric, text] of cells.values(row)) {
      const value = sampleOf(text);
      if (value === null) notes.dropped("samples", "empty or not a number: a gap is not a zero", table.path);
      else for (const { folder } of wanted) folder.sample(timeMs, add(cells.name(row), metric), value);
    }
  };
}

type MetricCells = { name: CellReader; values: (row: readonly string[]) => [metric: string, text: string][] };

function longCells(table: SourceTable): MetricCells {
  const [name, metric, value] = cellsOf(table, ["cmdb_id", "kpi_name|name", "value"]);
  return { name, values: (row) => [[metric(row), value(row)]] };
}

const NAME_COLUMNS = ["service", "tc", "serviceName"];
function wideCells(table: SourceTable): MetricCells {
  const [name] = cellsOf(table, [NAME_COLUMNS.join("|")]);
  const columns = table.columns.flatMap((column, at) =>
    [...NAME_COLUMNS, "timestamp", "startTime"].includes(column) ? [] : [{ column, at }],
  );
  if (columns.length === 0) throw wrongColumns(table.path, ["of a metric"], table.columns);
  return { name, values: (row) => columns.map(({ column, at }) => [column, row[at] ?? ""]) };
}

/**
 * `node-6.stock-0` is a pod on a node, `stock-1.source.stock.db` a call seen by a pod, `stock.ts:8088` a program of a
 * service and `stock-grpc` a service with its protocol.
 */
function namedIn(
  name: string,
  kind: string,
  topology: OpenTopology,
): { entity: string; entityKind: string; suffix: string } {
  const [, node, pod] = /^([^.]*-\d+)\.([^.]+)$/.exec(name) ?? [];
  if (kind === "pod" && node !== undefined && pod !== undefined) {
    topology.edge(pod, node, "runs_on");
    topology.edge(pod, serviceOf(pod), "member_of");
    return { entity: pod, entityKind: "pod", suffix: "" };
  }
  const [, caller, call] = /^([^.]+)\.((?:source|destination)\..+)$/.exec(name) ?? [];
  if (caller !== undefined) return { entity: caller, entityKind: "pod", suffix: `.${call ?? ""}` };
  const program = /^([^.]+)\.\w+:\d+$/.exec(name)?.[1];
  return { entity: (program ?? name).replace(/-(grpc|http)$/, ""), entityKind: kind, suffix: "" };
}

function spanReader(table: SourceTable, { notes }: Reading, topology: OpenTopology, entities: Set<string>): RowReader {
  const [time, name, trace, span] = cellsOf(table, [
    "timestamp|startTime",
    "cmdb_id",
    "trace_id|traceId",
    "span_id|id",
  ]);
  const [duration] = cellsOf(table, ["duration|elapsedTime"]);
  const parent = optionalCell(table, "parent_span|parent_id|pid");
  const status = optionalCell(table, "status_code|success");
  const [operation, target] = [
    optionalCell(table, "operation_name|serviceName|callType"),
    optionalCell(table, "dsName"),
  ];
  // Market gives microseconds, Bank and Telecom milliseconds.
  const usPerUnit = hasColumn(table, "operation_name") ? 1 : 1000;
  return (row, folders) => {
    const [startNanos, length] = [anyNanos(time(row)), sampleOf(duration(row))];
    if (startNanos === null || length === null || length < 0)
      return notes.dropped("spans", "no start or no duration", table.path);
    const wanted = folders.filter(({ records }) => contains(records, msOf(startNanos)));
    if (wanted.length === 0) return;
    const service = serviceOf(name(row));
    entities.add(name(row)).add(service);
    if (target(row) !== "") topology.edge(service, target(row), "calls");
    for (const { folder } of wanted)
      folder.span({
        traceId: trace(row),
        spanId: span(row),
        parentSpanId: /^(none|nan|null)?$/i.test(parent(row)) ? "" : parent(row),
        service,
        pod: podOf(name(row)),
        operation: operation(row) || target(row),
        startNanos,
        durationUs: length * usPerUnit,
        status: statusOf(status(row)),
      });
  };
}

function logReader(table: SourceTable, { notes }: Reading, _topology: OpenTopology, entities: Set<string>): RowReader {
  const [time, name, value] = cellsOf(table, ["timestamp", "cmdb_id", "value"]);
  return (row, folders) => {
    const nanos = anyNanos(time(row));
    if (nanos === null) return notes.dropped("log records", "no time", table.path);
    const wanted = folders.filter(({ records }) => contains(records, msOf(nanos)));
    entities.add(serviceOf(name(row)));
    for (const { folder } of wanted)
      folder.log({ nanos, service: serviceOf(name(row)), pod: podOf(name(row)), body: value(row) });
  };
}
