import { isoTime } from "../domain/time.ts";
import type { LedgerRow, LedgerSummary } from "../domain/model-rollup.ts";

/** A summary of the ledger as other programs read it. */
export const ledgerJson = ({ by, sinceMs, rows, total }: LedgerSummary) => ({
  schema_version: "causeway.ledger/1" as const,
  by,
  since: sinceMs === null ? null : isoTime(sinceMs),
  rows: rows.map(rowJson),
  total: rowJson(total),
});

const rowJson = (row: LedgerRow) => ({
  key: row.key,
  calls: row.calls,
  cached: row.cached,
  held_back: row.heldBack,
  failed: row.failed,
  input_tokens: row.inputTokens,
  cached_tokens: row.cachedTokens,
  output_tokens: row.outputTokens,
  usd: row.usd,
  unpriced: row.unpriced,
  cached_share: row.cachedShare,
  first_token_ms: row.firstTokenMs,
  total_ms: row.totalMs,
  refusal_share: row.refusalShare,
  malformed_share: row.malformedShare,
  unsupported_share: row.unsupportedShare,
});
