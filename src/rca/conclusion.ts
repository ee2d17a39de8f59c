import type { Ranking } from "../domain/hypothesis.ts";

/** A verdict with its reason, and whether the evidence shows that something is or was wrong. */
export type Conclusion = Pick<Ranking, "verdict" | "why"> & { faultShown: boolean };
