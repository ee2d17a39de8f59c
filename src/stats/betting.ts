/**
 * A test that may be looked at after every observation, without more false alarms than its level.
 *
 * It bets on "the mean is above 0". Under the null hypothesis (each observation has a conditional mean of at most 0) no
 * bet gains on average, so capital that began with 1 ever reaches 1/α with probability at most α (Ville). `capitals`:
 * one for each stake, of equal weight.
 */
export type BettingTest = { n: number; sum: number; capitals: readonly number[]; peak: number };

/**
 * Shares of the largest stake that cannot be ruined. Small ones find small effects, large ones find large ones early.
 */
const STAKES = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9] as const;

export const NO_BETS: BettingTest = { n: 0, sum: 0, capitals: STAKES.map(() => 1), peak: 1 };

const meanOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/**
 * Takes one observation.
 *
 * @param value at least −`most`. @param most the largest loss > 0 that is possible; the same for the whole test.
 * @throws {RangeError} if the value is below −`most`: the level would not hold.
 * @see Ville 1939; Waudby-Smith & Ramdas, Estimating means of bounded random variables by betting, JRSS B 2024;
 *   Howard, Ramdas, McAuliffe & Sekhon, Time-uniform confidence sequences, Annals of Statistics 2021.
 */
export function bet({ n, sum, capitals, peak }: BettingTest, value: number, most: number): BettingTest {
  if (value < -most - 1e-12) throw new RangeError(`an observation of ${value} is below the bound ${-most}`);
  const after = capitals.map((capital, at) => capital * (1 + ((STAKES[at] ?? 0) / most) * value));
  return { n: n + 1, sum: sum + value, capitals: after, peak: Math.max(peak, meanOf(after)) };
}

/** P value that holds at every look: 1 over the highest capital so far. */
export const anytimeP = ({ peak }: BettingTest): number => Math.min(1, 1 / peak);
