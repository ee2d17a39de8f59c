import { Overwrite } from "@langchain/langgraph";
import type { AgentDeps } from "../deps.ts";
import { type NodeStep, timed } from "../step.ts";
import { widened } from "../widen.ts";

/** Moves the window's start back. Everything is then asked again, so what the narrower window gave is dropped. */
export const widenWindow = (deps: AgentDeps): NodeStep =>
  timed(deps, "widen-window", async ({ window, baseline, widenings }) => ({
    ...widened({ window, baseline }),
    widenings: widenings + 1,
    findings: new Overwrite([]),
    coverage: new Overwrite([]),
  }));
