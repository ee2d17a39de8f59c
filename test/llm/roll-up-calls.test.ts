import fc from "fast-check";
import { expect, it } from "vitest";
import { summarizeLedger } from "../../src/app/model-ledger.ts";
import { MODEL_FINISHES, MODEL_TASKS } from "../../src/domain/chat-model.ts";
import type { ModelCall } from "../../src/domain/model-call.ts";
import { LEDGER_KEYS, type LedgerKey, type LedgerRow } from "../../src/domain/model-rollup.ts";
import { ModelVerdict } from "../../src/domain/model-verdict.ts";
import { allCalls } from "../../src/llm/all-calls.ts";
import { aCall, memoryModelStore } from "./model-fixtures.ts";

const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const count = fc.nat({ max: 5_000 });
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 28);

const calls: fc.Arbitrary<ModelCall[]> = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: START, max: START + 3 * DAY_MS }),
      incidentId: fc.constantFrom("I1", "I2", null),
      task: fc.constantFrom(...MODEL_TASKS),
      model: fc.constantFrom("small", "large"),
      promptVersion: fc.constantFrom(1, 2),
      inputTokens: orNull(count),
      cachedTokens: orNull(count),
      outputTokens: orNull(count),
      costUsd: orNull(fc.double({ min: 0, max: 2, noNaN: true })),
      firstTokenMs: orNull(count),
      totalMs: count,
      finish: orNull(fc.constantFrom(...MODEL_FINISHES)),
      cache: fc.constantFrom("none" as const, "none" as const, "exact" as const, "semantic" as const),
      error: fc.constantFrom(null, null, null, "CAP", "UNAVAILABLE", "UNFINISHED"),
      verdict: fc.constantFrom(...ModelVerdict.options),
      claims: orNull(fc.nat({ max: 12 })),
      unsupportedClaims: orNull(fc.nat({ max: 12 })),
    }),
    { maxLength: 60 },
  )
  .map((all) => all.map((fields, i) => aCall({ id: `C${i}`, ...fields })));

const groupOf: Record<LedgerKey, (call: ModelCall) => string> = {
  day: ({ atMs }) => new Date(atMs).toJSON().slice(0, 10),
  model: ({ model }) => model,
  task: ({ task }) => task,
  incident: ({ incidentId }) => incidentId ?? "(no incident)",
  prompt: ({ promptVersion }) => `explain v${promptVersion}`,
};

const sum = (values: readonly (number | null)[]): number => values.reduce<number>((all, one) => all + (one ?? 0), 0);
const part = (some: number, all: number): number | null => (all === 0 ? null : some / all);
/** The value at a share of the way through the sorted list, between its neighbours. */
function quantile(values: readonly number[], q: number): number {
  const list = values.toSorted((a, b) => a - b);
  const at = (list.length - 1) * q;
  const [low = 0, high = 0] = [list[Math.floor(at)], list[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
const quantiles = (values: readonly number[]) =>
  values.length === 0 ? null : { p50: quantile(values, 0.5), p95: quantile(values, 0.95), p99: quantile(values, 0.99) };

/** Every figure on its own, by filtering the list again. */
function bruteForce(key: string, all: readonly ModelCall[]): LedgerRow {
  const answers = all.filter(({ error }) => error === null);
  const ofServers = answers.filter(({ cache }) => cache === "none");
  return {
    key,
    calls: all.length,
    cached: answers.filter(({ cache }) => cache !== "none").length,
    heldBack: all.filter(({ error }) => error === "CAP").length,
    failed: all.filter(({ error }) => error !== null && error !== "CAP").length,
    inputTokens: sum(answers.map(({ inputTokens }) => inputTokens)),
    cachedTokens: sum(answers.map(({ cachedTokens }) => cachedTokens)),
    outputTokens: sum(answers.map(({ outputTokens }) => outputTokens)),
    usd: sum(answers.map(({ costUsd }) => costUsd)),
    unpriced: answers.filter(({ costUsd }) => costUsd === null).length,
    cachedShare: part(answers.filter(({ cache }) => cache !== "none").length, answers.length),
    firstTokenMs: quantiles(ofServers.flatMap(({ firstTokenMs }) => firstTokenMs ?? [])),
    totalMs: quantiles(ofServers.map(({ totalMs }) => totalMs)),
    refusalShare: part(
      answers.filter(({ verdict, finish }) => verdict === "refused" || finish === "filtered").length,
      answers.length,
    ),
    malformedShare: part(
      answers.filter(({ verdict }) => verdict === "malformed").length,
      answers.filter(({ verdict }) => verdict !== "unjudged").length,
    ),
    unsupportedShare: part(
      sum(answers.map(({ unsupportedClaims }) => unsupportedClaims)),
      sum(answers.map(({ claims }) => claims)),
    ),
  };
}

const inOrder = (all: readonly ModelCall[]): ModelCall[] =>
  all.toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));

it("sums up as brute force over the rows of the store does, by every key and from any time on", async () => {
  const keys = fc.constantFrom(...LEDGER_KEYS);
  const sinceMs = orNull(fc.integer({ min: START, max: START + 3 * DAY_MS }));
  await fc.assert(
    fc.asyncProperty(calls, keys, sinceMs, async (all, by, from) => {
      const store = await memoryModelStore();
      for (const call of all) await store.putCall(call);
      const counted = inOrder(all.filter(({ atMs }) => from === null || atMs >= from));
      const groups = [...Map.groupBy(counted, groupOf[by])].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const { rows, total } = await summarizeLedger(store, { by, sinceMs: from });
      expect(rows).toEqual(groups.map(([key, group]) => bruteForce(key, group)));
      expect(total).toEqual(bruteForce("all", counted));
    }),
    { numRuns: 60 },
  );
});

it("reads a ledger of several pages once, in order", async () => {
  const store = await memoryModelStore();
  const ids = Array.from({ length: 2_345 }, (_, i) => `C${String(i).padStart(5, "0")}`);
  await Promise.all(ids.map((id, i) => store.putCall(aCall({ id, atMs: START + Math.floor(i / 7) }))));
  const read: string[] = [];
  for await (const { id } of allCalls(store, {})) read.push(id);
  expect(read).toEqual(ids);
});
