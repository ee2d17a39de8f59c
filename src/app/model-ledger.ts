import type { LedgerKey, LedgerSummary } from "../domain/model-rollup.ts";
import type { ModelStore } from "../domain/model-store.ts";
import { allCalls } from "../llm/all-calls.ts";
import { type EvaluationRecord, evaluationRecord } from "../llm/evaluation-record.ts";
import { rollUpCalls } from "../llm/roll-up-calls.ts";

/** `sinceMs`: Unix milliseconds; null for all calls on record. */
export type LedgerOptions = { by: LedgerKey; sinceMs: number | null };

export const summarizeLedger = async (
  models: Pick<ModelStore, "listCalls">,
  { by, sinceMs }: LedgerOptions,
): Promise<LedgerSummary> => ({ by, sinceMs, ...(await rollUpCalls(allCalls(models, { sinceMs }), by)) });

/** Each call as a record for evaluation tools, oldest first. */
export async function* ledgerRecords(
  models: Pick<ModelStore, "listCalls">,
  sinceMs: number | null,
): AsyncGenerator<EvaluationRecord> {
  for await (const call of allCalls(models, { sinceMs })) yield evaluationRecord(call);
}
