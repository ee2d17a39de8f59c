import type { DriftPeriod } from "../app/drift.ts";
import { type DriftCheck, measureDrift } from "../app/drift.ts";
import type { Config } from "../config.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { AnalysisRecord } from "../domain/ports.ts";
import { allCalls } from "../llm/all-calls.ts";
import { hashedWords } from "../memory/hashed-words.ts";
import { openStores, type Stores } from "./stores.ts";

/** The newest reports of a period that are compared; more would take long and show little more. */
const MOST_REPORTS = 400;

/** `fromMs` to `splitMs` is compared with `splitMs` to now. Unix milliseconds. */
export type DriftTimes = { fromMs: number; splitMs: number };

async function periodOf(
  { store }: Stores,
  analyses: readonly AnalysisRecord[],
  calls: readonly ModelCall[],
): Promise<DriftPeriod> {
  const newest = analyses.toSorted((a, b) => b.startedAtMs - a.startedAtMs).slice(0, MOST_REPORTS);
  const reports = [];
  for (const { id, status } of newest) if (status === "done") reports.push(await store.getReport(id));
  return { reports, calls };
}

/**
 * Compares two periods of the configured stores. Texts are embedded offline. @throws {IncidentError} CONFIG,
 * UNAVAILABLE
 */
export async function driftOf(config: Config, { fromMs, splitMs }: DriftTimes, alpha: number): Promise<DriftCheck[]> {
  const stores = await openStores(config);
  try {
    const analyses = (await stores.store.listAnalyses()).filter(({ startedAtMs }) => startedAtMs >= fromMs);
    const calls: ModelCall[] = [];
    for await (const call of allCalls(stores.models, { sinceMs: fromMs })) calls.push(call);
    const before = await periodOf(
      stores,
      analyses.filter(({ startedAtMs }) => startedAtMs < splitMs),
      calls.filter(({ atMs }) => atMs < splitMs),
    );
    const recent = await periodOf(
      stores,
      analyses.filter(({ startedAtMs }) => startedAtMs >= splitMs),
      calls.filter(({ atMs }) => atMs >= splitMs),
    );
    return await measureDrift(before, recent, { embedder: hashedWords, alpha });
  } finally {
    await stores.close();
  }
}
