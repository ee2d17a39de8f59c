import { mean } from "../stats/mean.ts";
import { areaUnderRoc, brier, errorByChance, expectedCalibrationError, type Stated } from "./figures.ts";

export const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(4)));

/** Compares stated confidences with how often they were right. */
export function reliabilityOf(stated: readonly Stated[]) {
  return {
    n: stated.length,
    right: rounded(mean(stated.map(({ hit }) => hit))),
    stated: rounded(mean(stated.map(({ confidence }) => confidence))),
    ece: rounded(expectedCalibrationError(stated).value),
    eceByChance: rounded(errorByChance(stated)?.mean ?? null),
    eceByChanceHigh: rounded(errorByChance(stated)?.high ?? null),
    auroc: rounded(areaUnderRoc(stated).value),
    brier: rounded(brier(stated).value),
  };
}
export type Reliability = ReturnType<typeof reliabilityOf> & Answered;

/** `coverage`: share of cases in which a cause is named. `answered`: share of these with the right cause. */
export type Answered = { coverage: number | null; answered: number | null };

export function answeredOf(judged: readonly (Stated & { isNamed: boolean })[]): Answered {
  const named = judged.filter(({ isNamed }) => isNamed);
  return {
    coverage: rounded(judged.length === 0 ? null : named.length / judged.length),
    answered: rounded(mean(named.map(({ hit }) => hit))),
  };
}

export type ReliabilityBin = { from: number; to: number; n: number; stated: number | null; right: number | null };

export const reliabilityTable = (stated: readonly Stated[]): ReliabilityBin[] =>
  Array.from({ length: 10 }, (_, bin) => {
    const inside = stated.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin);
    return {
      from: bin / 10,
      to: (bin + 1) / 10,
      n: inside.length,
      stated: rounded(mean(inside.map(({ confidence }) => confidence))),
      right: rounded(mean(inside.map(({ hit }) => hit))),
    };
  });

/**
 * The lowest confidence, in whole percent, above which the share of right answers reaches `precision`, both with each
 * case alike and with each system alike: large easy systems must not decide for small ones. 1 if there is none.
 */
export function thresholdFor(stated: readonly (Stated & { system: string })[], precision: number): number {
  const sizes = new Map([...Map.groupBy(stated, ({ system }) => system)].map(([system, of]) => [system, of.length]));
  const weightings = [() => 1, ({ system }: { system: string }) => 1 / (sizes.get(system) ?? 1)];
  for (let percent = 1; percent < 100; percent++) {
    const answered = stated.filter(({ confidence }) => confidence >= percent / 100);
    if (answered.length === 0) return 1;
    const isPrecise = weightings.every((weightOf) => {
      const all = answered.reduce((sum, one) => sum + weightOf(one), 0);
      return answered.reduce((sum, one) => sum + weightOf(one) * one.hit, 0) >= precision * all;
    });
    if (isPrecise) return percent / 100;
  }
  return 1;
}
