import type { Ranking } from "../domain/hypothesis.ts";

/**
 * A verdict with its reason, and whether a fault is shown: whether users are affected, or the evidence exceeds what
 * healthy systems show, although it may not show what is wrong.
 */
export type SettledVerdict = Pick<Ranking, "verdict" | "why"> & { faultShown: boolean };
