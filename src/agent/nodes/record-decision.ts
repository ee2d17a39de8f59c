import type { AgentDeps } from "../deps.ts";
import { type NodeStep, timed } from "../step.ts";

/** Records a person's decision, once: a second run changes nothing. It executes nothing. */
export const recordDecision = (deps: AgentDeps): NodeStep =>
  timed(deps, "record-decision", async ({ decision, openActions }) => {
    if (decision === null) return {};
    const first = await deps.store.recordDecision(decision);
    if (!first)
      deps.log.warn(
        { actionId: decision.actionId, node: "record-decision" },
        "this action was decided before; the first decision is kept",
      );
    return { decision: null, openActions: openActions.filter(({ id }) => id !== decision.actionId) };
  });
