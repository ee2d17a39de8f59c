/** For each true root cause, the names that are accepted for it. */
export type AcceptedNames = readonly (readonly string[])[];

/** Places that count as one answer: names of one root cause are one, and every other name is one. */
function distinctAnswers(named: readonly string[], roots: AcceptedNames): { hits: number; answers: number } {
  const hits = new Set<number>();
  const wrong = new Set<string>();
  for (const name of named) {
    const root = roots.findIndex((accepted) => accepted.includes(name));
    if (root < 0) wrong.add(name);
    else hits.add(root);
  }
  return { hits: hits.size, answers: hits.size + wrong.size };
}

/**
 * The score of ITBench-AA (Artificial Analysis and IBM, May 2026): 0 unless every true root cause is named, else the
 * share of the answers that are true. Two names of one root cause are one answer, and so is a name given twice. Where
 * nothing is wrong, only an empty answer is right.
 *
 * @returns a number from 0 to 1.
 */
export function allOrPrecision(named: readonly string[], roots: AcceptedNames): number {
  const { hits, answers } = distinctAnswers(named, roots);
  if (roots.length === 0) return Number(answers === 0);
  return hits === roots.length ? hits / answers : 0;
}

export type PrecisionRecall = { precision: number; recall: number; f1: number };

/**
 * Precision, recall and their harmonic mean. Precision is 0 without an answer; both are 1 if nothing is wanted or
 * given.
 */
export function precisionRecall(hits: number, answers: number, wanted: number): PrecisionRecall {
  if (answers === 0 && wanted === 0) return { precision: 1, recall: 1, f1: 1 };
  const precision = answers === 0 ? 0 : hits / answers;
  const recall = wanted === 0 ? 0 : hits / wanted;
  return { precision, recall, f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
