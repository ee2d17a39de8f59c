import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Alert, Change, Topology } from "../../domain/telemetry.ts";
import { type PackedFile, packedFile } from "./packed-file.ts";
import { lineSorter } from "./sorted-lines.ts";
import { msOf } from "./times.ts";

export type ImportedLog = {
  nanos: bigint;
  service: string;
  pod?: string;
  body: string;
  traceId?: string;
  spanId?: string;
};
export type ImportedSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  service: string;
  pod?: string;
  operation: string;
  startNanos: bigint;
  durationUs: number;
  /** "", "OK" or "ERROR: why". */
  status: string;
};
/** The names of a series as they stand in a line of `metrics.csv`: `entity,kind,metric`. */
export type SeriesNames = string & { readonly isSeriesNames: true };
/** First and last time of a signal; null while nothing was written. */
export type Extent = { firstMs: number; lastMs: number } | null;

/**
 * Writes the telemetry of one case. Records are kept in memory until the next `settle`, which every reader calls after
 * a batch. A signal gets its file with the first record, or with `has`.
 */
export type CaseFolder = {
  log(record: ImportedLog): void;
  span(span: ImportedSpan): void;
  sample(timeMs: number, names: SeriesNames, value: number): void;
  /** The signal was recorded, even if no record of it follows. */
  has(signal: CaseSignal): void;
  alerts(all: readonly Alert[]): Promise<void>;
  changes(all: readonly Change[]): Promise<void>;
  topology(topology: Topology): Promise<void>;
  /** Any other file of the case, such as `cluster/pods.txt`. */
  file(path: string, content: string | Uint8Array): Promise<void>;
  json(path: string, value: unknown): Promise<void>;
  settle(): Promise<void>;
  /** Closes all files. */
  close(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
  readonly extents: Readonly<Record<CaseSignal, Extent>>;
  readonly counts: Readonly<Record<CaseSignal, number>>;
};
export const CASE_SIGNALS = ["logs", "metrics", "traces"] as const;
export type CaseSignal = (typeof CASE_SIGNALS)[number];

const HEADERS: Record<CaseSignal, { name: string; header: string | null }> = {
  logs: { name: "logs.jsonl.gz", header: null },
  metrics: { name: "metrics.csv.gz", header: "timeUnixMs,entity,entityKind,metric,value" },
  traces: {
    name: "traces.csv.gz",
    header: "traceId,spanId,parentSpanId,service,pod,operation,startUnixNano,durationUs,status",
  },
};

const cell = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replaceAll(/\r?\n/g, " ")}"` : text;
export const seriesNames = (entity: string, entityKind: string, metric: string): SeriesNames =>
  [entity, entityKind, metric].map(cell).join(",") as SeriesNames;

/** @param temp a folder for temporary files of this case. */
export async function openCaseFolder(dir: string, temp: string): Promise<CaseFolder> {
  await mkdir(dir, { recursive: true });
  await mkdir(temp, { recursive: true });
  const files = new Map<CaseSignal, PackedFile>();
  const extents: Record<CaseSignal, Extent> = { logs: null, metrics: null, traces: null };
  const counts: Record<CaseSignal, number> = { logs: 0, metrics: 0, traces: 0 };
  const sorter = lineSorter(temp, "logs");

  const fileOf = (signal: CaseSignal): PackedFile => {
    const known = files.get(signal);
    if (known) return known;
    const { name, header } = HEADERS[signal];
    const file = packedFile(join(dir, name));
    if (header !== null) file.line(header);
    files.set(signal, file);
    return file;
  };
  const note = (signal: CaseSignal, timeMs: number): void => {
    counts[signal] += 1;
    const known = extents[signal];
    if (known === null) extents[signal] = { firstMs: timeMs, lastMs: timeMs };
    else if (timeMs < known.firstMs) known.firstMs = timeMs;
    else if (timeMs > known.lastMs) known.lastMs = timeMs;
  };
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  const lines = async (path: string, records: readonly object[]): Promise<void> => {
    const file = packedFile(join(dir, path));
    for (const record of records) file.line(JSON.stringify(record));
    await file.close();
  };

  return {
    log({ nanos, service, pod = "", body, traceId = "", spanId = "" }) {
      note("logs", msOf(nanos));
      sorter.add(nanos, JSON.stringify({ timeUnixNano: nanos.toString(), service, pod, body, traceId, spanId }));
    },
    span({ traceId, spanId, parentSpanId, service, pod = "", operation, startNanos, durationUs, status }) {
      note("traces", msOf(startNanos));
      const names = [traceId, spanId, parentSpanId, service, pod, operation].map(cell).join(",");
      fileOf("traces").line(`${names},${startNanos},${durationUs},${cell(status)}`);
    },
    sample(timeMs, names, value) {
      note("metrics", timeMs);
      fileOf("metrics").line(`${timeMs},${names},${value}`);
    },
    has: (signal) => void fileOf(signal),
    alerts: (all) => lines("alerts.jsonl.gz", all),
    changes: (all) => lines("changes.jsonl.gz", all),
    topology: (topology) => write("topology.json", `${JSON.stringify(topology)}\n`),
    file: write,
    json: (path, value) => write(path, `${JSON.stringify(value, null, 2)}\n`),
    async settle() {
      await sorter.settle();
      for (const file of files.values()) await file.settle();
    },
    async close() {
      if (sorter.count > 0) fileOf("logs");
      for await (const batch of sorter.sorted()) {
        for (const line of batch) fileOf("logs").line(line);
        await fileOf("logs").settle();
      }
      for (const file of files.values()) await file.close();
    },
    async discard() {
      for (const file of files.values()) await file.close();
      await rm(dir, { recursive: true, force: true });
    },
    extents,
    counts,
  };
}
