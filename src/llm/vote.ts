/** `votes`: for the winner, of `samples` that gave an answer. */
export type VoteResult<T> = { winner: T | null; votes: number; samples: number };

/**
 * Self-consistency: the answer that most of `k` samples give. Samples with an equal key are one answer, and the first
 * of them represents it. An answer wins with more votes than any other and at least two; a tie has no winner. Stops as
 * soon as no other answer can win.
 *
 * @param first the answers that are there already. @param sampleOf gives a further one; null if a sample gave none.
 * @see Wang et al., Self-Consistency Improves Chain of Thought Reasoning in Language Models, ICLR 2023
 */
export async function vote<T>(
  first: readonly T[],
  sampleOf: (sample: number) => Promise<T | null>,
  { k, keyOf }: { k: number; keyOf: (answer: T) => string },
): Promise<VoteResult<T>> {
  const answers = [...first];
  for (let sample = first.length; sample < k && !isDecided(answers, k - sample, keyOf); sample += 1) {
    const answer = await sampleOf(sample);
    if (answer !== null) answers.push(answer);
  }
  const [most, second] = counted(answers, keyOf);
  const wins = most !== undefined && most.votes >= 2 && most.votes > (second?.votes ?? 0);
  return { winner: wins ? most.answer : null, votes: wins ? most.votes : 0, samples: answers.length };
}

/** True if the first answer keeps its lead whatever the samples that are left say. */
function isDecided<T>(answers: readonly T[], left: number, keyOf: (answer: T) => string): boolean {
  const [most, second] = counted(answers, keyOf);
  return most !== undefined && most.votes >= 2 && most.votes > (second?.votes ?? 0) + left;
}

/** The answers with their votes, the most frequent first. */
const counted = <T>(answers: readonly T[], keyOf: (answer: T) => string): { answer: T; votes: number }[] =>
  [...Map.groupBy(answers, keyOf).values()]
    .flatMap((same) => same.slice(0, 1).map((answer) => ({ answer, votes: same.length })))
    .toSorted((a, b) => b.votes - a.votes);
