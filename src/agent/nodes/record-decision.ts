import type { AgentDeps } from "../deps.ts";
import { type NodeStep, timed } from "../step.ts";

/** Stores a person's decision. Running it again changes nothing. It executes no script. */
export const recordDecision = (deps: AgentDeps): NodeStep =>
  timed(deps, "record-decision", async ({ decision, openActions }) => {
    if (decision === null) return {};
    const first = await deps.store.recordDecision(decision);
    if (!first)
      deps.log.warn(
        { actionId: decision.actionId, node: "record-decision" },
        "this action was decided before; the first decision stays",
      );
    return { decision: null, openActions: openActions.filter(({ id }) => id !== decision.actionId) };
  });
