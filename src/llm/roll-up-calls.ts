import type { ModelCall } from "../domain/model-call.ts";
import type { LedgerKey, LedgerRow } from "../domain/model-rollup.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";

/** Sums of one group while its calls are read. */
type Sums = {
  calls: number;
  cached: number;
  heldBack: number;
  failed: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  usd: number;
  unpriced: number;
  refused: number;
  judged: number;
  malformed: number;
  claims: number;
  unsupported: number;
  firstTokenMs: number[];
  totalMs: number[];
};

const NO_INCIDENT = "(no incident)";

const KEY_OF: Readonly<Record<LedgerKey, (call: ModelCall) => string>> = {
  day: ({ atMs }) => new Date(atMs).toISOString().slice(0, 10),
  model: ({ model }) => model,
  task: ({ task }) => task,
  incident: ({ incidentId }) => incidentId ?? NO_INCIDENT,
  prompt: ({ prompt, promptVersion }) => `${prompt} v${promptVersion}`,
};

/** Sums calls up by one key, and in all. Reads each call once; of a group it keeps sums and times. */
export async function rollUpCalls(
  calls: AsyncIterable<ModelCall> | Iterable<ModelCall>,
  by: LedgerKey,
): Promise<{ rows: LedgerRow[]; total: LedgerRow }> {
  const groups = new Map<string, Sums>();
  const total = emptySums();
  for await (const call of calls) {
    const key = KEY_OF[by](call);
    const group = groups.get(key) ?? emptySums();
    groups.set(key, group);
    addCall(group, call);
    addCall(total, call);
  }
  const rows = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, sums]) => rowOf(key, sums));
  return { rows, total: rowOf("all", total) };
}

const emptySums = (): Sums => ({
  calls: 0,
  cached: 0,
  heldBack: 0,
  failed: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  usd: 0,
  unpriced: 0,
  refused: 0,
  judged: 0,
  malformed: 0,
  claims: 0,
  unsupported: 0,
  firstTokenMs: [],
  totalMs: [],
});

function addCall(sums: Sums, call: ModelCall): void {
  const { cache, error, verdict, finish } = call;
  sums.calls += 1;
  if (error === "CAP") sums.heldBack += 1;
  else if (error !== null) sums.failed += 1;
  if (error !== null) return;
  sums.inputTokens += call.inputTokens ?? 0;
  sums.cachedTokens += call.cachedTokens ?? 0;
  sums.outputTokens += call.outputTokens ?? 0;
  sums.usd += call.costUsd ?? 0;
  if (call.costUsd === null) sums.unpriced += 1;
  if (verdict === "refused" || finish === "filtered") sums.refused += 1;
  if (verdict !== "unjudged") sums.judged += 1;
  if (verdict === "malformed") sums.malformed += 1;
  sums.claims += call.claims ?? 0;
  sums.unsupported += call.unsupportedClaims ?? 0;
  if (cache !== "none") {
    sums.cached += 1;
    return;
  }
  sums.totalMs.push(call.totalMs);
  if (call.firstTokenMs !== null) sums.firstTokenMs.push(call.firstTokenMs);
}

function rowOf(key: string, sums: Sums): LedgerRow {
  const { refused, judged, malformed, claims, unsupported, firstTokenMs, totalMs, ...counts } = sums;
  const answers = sums.calls - sums.heldBack - sums.failed;
  return {
    key,
    ...counts,
    cachedShare: share(sums.cached, answers),
    firstTokenMs: quantiles(firstTokenMs),
    totalMs: quantiles(totalMs),
    refusalShare: share(refused, answers),
    malformedShare: share(malformed, judged),
    unsupportedShare: share(unsupported, claims),
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

function quantiles(values: readonly number[]): LedgerRow["totalMs"] {
  if (values.length === 0) return null;
  const ascending = sorted(values);
  return { p50: quantileOf(ascending, 0.5), p95: quantileOf(ascending, 0.95), p99: quantileOf(ascending, 0.99) };
}
