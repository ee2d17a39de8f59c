import { type LogReadability, sampleOf, unreadableLines } from "../../domain/log-readability.ts";
import type { FetchOptions } from "../../domain/ports.ts";
import { textOf } from "../../logs/lines/event-reasons.ts";
import { Interner } from "../../logs/interner.ts";
import { datedMs } from "../../logs/lines/log-event.ts";
import { LineMiner } from "../../logs/templates/line-miner.ts";
import { LineSplitter } from "../../logs/lines/line-splitter.ts";
import { severityOf, type LogSeverity } from "../../logs/lines/severity.ts";

const MAX_LINE_BYTES = 1 << 16;
/** Lines beyond this are counted, not indexed. Each takes 28 bytes. */
const MAX_LINES = 10_000_000;
const MAX_EXEMPLAR_CHARS = 500;
/** Exemplars are kept for this many clusters. More are noise. */
const MAX_EXEMPLARS = 20_000;

/** Lines as columns; row i is one line. `template`: an index into `templates`. `ms`: NaN if the line has no time. */
export type LogRows = { ms: number[]; template: number[]; logger: number[]; source: number[]; line: number[] };
export type IndexedTemplate = {
  text: string;
  severity: LogSeverity;
  level: string | null;
  exemplar: string;
  reference: string;
};
/**
 * Mined logs, ready for queries: the time, template, logger and source of every line. `folded`: number of lines that
 * continue the line before them.
 */
export type MinedLog = {
  rows: LogRows;
  templates: IndexedTemplate[];
  loggers: string[];
  sources: string[];
  dropped: number;
  folded: number;
};
export type LogInputStream = { origin: string; chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> };

const NOTHING_READ: LogReadability = { lines: 0, readable: 0, framing: "raw", sample: null };

/**
 * Reads streams into one index. A stream in which no line has a time is reported.
 *
 * @param options.referenceMs a time near those of the lines, for times that are written without a year.
 */
export async function indexLogs(
  streams: readonly LogInputStream[],
  options: FetchOptions & { referenceMs?: number | null } = {},
): Promise<MinedLog> {
  const rows: LogRows = { ms: [], template: [], logger: [], source: [], line: [] };
  const loggers = new Interner();
  const exemplars = new Map<number, { level: string | null; exemplar: string; reference: string }>();
  let dropped = 0;
  let folded = 0;
  let source = 0;
  let counts = NOTHING_READ;
  const miner = new LineMiner({ referenceMs: options.referenceMs, fold: true }, (cluster, event) => {
    const { logger, level, line, lines, raw, rawStart, rawEnd } = event;
    const ms = datedMs(event);
    folded += lines - 1;
    if (rawEnd > rawStart) {
      const isTimed = !Number.isNaN(ms);
      counts.lines += lines;
      if (isTimed || counts.readable > 0) counts.readable += lines;
      else counts.sample ??= sampleOf(textOf(raw, rawStart, rawEnd));
    }
    if (rows.ms.length >= MAX_LINES) {
      dropped += 1;
      return;
    }
    rows.ms.push(ms);
    rows.template.push(cluster);
    rows.logger.push(loggers.idOf(logger ?? ""));
    rows.source.push(source);
    rows.line.push(line);
    if (exemplars.has(cluster) || exemplars.size >= MAX_EXEMPLARS) return;
    const exemplar = textOf(raw, rawStart, rawEnd).slice(0, MAX_EXEMPLAR_CHARS);
    exemplars.set(cluster, { level, exemplar, reference: `${streams[source]?.origin}:${line}` });
  });
  for (const [index, { chunks }] of streams.entries()) {
    source = index;
    counts = { ...NOTHING_READ };
    const splitter = new LineSplitter((buffer, start, end) => miner.push(buffer, start, end), {
      maxLineBytes: MAX_LINE_BYTES,
    });
    for await (const chunk of chunks) {
      options.signal?.throwIfAborted();
      splitter.push(chunk);
    }
    splitter.end();
    miner.endFile();
    // Counts are right without times. Only a log without any is worth a word.
    const unread = counts.readable > 0 ? null : unreadableLines(counts);
    if (unread !== null) options.onProblem?.({ source: streams[index]?.origin ?? "", line: null, what: unread });
  }
  const { templates, finalOf } = miner.templates.resolve();
  const overflow = templates.length;
  for (let i = 0; i < rows.template.length; i += 1) {
    const final = finalOf(rows.template[i] as number);
    rows.template[i] = final === -1 ? overflow : final;
  }
  const indexed = templates.map(({ text, clusterIds }): IndexedTemplate => {
    const first = clusterIds.map((id) => exemplars.get(id)).find((found) => found !== undefined);
    return {
      text,
      severity: severityOf(first?.level ?? null, text),
      level: first?.level ?? null,
      exemplar: first?.exemplar ?? "",
      reference: first?.reference ?? "",
    };
  });
  indexed.push({
    text: "(other lines: too many different templates)",
    severity: "info",
    level: null,
    exemplar: "",
    reference: "",
  });
  return {
    rows,
    templates: indexed,
    loggers: Array.from({ length: loggers.size }, (_, id) => loggers.textOf(id)),
    sources: streams.map(({ origin }) => origin),
    dropped,
    folded,
  };
}
