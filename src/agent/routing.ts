import { anyAnswered } from "./sources.ts";
import type { AnalysisState } from "./state.ts";
import { canWiden } from "./widen.ts";

export const MAX_WIDENINGS = 2;

/** A change alone is no sign of trouble: systems change all the time. */
const sawTrouble = ({ findings }: Pick<AnalysisState, "findings">): boolean =>
  findings.some(({ signal }) => signal !== "change");

/** Nothing abnormal yet? Look further back while there is somebody to ask and something to look at, but not for ever. */
export const settle = (state: Pick<AnalysisState, "findings" | "widenings" | "window" | "baseline" | "coverage">) =>
  !sawTrouble(state) && state.widenings < MAX_WIDENINGS && canWiden(state) && anyAnswered(state.coverage)
    ? "widen-window"
    : "explain";

/** Actions wait for a person, where there is one to ask; one decision is made at a time. */
export const afterReport = ({ openActions }: Pick<AnalysisState, "openActions">) =>
  openActions.length > 0 ? "review" : "remember";
