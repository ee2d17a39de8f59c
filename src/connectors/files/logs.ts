import type { LineReading } from "../../domain/line-facts.ts";
import { readDocument } from "./documents.ts";
import { LOG_READING_FILE, LogReadings } from "./log-reading-file.ts";
import { join } from "node:path";
import { z } from "zod";
import { coverageFor } from "../../domain/answer.ts";
import type { Capabilities, Problem, QueryCoverage, TelemetrySource } from "../../domain/ports.ts";
import { logCandidate, recordFilter } from "../../domain/query-match.ts";
import type { LogStream } from "../../domain/telemetry.ts";
import { lineBlocks } from "./blocks.ts";
import { readBytes } from "./bytes.ts";
import { findFile, openFolder, type RecordedFile, type RecordedFolder } from "./folder.ts";
import { parseJson } from "./jsonl.ts";
import { type LineLimit, lineLimit } from "./line-limit.ts";
import { admittedLines } from "./log-lines.ts";
import { metadataCollector } from "./metadata.ts";
import { type FileProblems, fileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";
import { ceilMs, floorMs, timeLimits } from "./time-limits.ts";

const LOG_FILE = /^(.+\.log)(?:\.gz|\.zst)?$/;
const LABELS = ["service", "pod", "trace_id"];
const CAPABILITIES: Capabilities = {
  holds: "incident",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit"],
  metadata: ["extent", "entities", "labels", "streams"],
};

/**
 * Logs of a scenario folder: `logs.jsonl` as one stream of records, and a team's own log files `<service>.log` (also
 * compressed), in the folder itself or in `logs/`. Each of those is a raw stream, whose service is the name of the
 * file. Chunks are whole lines of at most 8 MiB each.
 *
 * This reader does not know the times of raw lines. A raw stream is given whole, whatever the range; with `asOf` set it
 * is not given at all, and that is a problem of the answer.
 */
export const fileLogs = (recording: Recording): TelemetrySource<"log"> => ({
  name: "files",
  signal: "log",
  capabilities: CAPABILITIES,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name: "files", capabilities: CAPABILITIES }, query);
    const limits = timeLimits(query.range, recording.asOfMs);
    const folder = await recording.folderOf(query.recording);
    const { records, raw } = await logFilesOf(folder);
    const readings = await readingsOf(folder, signal);
    const isNamed = ({ origin }: RecordedFile): boolean => query.names.length === 0 || query.names.includes(origin);
    const reading: Reading = { coverage, signal, limit: lineLimit(coverage) };
    const streams: LogStream[] = [];
    if (records !== null && isNamed(records)) {
      const isWanted = recordTest(coverage, records);
      const chunks = linesOf(records, reading, (block, problems) =>
        admittedLines(block, limits, problems, { isWanted }),
      );
      streams.push({ origin: records.origin, framing: "jsonl", service: null, chunks });
    }
    for (const file of raw.filter(isNamed)) {
      const service = serviceOf(file);
      if (limits.asOfMs !== null)
        coverage.problems.push({ source: file.origin, line: null, what: "skipped: its lines may be later than asOf" });
      else if (query.entities.length === 0 || query.entities.includes(service)) {
        const isWanted = rawTest(coverage, file, service);
        const chunks = linesOf(file, reading, ({ bytes }) =>
          isWanted === null ? bytes : wantedLines(bytes, isWanted),
        );
        streams.push({
          origin: file.origin,
          framing: "raw",
          service,
          untimed: true,
          chunks,
          ...readingOf(file, readings),
        });
      }
    }
    coverage.returned = streams.length;
    return { data: streams, coverage };
  },
  async metadata(request, { signal } = {}) {
    const { records, raw } = await logFilesOf(await recording.folderOf(request.recording));
    const limits = timeLimits(request.range, recording.asOfMs);
    const streams = [...(records ? [records] : []), ...raw].map(({ origin }) => origin);
    const found = metadataCollector();
    for (const file of raw) found.entity(serviceOf(file), "service");
    if (records === null) return found.done(LABELS, streams);
    return recording.metadata(records, recording.asOfMs, request, async () => {
      const problems = fileProblems(records.origin, undefined);
      const addEntities = (line: string): boolean => {
        const { service, pod } = LineFields.parse(parseJson(line));
        if (service !== "") found.entity(service, "service");
        if (pod !== "") found.entity(pod, "pod");
        return false;
      };
      const isWanted = request.fields.includes("entities") ? addEntities : () => false;
      const onTime = (nanos: bigint): void => found.time(floorMs(nanos), ceilMs(nanos));
      for await (const block of lineBlocks(readBytes(records, problems, signal), problems))
        admittedLines(block, limits, problems, { onTime, isWanted });
      return found.done(LABELS, streams);
    });
  },
});

