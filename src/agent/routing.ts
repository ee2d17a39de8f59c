import { anyAnswered } from "./sources.ts";
import type { AnalysisState } from "./state.ts";
import { canWiden } from "./widen.ts";

export const MAX_WIDENINGS = 2;

/** A change alone is no symptom, because systems change all the time. */
const sawTrouble = ({ findings }: Pick<AnalysisState, "findings">): boolean =>
  findings.some(({ signal }) => signal !== "change");

/** A second investigation would ask the same questions again. */
export const MAX_INVESTIGATIONS = 1;

/**
 * Widens the window while nothing abnormal was found and some source can answer, at most MAX_WIDENINGS times. Then lets
 * a model investigate if code is in doubt, at most MAX_INVESTIGATIONS times. Without a model there is no doubt.
 */
export const settle = (
  state: Pick<
    AnalysisState,
    "findings" | "widenings" | "window" | "baseline" | "coverage" | "doubt" | "investigations"
  >,
) =>
  !sawTrouble(state) && state.widenings < MAX_WIDENINGS && canWiden(state) && anyAnswered(state.coverage)
    ? "widen-window"
    : state.doubt !== null && state.investigations < MAX_INVESTIGATIONS
      ? "investigate"
      : "explain";

/** Waits for a person while actions are open. Each action gets its own decision. */
export const afterReport = ({ openActions }: Pick<AnalysisState, "openActions">) =>
  openActions.length > 0 ? "review" : "remember";
