import { setTimeout as sleep } from "node:timers/promises";
import type { Memory } from "../compose/memory.ts";
import { importIntoMemory } from "../app/memory/import-into.ts";
import type { MemoryFilter } from "../domain/memory.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";
import { madeIncidents, madeSymptoms, OLDEST_MS } from "./made-incidents.ts";

export type MemorySpeedOptions = {
  incidents: number;
  queries: number;
  /** Number of candidates that a search requests. */
  limit: number;
  /** How long the store may build its index after the import, milliseconds. */
  settleMs: number;
  /** Keeps the synthetic incidents for the next measurement. */
  keep: boolean;
  seed: number;
  onProgress: (what: string) => void;
  signal: AbortSignal;
};
/** Times in milliseconds. A search includes the embedding of its text. */
export type MemorySpeed = {
  store: string;
  incidents: number;
  written: number;
  importMs: number;
  firstMs: number;
  p50Ms: number;
  p95Ms: number;
  maxMs: number;
  found: number;
};

const WARM_UP = 50;
/** A typical filter: not the oldest incidents, none that was judged wrong, half of the causes. */
const FILTER: MemoryFilter = {
  fromMs: OLDEST_MS + 200 * 24 * 3_600_000,
  outcomes: ["confirmed", "corrected", "unknown"],
  causes: Array.from({ length: 20 }, (_, i) => `cause_${i}`),
};

/** Fills a memory with synthetic incidents, searches it, and empties it again. */
export async function measureMemory(
  memory: Memory,
  { incidents, queries, limit, settleMs, keep, seed, onProgress, signal }: MemorySpeedOptions,
): Promise<MemorySpeed> {
  const began = performance.now();
  const { read, written } = await importIntoMemory(memory, madeIncidents(incidents, seed), {
    signal,
    onProgress: (imported) => onProgress(`imported ${imported.read}/${incidents}`),
  });
  const importMs = performance.now() - began;
  onProgress("waiting for the store's index");
  await sleep(settleMs, undefined, { signal });
  const times: number[] = [];
  let found = 0;
  for (let i = 0; i < WARM_UP + queries; i += 1) {
    signal.throwIfAborted();
    const start = performance.now();
    found = await ask(memory, madeSymptoms(i, seed), limit, signal);
    times.push(performance.now() - start);
    if (i % 20 === 0) onProgress(`searched ${i}/${WARM_UP + queries}`);
  }
  const measured = sorted(times.slice(WARM_UP));
  if (!keep) {
    onProgress("emptying the memory");
    await memory.store.remove({ tenant: memory.tenant });
  }
  return {
    store: memory.store.name,
    incidents: read,
    written,
    importMs,
    firstMs: times[0] ?? 0,
    p50Ms: quantileOf(measured, 0.5),
    p95Ms: quantileOf(measured, 0.95),
    maxMs: measured.at(-1) ?? 0,
    found,
  };
}

async function ask(
  { store, embedder, tenant }: Memory,
  text: string,
  limit: number,
  signal: AbortSignal,
): Promise<number> {
  const [vector] = await embedder.embed([text], signal);
  if (vector === undefined) return 0;
  return (
    await store.search(
      { kind: "incident", tenant, text, vector, filter: FILTER, excludeIncidentIds: ["made-0"], limit },
      signal,
    )
  ).length;
}

export const printMemorySpeed = ({
  store,
  incidents,
  written,
  importMs,
  firstMs,
  p50Ms,
  p95Ms,
  maxMs,
  found,
}: MemorySpeed): string =>
  [
    `${incidents.toLocaleString("en")} incidents in ${store}`,
    `  import  ${(importMs / 1000).toFixed(1)} s, ${written.toLocaleString("en")} of them new ` +
      `(${Math.round((incidents / importMs) * 1000).toLocaleString("en")} a second)`,
    `  search  p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms, slowest ${maxMs.toFixed(1)} ms; ` +
      `first search of the process ${firstMs.toFixed(0)} ms; ${found} found`,
  ].join("\n");
