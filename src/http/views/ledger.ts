import { z } from "@hono/zod-openapi";
import { LEDGER_KEYS } from "../../domain/model-rollup.ts";

const Quantiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable();
const Share = z.number().nullable();

const LedgerRowView = z
  .object({
    key: z.string().openapi({ description: "Day in UTC, model, task, incident or prompt; `all` for the total." }),
    calls: z.number().int(),
    cached: z.number().int().openapi({ description: "Answered by Causeway's own cache." }),
    held_back: z.number().int().openapi({ description: "Refused by a cap; nothing was sent." }),
    failed: z.number().int(),
    input_tokens: z.number(),
    cached_tokens: z.number().openapi({ description: "Input that the server read from its cache." }),
    output_tokens: z.number(),
    usd: z.number().openapi({ description: "Of calls whose price is known." }),
    unpriced: z.number().int().openapi({ description: "Calls whose price is not known." }),
    cached_share: Share,
    first_token_ms: Quantiles,
    total_ms: Quantiles,
    refusal_share: Share,
    malformed_share: Share,
    unsupported_share: Share,
  })
  .openapi("LedgerRow");

export const LedgerView = z
  .object({
    schema_version: z.literal("causeway.ledger/1"),
    by: z.enum(LEDGER_KEYS),
    since: z.string().nullable(),
    rows: z.array(LedgerRowView),
    total: LedgerRowView,
  })
  .openapi("Ledger");
