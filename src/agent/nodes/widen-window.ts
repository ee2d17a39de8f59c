import { Overwrite } from "@langchain/langgraph";
import type { AgentDeps } from "../deps.ts";
import { type NodeStep, timed } from "../step.ts";
import { widened } from "../widen.ts";

/** Starts the window earlier. All signals are then read again, so earlier findings and gaps are dropped. */
export const widenWindow = (deps: AgentDeps): NodeStep =>
  timed(deps, "widen-window", async ({ window, baseline, widenings }) => ({
    ...widened({ window, baseline }),
    widenings: widenings + 1,
    findings: new Overwrite([]),
    coverage: new Overwrite([]),
  }));
