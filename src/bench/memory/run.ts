import { scratchMemory } from "../../compose/memory.ts";
import { IncidentError } from "../../domain/errors.ts";
import { seedOf } from "../../stats/seeded-random.ts";
import { type MemoryBenchOptions, type MemoryCase, memoryCases } from "./cases.ts";
import { liftResult, type LiftResult, liftRows, poisonMemory } from "./lift.ts";
import { fillMemory, type RecallResult, recallResult, type RecallRow, recallRows } from "./recall-bench.ts";
import { renamed } from "./rename.ts";

export type MemoryBench = {
  cases: number;
  recall: RecallResult;
  /** With every name replaced: by the same one everywhere, and by another in each incident. */
  renamed: RecallResult;
  strangers: RecallResult;
  /** Null when only recall was requested. */
  lift: LiftResult | null;
  poisoned: readonly LiftResult[];
  rows: readonly RecallRow[];
};
export type MemoryBenchRun = MemoryBenchOptions & { lift: boolean; poisonSeeds: readonly number[] };

const RENAMING_SEED = 7;
type OnCase = MemoryBenchOptions["onCase"];

/**
 * Measures recall with and without names, then the whole analysis with a memory and with a poisoned one.
 *
 * @throws {IncidentError} as `memoryCases`; BAD_INPUT when there is nothing to recall.
 */
export async function runMemoryBench({ lift, poisonSeeds, ...options }: MemoryBenchRun): Promise<MemoryBench> {
  const { onCase } = options;
  const cases = await memoryCases(options);
  const rows = await rowsOf(cases, onCase);
  if (rows.length === 0)
    throw new IncidentError(
      "BAD_INPUT",
      "no two incidents of these suites share a cause on different entities or systems",
      { hint: "Give more suites: --suite <dir...>." },
    );
  const alike = await rowsOf(
    cases.map((one) => renamedCase(one, RENAMING_SEED)),
    onCase,
  );
  const strange = await rowsOf(
    cases.map((one) => renamedCase(one, seedOf(RENAMING_SEED, one.id))),
    onCase,
  );
  const poisoned: LiftResult[] = [];
  if (lift)
    for (const seed of poisonSeeds)
      poisoned.push(
        await withMemory(async (memory) => {
          await poisonMemory(memory, cases, seed);
          return liftResult(await liftRows(memory, cases, options));
        }),
      );
  const lifted = lift
    ? await withMemory(async (memory) => {
        await fillMemory(memory, cases);
        return liftResult(await liftRows(memory, cases, options));
      })
    : null;
  return {
    cases: cases.length,
    recall: recallResult(rows),
    renamed: recallResult(alike),
    strangers: recallResult(strange),
    lift: lifted,
    poisoned,
    rows,
  };
}

async function withMemory<T>(use: (memory: Awaited<ReturnType<typeof scratchMemory>>) => Promise<T>): Promise<T> {
  const memory = await scratchMemory();
  try {
    return await use(memory);
  } finally {
    await memory.close();
  }
}

const rowsOf = (cases: readonly MemoryCase[], onCase: OnCase): Promise<RecallRow[]> =>
  withMemory(async (memory) => {
    await fillMemory(memory, cases);
    return recallRows(memory, cases, onCase);
  });

/** Renames the entities of a case, the accepted names included. */
function renamedCase(one: MemoryCase, seed: number): MemoryCase {
  const { seen, names } = renamed({ ...one.seen, names: one.names }, seed);
  return { ...one, seen, names };
}
