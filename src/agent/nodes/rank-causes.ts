import type { AgentDeps } from "../deps.ts";
import { rankStored } from "../rank-stored.ts";
import { type NodeStep, timed } from "../step.ts";

/** Ranks root causes from findings and topology. */
export const rankCauses = (deps: AgentDeps): NodeStep =>
  timed(deps, "rank-causes", (state) => rankStored(deps, state, []));
