import type { Suspect } from "./fuse.ts";

/** What the confidence rests on. `best`: votes for the first, `margin`: its lead over the second, as a share of its own; `voices`: rankers that put it first. */
export type Standing = { best: number; margin: number; voices: number };

export function standing(suspects: readonly Suspect[]): Standing {
  const [first, second] = suspects;
  if (!first) return { best: 0, margin: 0, voices: 0 };
  const leads = Object.entries(first.votes).filter(([name, vote]) => suspects.every((other) => (other.votes[name] ?? 0) <= vote));
  return { best: first.score, margin: (first.score - (second?.score ?? 0)) / first.score, voices: leads.length };
}

/** Logistic weights on the standing. Not calibrated: chosen by hand so that a lone, clear voice comes to about a half. */
const WEIGHTS = { bias: -2.2, best: 0.9, margin: 2.2, voices: 0.35 };

/** Probability in [0, 1] that the first suspect is a true root cause. */
export function confidenceOf({ best, margin, voices }: Standing): number {
  const x = WEIGHTS.bias + WEIGHTS.best * best + WEIGHTS.margin * margin + WEIGHTS.voices * Math.min(4, voices);
  return 1 / (1 + Math.exp(-x));
}
