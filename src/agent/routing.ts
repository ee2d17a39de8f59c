import { anyAnswered } from "./sources.ts";
import type { AnalysisState } from "./state.ts";
import { canWiden } from "./widen.ts";

export const MAX_WIDENINGS = 2;

/** A change alone is no symptom, because systems change all the time. */
const sawTrouble = ({ findings }: Pick<AnalysisState, "findings">): boolean =>
  findings.some(({ signal }) => signal !== "change");

/** Widens the window while nothing abnormal was found and some source can answer, at most MAX_WIDENINGS times. */
export const settle = (state: Pick<AnalysisState, "findings" | "widenings" | "window" | "baseline" | "coverage">) =>
  !sawTrouble(state) && state.widenings < MAX_WIDENINGS && canWiden(state) && anyAnswered(state.coverage)
    ? "widen-window"
    : "explain";

/** Waits for a person while actions are open. Each action gets its own decision. */
export const afterReport = ({ openActions }: Pick<AnalysisState, "openActions">) =>
  openActions.length > 0 ? "review" : "remember";
