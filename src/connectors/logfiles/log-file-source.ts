import { coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { LineReading, OpenLineFacts } from "../../domain/line-facts.ts";
import type { Capabilities, NativeQuery, TelemetrySource } from "../../domain/ports.ts";
import { logCandidate, recordFilter } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import type { LogStream } from "../../domain/telemetry.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { metadataCollector } from "../files/metadata.ts";
import { findLogFiles, type FoundFiles, type LogFile, namedFiles } from "./find-files.ts";
import type { PageTemplates } from "../link.ts";
import { checkLogFiles } from "./health.ts";
import type { LogLineTest } from "./lines-in-range.ts";
import { lineLimit } from "../files/line-limit.ts";
import { type FileReading, linesOfFile, sharedBytes } from "./lines-of-file.ts";
import { nativeOfFiles } from "./native.ts";
import { misdated, type ProbedFile, probeFiles, type Probing } from "./probe.ts";
import { type FileWriter, writerReader } from "./writer.ts";

/**
 * `patterns`: globs of the files. `service`: patterns of paths with `{service}`. `maxFiles`: the newest are read.
 * `maxBytes`: of decompressed lines that one answer has. `reading`: what the owner says of the lines.
 */
export type LogFileOptions = {
  name: string;
  patterns: readonly string[];
  service: readonly string[];
  pages: PageTemplates;
  maxFiles: number;
  maxBytes: number;
  reading?: LineReading | undefined;
};

const LABELS = ["service", "pod", "trace_id"];
const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit"],
  metadata: ["extent", "entities", "labels", "streams"],
};
type Fetch = { signal?: AbortSignal | undefined };

/**
 * Log files of this machine, also rotated and compressed ones. Only files that may have lines of the range are opened,
 * and of large ones only the part is read that covers it.
 *
 * @param openFacts reads what lines state of their time and writer, in the formats of the log miner.
 */
export function logFileSource(options: LogFileOptions, openFacts: OpenLineFacts): TelemetrySource<"log"> {
  const { name, patterns, maxFiles, maxBytes, reading } = options;
  const open: OpenLineFacts = (referenceMs) => openFacts(referenceMs, reading);
  const byPath = writerReader(options.service);
  // where lines name their service, the path does not decide which files are read
  const writerOf =
    reading?.serviceField == null
      ? byPath
      : (path: string) => ({ ...byPath(path), service: null, otherwise: byPath(path).service });
  const probing = ({ signal }: Fetch): Probing => ({ open, writerOf, signal });
  let last: { range: TimeWindow; files: Promise<ProbedFile[]> } | null = null;

  /** The files of a range, found once for all evidence of it. */
  function shown(range: TimeWindow, fetch: Fetch): Promise<ProbedFile[]> {
    if (last?.range.startMs === range.startMs && last.range.endMs === range.endMs) return last.files;
    const files = findLogFiles(patterns, maxFiles, fetch.signal)
      .then((found) => probeFiles(found.files, range, probing(fetch)))
      .then(({ probed }) => probed);
    last = { range, files };
    files.catch(() => (last = null));
    return files;
  }

  return {
    name,
    signal: "log",
    capabilities: CAPABILITIES,
    async query(query, fetch = {}) {
      const coverage = coverageFor({ name, capabilities: CAPABILITIES }, query);
      if (query.recording !== null) return { data: [], coverage };
      const found = await findLogFiles(patterns, maxFiles, fetch.signal);
      const { probed, unread, ahead } = await probeFiles(found.files, query.range, probing(fetch));
      const refused = [...found.refused, ...unread];
      if (refused.length > 0 && unread.length === found.files.length) throw noneReadable(refused);
      if (refused.length > 0) coverage.gaps.push({ kind: "refused", why: `not read: ${namedFiles(refused)}` });
      for (const { path, byMs } of ahead) coverage.problems.push({ source: path, line: null, what: misdated(byMs) });
      if (found.isCapped)
        coverage.gaps.push({ kind: "capped", why: `more than ${maxFiles} files match; only the newest were read` });
      const wanted = probed.filter(({ file, writer }) => isWanted(file, writer, query));
      const shared = {
        coverage,
        signal: fetch.signal,
        limit: lineLimit(coverage),
        bytes: sharedBytes(maxBytes, wanted),
      };
      const streams = wanted.map((each) => streamOf(each, query, open, shared));
      const data = reading === undefined ? streams : streams.map((stream) => ({ ...stream, reading }));
      coverage.returned = data.length;
      return { data, coverage };
    },

    async metadata({ range, recording }, fetch = {}) {
      if (recording !== null) return NO_METADATA;
      const found = await findLogFiles(patterns, maxFiles, fetch.signal);
      const { probed } = await probeFiles(found.files, range, probing(fetch));
      const collected = metadataCollector();
      for (const { file, ends, writer } of probed) {
        const writers = writer.service === null ? ends.seen : [writer];
        for (const { service, pod } of writers) {
          if (service !== null) collected.entity(service, "service");
          if (pod !== null) collected.entity(pod, "pod");
        }
        if (writer.service === null) for (const service of ends.services) collected.entity(service, "service");
        if (ends.first !== null) collected.time(ends.first.ms, ends.last?.ms ?? Math.max(ends.first.ms, file.mtimeMs));
      }
      const metadata = collected.done(
        LABELS,
        probed.map(({ file }) => file.path),
      );
      return { ...metadata, isCapped: metadata.isCapped || found.isCapped };
    },

    async native(query, fetch = {}): Promise<NativeQuery[]> {
      if (query.recording !== null) return [];
      return nativeOfFiles(
        (await shown(query.range, fetch))
          .filter(({ file, writer }) => isWanted(file, writer, query))
          .map(({ file }) => file),
        query,
        options.pages,
      );
    },

    async check(fetch = {}) {
      const found = await findLogFiles(patterns, maxFiles, fetch.signal);
      return checkLogFiles(found, await probeFiles(found.files, null, probing(fetch)), {
        patterns,
        timeZone: reading?.timeZone ?? "UTC",
      });
    },
  };
}

