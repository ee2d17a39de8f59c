import { IncidentError } from "../domain/errors.ts";
import { NO_ORDERS, type StepOrders } from "../domain/step-orders.ts";
import type { NodeSteps } from "./graph.ts";
import type { NodeName } from "./nodes-table.ts";
import type { NodeStep } from "./step.ts";

/** Wraps a step of the graph. */
export type StepGuard = (node: NodeName, step: NodeStep) => NodeStep;

export function guardSteps(steps: NodeSteps, guard: StepGuard): NodeSteps {
  const guarded = { ...steps };
  for (const node of Object.keys(guarded) as NodeName[]) guarded[node] = guard(node, guarded[node]);
  return guarded;
}

/**
 * Reports the begin and the end of each step, and follows the orders of the present run. A step that computes without a
 * pause can be ended only together with its thread, from outside: by what is reported here, the owner of the thread
 * knows which steps were running.
 */
export function stepGuard(report: (node: string, isRunning: boolean) => void): {
  guard: StepGuard;
  /** Sets the orders of the next run. */
  follow(orders: StepOrders): void;
} {
  let orders = NO_ORDERS;
  let previous: Promise<unknown> = Promise.resolve();

  const reported = async <T>(node: string, work: () => Promise<T>): Promise<T> => {
    report(node, true);
    try {
      return await work();
    } finally {
      report(node, false);
    }
  };

  return {
    guard: (node, step) => async (state, runtime) => {
      if (orders.skip.includes(node)) throw blocked(node);
      if (!orders.oneByOne) return reported(node, () => step(state, runtime));
      const result = previous.then(() => reported(node, () => step(state, runtime)));
      previous = result.catch(() => undefined);
      return result;
    },
    follow(next) {
      orders = next;
      previous = Promise.resolve();
    },
  };
}

const blocked = (node: string): IncidentError =>
  new IncidentError("REJECTED", `the step ${node} was ended twice because it did not end in time`, {
    hint: "Please report it with the log. CAUSEWAY_NODE_TIMEOUT_MS is the time limit of a step.",
  });
