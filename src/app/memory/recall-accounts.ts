import { type Account, accountTerms, rankAccounts } from "../../memory/rank-accounts.ts";

/** A written incident: its account, when it happened, Unix milliseconds. */
export type WrittenIncident = { id: string; atMs: number; account: string };
/** What is known of an incident when it is compared: an account of it, or its symptoms alone. */
export type RecallQuestion = { id: string; atMs: number; text: string };
export type RankedRecall = { id: string; ranking: readonly { id: string; likeness: number }[] };

/** Places of a ranking. */
const LIMIT = 10;

/**
 * Ranks for each question the incidents that happened earlier, by their written accounts. Rarity of words is counted
 * over these earlier incidents only: the memory as it was then.
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
