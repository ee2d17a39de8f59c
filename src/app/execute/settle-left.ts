import { type Execution, isOpen } from "../../domain/execution.ts";
import type { ExecutionParts } from "./parts.ts";

type Parts = Pick<ExecutionParts, "store" | "owners" | "changedOf" | "now">;

/**
 * Declares an execution unknown if its worker died: it may have come to any point, and is never repeated. An execution
 * whose worker lives stays as it is.
 */
export async function settleLeft(parts: Parts, execution: Execution): Promise<Execution> {
  const { store, owners, changedOf, now } = parts;
  const { state, owner, leaseUntilMs } = execution;
  if (!isOpen(execution) || (now() < leaseUntilMs && !owners.hasDied(owner))) return execution;
  // `running` is written before the first command
  const changed = state === "claimed" ? false : await changedOf(execution);
  const left: Execution = {
    ...execution,
    state: "unknown",
    changed,
    endedAtMs: now(),
    why: `its worker ended while it was ${state.replace("_", " ")}; nobody knows how far it came`,
  };
  if (await store.changeExecution(left, { state, owner })) return left;
  return (await store.getExecution(execution.actionId)) ?? left;
}

/** Declares all executions unknown whose workers died. @returns how many. */
export async function settleAllLeft(parts: Parts): Promise<number> {
  const open = await parts.store.listExecutions({ limit: 1_000, open: true });
  let count = 0;
  for (const execution of open) if (!isOpen(await settleLeft(parts, execution))) count += 1;
  return count;
}
