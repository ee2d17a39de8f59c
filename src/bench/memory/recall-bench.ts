import type { Memory } from "../../compose/memory.ts";
import { guardedMemory } from "../../app/memory/guarded-memory.ts";
import {
  type RecalledIncident,
  type RecallLists,
  recallLists,
  rememberAll,
  reviewedDocument,
} from "../../app/memory/bench-recall.ts";
import { pairedBootstrap, type PairedDifference } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/mean.ts";
import { forbiddenFor, isSibling, type MemoryCase } from "./cases.ts";

export const METHODS = ["bm25", "dense", "hybrid", "structure"] as const satisfies readonly (keyof RecallLists)[];
export type RecallMethod = (typeof METHODS)[number];

/**
 * `hit`: 1 if the first place is relevant. `p5`: share of relevant ones in the first five. `rr`: 1 / place of the first
 * relevant one; 0 without one.
 */
export type RecallFigures = { hit: number; p5: number; rr: number };
export type RecallRow = {
  suite: string;
  id: string;
  figures: Readonly<Record<RecallMethod, RecallFigures>>;
  shown: readonly (RecalledIncident & { relevant: boolean })[];
};

/** All cases have the same age. */
const AT_MS = 0;

export async function fillMemory(memory: Memory, cases: readonly MemoryCase[]): Promise<void> {
  await rememberAll(
    memory,
    cases.map(({ seen, names, cause }) =>
      reviewedDocument(seen, { entity: names[0] ?? null, cause }, { tenant: memory.tenant, by: "oracle", atMs: AT_MS }),
    ),
  );
}

/** The other cases with the same cause, except siblings. */
export const relevantTo = (one: MemoryCase, all: readonly MemoryCase[]): ReadonlySet<string> =>
  new Set(all.filter((other) => other.cause === one.cause && !isSibling(one, other)).map(({ id }) => id));

/**
 * Searches a memory of all cases for each of them, without the case and its siblings. Skips cases whose cause no other
 * memory has, because there is nothing to find for them.
 *
 * @param memory must be filled with these cases.
 */
export async function recallRows(
  memory: Memory,
  cases: readonly MemoryCase[],
  onCase?: (what: string) => void,
): Promise<RecallRow[]> {
  const rows: RecallRow[] = [];
  for (const one of cases) {
    const relevant = relevantTo(one, cases);
    if (relevant.size === 0) continue;
    onCase?.(`recall ${one.id}`);
    const { lists, shown } = await recallLists(one.seen, guardedMemory(memory, forbiddenFor(one, cases)));
    const figures = Object.fromEntries(METHODS.map((method) => [method, figuresOf(lists[method], relevant)])) as Record<
      RecallMethod,
      RecallFigures
    >; // METHODS are its keys
    rows.push({
      suite: one.suite,
      id: one.id,
      figures,
      shown: shown.map((match) => ({ ...match, relevant: relevant.has(match.incidentId) })),
    });
  }
  return rows;
}

export function figuresOf(found: readonly string[], relevant: ReadonlySet<string>): RecallFigures {
  const at = found.findIndex((id) => relevant.has(id));
  return {
    hit: at === 0 ? 1 : 0,
    p5: found.slice(0, 5).filter((id) => relevant.has(id)).length / 5,
    rr: at < 0 ? 0 : 1 / (at + 1),
  };
}

export type RecallTable = {
  suite: string;
  n: number;
  methods: Readonly<Record<RecallMethod, RecallFigures>>;
  shownP5: number;
};
export type RecallResult = {
  tables: readonly RecallTable[];
  /**
   * MRR of hybrid + structure compared with BM25, over all cases. `removed`: the share of BM25's 1 − MRR that is gone.
   */
  gain: PairedDifference & { removed: number };
};

/** One table for each suite, then one for all. @throws {RangeError} on no rows. */
export function recallResult(rows: readonly RecallRow[]): RecallResult {
  const gain = pairedBootstrap(
    rows.map(({ figures }) => [figures.bm25.rr, figures.structure.rr]),
    { seed: 1 },
  );
  return {
    tables: [
      ...[...Map.groupBy(rows, ({ suite }) => suite)].map(([suite, of]) => tableOf(suite, of)),
      tableOf("all", rows),
    ],
    gain: { ...gain, removed: gain.difference / (1 - gain.a) },
  };
}

function tableOf(suite: string, rows: readonly RecallRow[]): RecallTable {
  const of = (method: RecallMethod): RecallFigures => ({
    hit: mean(rows.map(({ figures }) => figures[method].hit)) ?? 0,
    p5: mean(rows.map(({ figures }) => figures[method].p5)) ?? 0,
    rr: mean(rows.map(({ figures }) => figures[method].rr)) ?? 0,
  });
  return {
    suite,
    n: rows.length,
    methods: Object.fromEntries(METHODS.map((method) => [method, of(method)])) as Record<RecallMethod, RecallFigures>,
    shownP5: mean(rows.map(({ shown }) => shown.filter(({ relevant }) => relevant).length / 5)) ?? 0,
  };
}