/** Tells whether there is any log to read. */
export async function hasLogs(folder: RecordedFolder): Promise<boolean> {
  const { records, raw } = await logFilesOf(folder);
  return records !== null || raw.length > 0;
}

async function logFilesOf(folder: RecordedFolder): Promise<{ records: RecordedFile | null; raw: RecordedFile[] }> {
  const inner = folder.names.includes("logs")
    ? await openFolder(folder.root, join(folder.dir, "logs"), `${folder.label}logs/`)
    : null;
  const raw: RecordedFile[] = [];
  for (const place of [folder, inner]) {
    const names = new Set(place?.names.flatMap((name) => LOG_FILE.exec(name)?.[1] ?? []));
    for (const name of names) {
      const file = place && (await findFile(place, name));
      if (file) raw.push(file);
    }
  }
  return { records: await findFile(folder, "logs.jsonl"), raw };
}

async function readingsOf(folder: RecordedFolder, signal: AbortSignal | undefined) {
  const file = await findFile(folder, LOG_READING_FILE);
  return file === null ? {} : readDocument(file, LogReadings, { signal });
}

function readingOf(
  { origin }: RecordedFile,
  readings: Readonly<Record<string, LineReading>>,
): { reading?: LineReading } {
  const reading = readings[origin.replace(/^.*\//, "").replace(/(\.log)(?:\.\w+)?$/, "$1")];
  return reading === undefined ? {} : { reading };
}

const serviceOf = ({ origin }: RecordedFile): string => origin.replace(/^.*\//, "").replace(/\.log(?:\.\w+)?$/, "");

/** The fields of a record that a query can select by. */
const Text = z.string().catch("");
const LineFields = z.looseObject({ service: Text, pod: Text, body: Text, traceId: Text }).catch({
  service: "",
  pod: "",
  body: "",
  traceId: "",
});

/** Tests the text of a JSON line; null where the query selects every line. */
function recordTest({ query }: QueryCoverage, { origin }: RecordedFile): ((line: string) => boolean) | null {
  const isSelected = recordFilter({ ...query, names: [] });
  return isSelected && ((line) => isSelected(logCandidate(LineFields.parse(parseJson(line)), origin)));
}

function rawTest(
  { query }: QueryCoverage,
  { origin }: RecordedFile,
  service: string,
): ((line: string) => boolean) | null {
  const isSelected = recordFilter({ ...query, names: [], entities: [] });
  return isSelected && ((body) => isSelected(logCandidate({ service, pod: null, body, traceId: null }, origin)));
}

/** Lines that are not wanted become empty, so that readers count lines as in the file. */
const wantedLines = (bytes: Buffer, isWanted: (line: string) => boolean): Buffer =>
  Buffer.from(
    bytes
      .toString("utf8")
      .split("\n")
      .map((line) => (line !== "" && isWanted(line) ? line : ""))
      .join("\n"),
  );

type Reading = { coverage: QueryCoverage; signal: AbortSignal | undefined; limit: LineLimit | null };
async function* linesOf(
  file: RecordedFile,
  { coverage, signal, limit }: Reading,
  admit: (block: { firstLine: number; bytes: Buffer }, problems: FileProblems) => Buffer,
): AsyncGenerator<Uint8Array> {
  const problems = fileProblems(file.origin, (problem: Problem) => coverage.problems.push(problem));
  let isEmpty = true;
  try {
    for await (const block of lineBlocks(readBytes(file, problems, signal), problems)) {
      isEmpty = false;
      const admitted = admit(block, problems);
      const taken = limit === null ? admitted : limit.take(admitted);
      if (taken.length > 0) yield taken;
      if (limit?.isReached) return;
    }
    if (isEmpty) problems.addIfSilent("empty");
  } finally {
    problems.close();
  }
}
