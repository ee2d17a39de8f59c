import { recallAccounts } from "../../app/memory/recall-accounts.ts";
import type { RecallSuite } from "./read-suite.ts";

/** The text of a query: its whole account, or its symptoms alone. */
export const QUERY_TEXTS = ["account", "symptoms"] as const;
export type QueryText = (typeof QUERY_TEXTS)[number];
/** Ids of earlier incidents, best first, at most ten; empty if none is similar. */
export type RecallPrediction = { id: string; ranking: string[] };

/** Ranks the earlier incidents for each query of the suite, in its order. */
export function recallSuite({ incidents, queries }: RecallSuite, text: QueryText): RecallPrediction[] {
  return recallAccounts(
    incidents,
    queries.map((query) => ({ id: query.id, atMs: query.at, text: query[text] ?? "" })),
  ).map(({ id, ranking }) => ({ id, ranking: ranking.map((one) => one.id) }));
}
