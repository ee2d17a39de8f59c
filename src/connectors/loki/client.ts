import { z } from "zod";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import { nanosOf } from "../logservers/record-line.ts";

export type LokiLabels = Readonly<Record<string, string>>;
/** One line of a stream. */
export type LokiEntry = { nanos: bigint; line: string; labels: LokiLabels };

const LabelSet = z.record(z.string(), z.string()).catch({});
const Names = z.object({ status: z.literal("success"), data: z.array(z.string()).optional() });
/** `values`: nanoseconds as text, the line, and in newer versions an object. Only checked as it is read. */
const Streams = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("streams"),
    result: z.array(z.object({ stream: LabelSet, values: z.array(z.unknown()) })).nullable(),
  }),
  warnings: z.array(z.string()).optional(),
});
const Stats = z.object({ entries: z.coerce.number(), bytes: z.coerce.number() });

/** Of one answer, decompressed. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
type Options = { signal?: AbortSignal | undefined };

/**
 * The queries of Loki's HTTP API. They throw {IncidentError} as `HttpDoor` does.
 *
 * @see https://grafana.com/docs/loki/latest/reference/loki-http-api/
 */
export function lokiClient(http: QueryDoor, onWarning: (warning: string) => void = () => undefined) {
  const names = async (path: string, range: TimeWindow, { signal }: Options): Promise<string[]> => {
    const { data = [] } = await http.json({ path, query: bounds(range), signal }, Names);
    return data;
  };

  return {
    labelNames: (range: TimeWindow, options: Options = {}) => names("/loki/api/v1/labels", range, options),
    labelValues: (label: string, range: TimeWindow, options: Options = {}) =>
      names(`/loki/api/v1/label/${encodeURIComponent(label)}/values`, range, options),

    /**
     * Number of lines of a selector, from the index alone: nothing is read for it. Chunks at the ends count in full.
     */
    async entries(selector: string, range: TimeWindow, { signal }: Options = {}): Promise<number> {
      const query = { query: selector, ...bounds(range) };
      const { entries } = await http.json({ path: "/loki/api/v1/index/stats", query, signal }, Stats);
      return entries;
    },

    /** Lines in `[from, until)`, in nanoseconds: at most `limit`, the oldest ones, or the newest for `backward`. */
    async lines(
      text: string,
      { from, until }: { from: bigint; until: bigint },
      { limit, direction, signal }: Options & { limit: number; direction: "forward" | "backward" },
    ): Promise<LokiEntry[]> {
      const query = { query: text, start: String(from), end: String(until), limit, direction };
      const path = "/loki/api/v1/query_range";
      const { data, warnings = [] } = await http.json({ path, query, signal, maxBytes: MAX_ANSWER_BYTES }, Streams);
      for (const warning of warnings) onWarning(warning.slice(0, 300));
      const entries = (data.result ?? []).flatMap(({ stream, values }) =>
        values.flatMap((value) => entryOf(value, stream)),
      );
      return entries.toSorted((a, b) => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0));
    },
  };
}
export type LokiClient = ReturnType<typeof lokiClient>;

/** The range with both its ends. */
const bounds = ({ startMs, endMs }: TimeWindow) => ({
  start: String(nanosOf(startMs)),
  end: String(nanosOf(endMs) + 1_000_000n),
});

/** A value that is no pair of a time and a line is left out. */
function entryOf(value: unknown, labels: LokiLabels): LokiEntry[] {
  if (!Array.isArray(value)) return [];
  const [time, line]: unknown[] = value;
  if (typeof time !== "string" || typeof line !== "string" || !/^\d{1,19}$/.test(time)) return [];
  return [{ nanos: BigInt(time), line, labels }];
}
