import { z } from "zod";

/** What calls are grouped by. */
export const LEDGER_KEYS = ["day", "model", "task", "incident", "prompt"] as const;
export type LedgerKey = (typeof LEDGER_KEYS)[number];

/** Milliseconds, by linear interpolation. Null without a value. */
const Quantiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable();
/** A part of a whole, 0 to 1. Null if the whole is empty. */
const Share = z.number().nullable();

/**
 * The calls of one group.
 *
 * - `key`: the day in UTC, model, task, incident or prompt with its version; `all` for the total.
 * - `calls`: all rows. `cached`: answered by Causeway's own cache. `heldBack`: refused by a cap, nothing was sent.
 *   `failed`: sent without an answer, unfinished ones included. The others were answered by a server.
 * - `cachedShare`: of the answers, those of Causeway's own cache.
 * - `usd`: of the calls whose cost is known. `unpriced`: answers of servers whose cost is unknown.
 * - `firstTokenMs`, `totalMs`: of answers of servers.
 * - `refusalShare`: of the answers, those that the model declined. `malformedShare`: of the judged answers, those that
 *   did not fit their form. `unsupportedShare`: of the claims, those without evidence.
 */
export const LedgerRow = z.object({
  key: z.string(),
  calls: z.number().int(),
  cached: z.number().int(),
  heldBack: z.number().int(),
  failed: z.number().int(),
  inputTokens: z.number(),
  cachedTokens: z.number(),
  outputTokens: z.number(),
  usd: z.number(),
  unpriced: z.number().int(),
  cachedShare: Share,
  firstTokenMs: Quantiles,
  totalMs: Quantiles,
  refusalShare: Share,
  malformedShare: Share,
  unsupportedShare: Share,
});
export type LedgerRow = z.infer<typeof LedgerRow>;

/** `rows`: one for each group, in the order of their keys. `sinceMs`: null for all calls on record. */
export type LedgerSummary = { by: LedgerKey; sinceMs: number | null; rows: LedgerRow[]; total: LedgerRow };