function isWanted({ path }: LogFile, { service, pod }: FileWriter, { names, entities }: TelemetryQuery): boolean {
  if (names.length > 0 && !names.includes(path)) return false;
  return (
    service === null || entities.length === 0 || [service, pod].some((one) => one !== null && entities.includes(one))
  );
}

function streamOf(
  { file, ends, writer }: ProbedFile,
  query: TelemetryQuery,
  open: OpenLineFacts,
  shared: Omit<FileReading, "isWanted">,
): LogStream {
  const isUntimed = ends.first === null && ends.last === null;
  const chunks = linesOfFile(file, ends, open(query.range.endMs), { ...shared, isWanted: testOf(query, file, writer) });
  return {
    origin: file.path,
    framing: "raw",
    service: writer.service ?? writer.otherwise ?? null,
    ...(writer.pod === null ? {} : { pod: writer.pod }),
    ...(isUntimed ? { untimed: true as const } : {}),
    chunks,
  };
}

/** Tests single lines; null if all lines of the file are wanted. */
function testOf(
  { entities, patterns, matchers }: TelemetryQuery,
  { path }: LogFile,
  writer: FileWriter,
): LogLineTest | null {
  // of a file with a known writer, all lines are of the entities
  const ofLines = writer.service === null ? entities : [];
  const isSelected = recordFilter({ entities: ofLines, names: [], patterns, matchers });
  return (
    isSelected &&
    ((body, { service, pod }) =>
      isSelected(
        logCandidate(
          { service: writer.service ?? service ?? writer.otherwise ?? "", pod: writer.pod ?? pod, body, traceId: null },
          path,
        ),
      ))
  );
}

const noneReadable = (refused: FoundFiles["refused"]): IncidentError =>
  new IncidentError("CONFIG", `no log file can be read: ${namedFiles(refused)}`, {
    hint: "Let the user that runs Causeway read them, for example by its group.",
  });
