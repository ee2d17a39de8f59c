import { z } from "zod";
import { isoTime } from "../../domain/time.ts";
import { g2OfCounts } from "../../stats/g2.ts";
import type { MinedLog } from "./log-index.ts";

const Window = z.strictObject({ startMs: z.number().optional(), endMs: z.number().optional() });

/**
 * A query to mined logs: which lines, in which groups, with which measure. The command line, the API and a model use
 * the same queries.
 */
export const LogQuery = z.strictObject({
  where: z
    .strictObject({
      /** Minimum severity. */
      severity: z.enum(["info", "warn", "error", "fatal"]).optional(),
      /** Text in the template, in any case. */
      text: z.string().optional(),
      logger: z.string().optional(),
      source: z.string().optional(),
      window: Window.optional(),
    })
    .default({}),
  groupBy: z.enum(["template", "logger", "source", "severity", "minute", "none"]).default("template"),
  /** `diff` compares the lines in `against` (before) with the other selected lines (after). */
  measure: z.enum(["count", "rate", "first", "last", "diff"]).default("count"),
  against: Window.optional(),
  limit: z.number().int().min(1).max(1000).default(20),
});
export type LogQuery = z.infer<typeof LogQuery>;

/**
 * One group. `perMinute`: over the time span of the selected lines. `before` and `g2`: only for `diff`; the sign of
 * `g2` shows the direction.
 */
export type LogAnswerRow = {
  group: string;
  count: number;
  perMinute: number | null;
  firstSeen: string | null;
  lastSeen: string | null;
  reference: string | null;
  before: number | null;
  g2: number | null;
};

const RANK = { info: 0, warn: 1, error: 2, fatal: 3 } as const;

type Bucket = { group: string; count: number; before: number; firstMs: number; lastMs: number; firstRow: number };

/** Answers a query. An empty answer means that there are no such lines. */
export function askLogs(log: MinedLog, query: LogQuery): LogAnswerRow[] {
  const buckets = new Map<string, Bucket>();
  const { where, against } = query;
  let beforeTotal = 0;
  let afterTotal = 0;
  let spanFrom = Infinity;
  let spanTo = -Infinity;
  const wanted = wantedTemplates(log, where);
  for (let row = 0; row < log.rows.ms.length; row += 1) {
    const template = log.rows.template[row] as number;
    const ms = log.rows.ms[row] as number;
    if (wanted[template] !== 1) continue;
    if (where.logger !== undefined && log.loggers[log.rows.logger[row] as number] !== where.logger) continue;
    if (where.source !== undefined && log.sources[log.rows.source[row] as number] !== where.source) continue;
    const isBefore = query.measure === "diff" && against !== undefined && isIn(against, ms);
    if (!isBefore && where.window !== undefined && !isIn(where.window, ms)) continue;
    const group = groupOf(log, query.groupBy, row);
    let bucket = buckets.get(group);
    if (bucket === undefined)
      buckets.set(
        group,
        (bucket = { group, count: 0, before: 0, firstMs: Infinity, lastMs: -Infinity, firstRow: row }),
      );
    if (isBefore) {
      bucket.before += 1;
      beforeTotal += 1;
      continue;
    }
    bucket.count += 1;
    afterTotal += 1;
    if (Number.isNaN(ms)) continue;
    bucket.firstMs = Math.min(bucket.firstMs, ms);
    bucket.lastMs = Math.max(bucket.lastMs, ms);
    spanFrom = Math.min(spanFrom, ms);
    spanTo = Math.max(spanTo, ms);
  }
  const minutes = spanTo > spanFrom ? (spanTo - spanFrom) / 60_000 : null;
  const rows = [...buckets.values()].map((bucket) => ({
    bucket,
    g2: query.measure === "diff" ? signedG2(bucket, beforeTotal, afterTotal) : null,
  }));
  rows.sort((a, b) => order(query.measure, a, b) || (a.bucket.group < b.bucket.group ? -1 : 1));
  return rows.slice(0, query.limit).map(({ bucket, g2 }) => ({
    group: bucket.group,
    count: bucket.count,
    perMinute: minutes === null ? null : bucket.count / minutes,
    firstSeen: Number.isFinite(bucket.firstMs) ? isoTime(bucket.firstMs) : null,
    lastSeen: Number.isFinite(bucket.lastMs) ? isoTime(bucket.lastMs) : null,
    reference: `${log.sources[log.rows.source[bucket.firstRow] as number]}:${log.rows.line[bucket.firstRow]}`,
    before: query.measure === "diff" ? bucket.before : null,
    g2,
  }));
}

type Scored = { bucket: Bucket; g2: number | null };

function order(measure: LogQuery["measure"], a: Scored, b: Scored): number {
  if (measure === "diff") return Math.abs(b.g2 ?? 0) - Math.abs(a.g2 ?? 0);
  if (measure === "first") return a.bucket.firstMs - b.bucket.firstMs;
  if (measure === "last") return b.bucket.lastMs - a.bucket.lastMs;
  return b.bucket.count - a.bucket.count;
}

function signedG2({ before, count }: Bucket, beforeTotal: number, afterTotal: number): number {
  if (beforeTotal === 0 || afterTotal === 0) return 0;
  const g2 = g2OfCounts(before, beforeTotal, count, afterTotal);
  return count / afterTotal >= before / beforeTotal ? g2 : -g2;
}

function wantedTemplates({ templates }: MinedLog, { severity, text }: LogQuery["where"]): Uint8Array {
  const needle = text?.toLowerCase();
  return Uint8Array.from(templates, (template) =>
    (severity === undefined || RANK[template.severity] >= RANK[severity]) &&
    (needle === undefined || template.text.toLowerCase().includes(needle))
      ? 1
      : 0,
  );
}

const isIn = ({ startMs = -Infinity, endMs = Infinity }: z.infer<typeof Window>, ms: number): boolean =>
  ms >= startMs && ms <= endMs;

function groupOf(log: MinedLog, groupBy: LogQuery["groupBy"], row: number): string {
  const template = log.templates[log.rows.template[row] as number];
  switch (groupBy) {
    case "template":
      return template?.text ?? "";
    case "severity":
      return template?.severity ?? "info";
    case "logger":
      return log.loggers[log.rows.logger[row] as number] || "(none)";
    case "source":
      return log.sources[log.rows.source[row] as number] ?? "";
    case "minute": {
      const ms = log.rows.ms[row] as number;
      return Number.isNaN(ms) ? "(no time)" : isoTime(Math.floor(ms / 60_000) * 60_000);
    }
    case "none":
      return "all";
  }
}
