import { benchIncidents } from "../incidents/bench-incidents.ts";
import { guardedMemory } from "../../app/memory/guarded-memory.ts";
import type { Memory } from "../../compose/memory.ts";
import { analyseCase, type Predicted } from "../predict/predict.ts";
import { rememberAll, reviewedDocument } from "../../app/memory/bench-recall.ts";
import { pairedBootstrap, type PairedDifference } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/mean.ts";
import { type SeededRandom, seededRandom } from "../../stats/seeded-random.ts";
import { judge } from "../judge.ts";
import { toPrediction } from "../to-prediction.ts";
import { forbiddenFor, type MemoryBenchOptions, type MemoryCase } from "./cases.ts";
import { relevantTo } from "./recall-bench.ts";

/** True if the first place has the right entity, the right cause (by the suite's labels), and both. */
export type FirstPlace = { entity: number; cause: number; both: number };
export type LiftRow = { suite: string; id: string; off: FirstPlace; on: FirstPlace };
/** Share of memories that get a wrong cause, although they count as confirmed by a person. */
const POISONED = 0.2;

/**
 * Analyses each case again with a memory of the others except its siblings. Only cases whose cause another memory has.
 */
export async function liftRows(
  memory: Memory,
  cases: readonly MemoryCase[],
  { config, log, onCase }: Omit<MemoryBenchOptions, "suites">,
): Promise<LiftRow[]> {
  const rows: LiftRow[] = [];
  const stores = new Map([...new Set(cases.map(({ dir }) => dir))].map((dir) => [dir, benchIncidents({ suite: dir })]));
  for (const one of cases) {
    const incidents = stores.get(one.dir);
    if (incidents === undefined || relevantTo(one, cases).size === 0) continue;
    onCase?.(`with a memory: ${one.id}`);
    const { predicted } = await analyseCase(
      incidents,
      one.id,
      config,
      log,
      guardedMemory(memory, forbiddenFor(one, cases)),
    );
    rows.push({ suite: one.suite, id: one.id, off: firstPlace(one, one.predicted), on: firstPlace(one, predicted) });
  }
  return rows;
}

function firstPlace({ oracle, id }: MemoryCase, predicted: Predicted): FirstPlace {
  const { ac, a1, cause1 } = judge(oracle, toPrediction({ id, predicted }));
  return { entity: ac[0] ?? 0, cause: cause1 ?? 0, both: a1 ?? 0 };
}

/**
 * Fills a memory with the same cases, but gives a fifth of them the cause of another. All count as judged by a person,
 * which is the worst case for a memory.
 */
export async function poisonMemory(memory: Memory, cases: readonly MemoryCase[], seed: number): Promise<void> {
  const random = seededRandom(seed);
  const causes = [...new Set(cases.map(({ cause }) => cause))].toSorted();
  const chosen = new Set(shuffled(cases, random).slice(0, Math.round(POISONED * cases.length)));
  await rememberAll(
    memory,
    cases.map((one) => {
      const others = causes.filter((cause) => cause !== one.cause);
      const cause = chosen.has(one) ? (others[Math.floor(random() * others.length)] ?? one.cause) : one.cause;
      return reviewedDocument(
        one.seen,
        { entity: one.names[0] ?? null, cause },
        { tenant: memory.tenant, by: "oracle", atMs: 0 },
      );
    }),
  );
}

const shuffled = <T>(items: readonly T[], random: SeededRandom): T[] =>
  items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

export type LiftTable = { suite: string; n: number; off: FirstPlace; on: FirstPlace };
export type LiftResult = { tables: readonly LiftTable[]; gain: Readonly<Record<keyof FirstPlace, PairedDifference>> };

/** One table for each suite, then one for all. @throws {RangeError} on no rows. */
export function liftResult(rows: readonly LiftRow[]): LiftResult {
  const gain = (what: keyof FirstPlace): PairedDifference =>
    pairedBootstrap(
      rows.map(({ off, on }) => [off[what], on[what]]),
      { seed: 1 },
    );
  return {
    tables: [
      ...[...Map.groupBy(rows, ({ suite }) => suite)].map(([suite, of]) => tableOf(suite, of)),
      tableOf("all", rows),
    ],
    gain: { entity: gain("entity"), cause: gain("cause"), both: gain("both") },
  };
}

function tableOf(suite: string, rows: readonly LiftRow[]): LiftTable {
  const of = (side: "off" | "on"): FirstPlace => ({
    entity: mean(rows.map((row) => row[side].entity)) ?? 0,
    cause: mean(rows.map((row) => row[side].cause)) ?? 0,
    both: mean(rows.map((row) => row[side].both)) ?? 0,
  });
  return { suite, n: rows.length, off: of("off"), on: of("on") };
}
