/** Right answers and questions. */
export type Tally = { right: number; of: number };

const share = ({ right, of }: Tally): number | null => (of === 0 ? null : right / of);

/**
 * The overall figure of AIOpsLab's paper (MLSys 2025, Table 3), decoded from its rows: all questions alike, where
 * localization counts a hit among the first three, and an analysis is two questions, one for each label.
 *
 * @param analysis labels that are right, of two a problem.
 * @returns a share; null without questions.
 */
export function paperOverall(given: {
  detection: Tally;
  localizationAt3: Tally;
  analysis: Tally;
  mitigation: Tally;
}): number | null {
  const { detection, localizationAt3, analysis, mitigation } = given;
  const tallies = [detection, localizationAt3, analysis, mitigation];
  return share({
    right: tallies.reduce((sum, { right }) => sum + right, 0),
    of: tallies.reduce((sum, { of }) => sum + of, 0),
  });
}

/**
 * The overall figure of AIOpsLab's leaderboard: the plain mean of the four tasks, localization by the first place.
 *
 * @returns null if a task has no questions.
 */
export function leaderboardOverall(given: {
  detection: Tally;
  localizationAt1: Tally;
  analysis: Tally;
  mitigation: Tally;
}): number | null {
  const { detection, localizationAt1, analysis, mitigation } = given;
  const shares = [detection, localizationAt1, analysis, mitigation].map(share);
  return shares.reduce((sum: number | null, one) => (sum === null || one === null ? null : sum + one / 4), 0);
}
