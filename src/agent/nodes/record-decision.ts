import type { AgentDeps } from "../deps.ts";
import { type NodeStep, timed } from "../step.ts";

/** Stores a person's decision, and keeps the replacement of an edited action open. Running it again changes nothing. It executes no script. */
export const recordDecision = (deps: AgentDeps): NodeStep =>
  timed(deps, "record-decision", async ({ decision, openActions }) => {
    if (decision === null) return {};
    const { replacement, ...recorded } = decision;
    const first = await deps.store.recordDecision(recorded);
    if (!first)
      deps.log.warn(
        { actionId: decision.actionId, node: "record-decision" },
        "this action was decided before; the first decision stays",
      );
    const open = openActions.filter(({ id }) => id !== decision.actionId);
    return { decision: null, openActions: replacement === undefined ? open : [...open, replacement] };
  });
