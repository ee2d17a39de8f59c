import { type Account, accountTerms, rankAccounts } from "../../memory/rank-accounts.ts";

/** An incident with its written account. `atMs`: when it happened, Unix milliseconds. */
export type WrittenIncident = { id: string; atMs: number; account: string };
/** The query: an account of the incident, or its symptoms alone. */
export type RecallQuestion = { id: string; atMs: number; text: string };
export type RankedRecall = { id: string; ranking: readonly { id: string; likeness: number }[] };

/** Maximum length of a ranking. */
const LIMIT = 10;

/**
 * Ranks for each query the earlier incidents by their written accounts. Counts the rarity of words over these earlier
 * incidents only: the memory as it was then.
 */
export function recallAccounts(
  incidents: readonly WrittenIncident[],
  questions: readonly RecallQuestion[],
): RankedRecall[] {
  const accounts = incidents.map(({ id, atMs, account }): Account & { atMs: number } => ({
    id,
    atMs,
    terms: accountTerms(account),
  }));
  return questions.map(({ id, atMs, text }) => ({
    id,
    ranking: rankAccounts(
      accountTerms(text),
      accounts.filter((one) => one.atMs < atMs && one.id !== id),
      LIMIT,
    ),
  }));
}
