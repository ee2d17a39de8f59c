import type { Judged } from "./judge.ts";

/** Figures of one case with a fault, in [0, 1]; higher is better. Null where the suite or the prediction lacks it. */
export const CASE_FIGURES = [
  { name: "AC@1", of: ({ ac }) => ac[0] ?? 0 },
  { name: "AC@3", of: ({ ac }) => ac[2] ?? 0 },
  { name: "AC@5", of: ({ ac }) => ac[4] ?? 0 },
  { name: "A@1", of: ({ a1 }) => a1 },
  { name: "cause@1", of: ({ cause1 }) => cause1 },
  { name: "change@1", of: ({ change }) => change },
  { name: "coverage", of: ({ covered }) => Number(covered) },
] as const satisfies readonly { name: string; of: (judged: Judged) => number | null }[];
