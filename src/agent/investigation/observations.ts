import type { TimeWindow } from "../../domain/time.ts";
import { headOf, type ToolResult, type ToolRow } from "../../llm/tool-result.ts";

/** Rows kept of one observation. */
const MAX_ROWS = 2000;
/** Rows that a model sees at once. */
export const HEAD_ROWS = 24;

/** What a tool read: all rows, and what describes them. `head`: what is shown at once; absent: the first rows. */
export type Observed = {
  tool: string;
  query: string;
  range: TimeWindow | null;
  sources: readonly string[];
  summary?: ToolRow;
  rows: readonly ToolRow[];
  head?: readonly ToolRow[];
  gaps?: readonly string[];
};

/** Long results, by key (`O1`). A model sees the head of each, and fetches ranges of the rest. */
export type Observations = {
  /** Keeps the rows that do not fit into one answer. */
  show(observed: Observed): Promise<ToolResult>;
  /** Rows `from` to `to` of an observation, from 1, both included; null if there is no such key. */
  range(key: string, from: number, to: number): ToolResult | null;
  keys(): string[];
};

/** @param store keeps all observations so far, as one artifact */
export function observationsIn(store: (all: Readonly<Record<string, Observed>>) => Promise<void>): Observations {
  const kept = new Map<string, Observed>();
  return {
    async show(observed) {
      const { tool, query, range, sources, summary = {}, rows, head = rows, gaps = [] } = observed;
      const data = headOf(head, HEAD_ROWS);
      const isLong = data.length < rows.length;
      const key = isLong ? `O${kept.size + 1}` : null;
      const cut = rows.length > MAX_ROWS ? [`capped: the first ${MAX_ROWS} of ${rows.length} rows are kept`] : [];
      if (key !== null) {
        kept.set(key, { ...observed, rows: rows.slice(0, MAX_ROWS) });
        await store(Object.fromEntries(kept));
      }
      return { key, tool, query, range, sources, rows: rows.length, summary, data, gaps: [...gaps, ...cut] };
    },
    range(key, from, to) {
      const observed = kept.get(key);
      if (observed === undefined) return null;
      const { query, range, sources, rows } = observed;
      const wanted = rows.slice(from - 1, to);
      const data = headOf(wanted, HEAD_ROWS);
      const gaps = data.length < wanted.length ? [`capped: rows ${from} to ${from + data.length - 1} are shown`] : [];
      return { key, tool: "fetch", query, range, sources, rows: rows.length, summary: {}, data, gaps };
    },
    keys: () => [...kept.keys()],
  };
}
