import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { type Execution, isOpen } from "../../domain/execution.ts";
import type { ExecutionParts } from "./parts.ts";

/** Longer than anything that blocks this process, milliseconds. */
const LEASE_MS = 60_000;
const RENEWALS_PER_LEASE = 4;
/** How often a state is written again while the store is down, and the pause between, milliseconds. */
const WRITES = 20;
const WRITE_PAUSE_MS = 1_000;

/** Somebody declared the execution unknown, or its state cannot be written: nothing more may run. */
export class LostExecution extends Error {}

/** A claimed execution in the hands of this process. */
export type HeldClaim = {
  readonly current: Execution;
  /** Aborts when the claim is lost. */
  readonly lost: AbortSignal;
  /** Writes the next state. @throws {LostExecution} */
  move(change: Partial<Execution>): Promise<Execution>;
  /** Stops renewing. */
  release(): void;
};

/** Holds a claim: renews its lease until it is released, and writes its states. */
export function holdClaim(
  { store, log, now, execution: { leaseMs = LEASE_MS } }: ExecutionParts,
  claimed: Execution,
  onState: (execution: Execution) => void,
): HeldClaim {
  const { actionId, owner } = claimed;
  const lost = new AbortController();
  let current = claimed;
  let untilMs = claimed.leaseUntilMs;
  const give = (why: string): LostExecution => {
    const error = new LostExecution(why);
    lost.abort(error);
    return error;
  };
  const renewal = setInterval(() => {
    const next = now() + leaseMs;
    store.renewExecution(actionId, { owner, untilMs: next }).then(
      (renewed) => {
        if (renewed) untilMs = next;
        else if (isOpen(current)) give("another process declared it unknown");
      },
      (error: unknown) => now() > untilMs && give(`its lease cannot be renewed: ${messageOf(error)}`),
    );
  }, leaseMs / RENEWALS_PER_LEASE);

  async function written(next: Execution): Promise<boolean> {
    for (let left = WRITES; ; left -= 1) {
      try {
        return await store.changeExecution(next, { state: current.state, owner });
      } catch (error) {
        if (!(error instanceof IncidentError) || left <= 1 || now() > untilMs) throw give(messageOf(error));
        log.warn({ actionId, state: next.state }, `the state is not written yet: ${messageOf(error)}`);
        await sleep(WRITE_PAUSE_MS, undefined, { signal: lost.signal }).catch(() => undefined);
      }
    }
  }

  return {
    get current() {
      return current;
    },
    lost: lost.signal,
    async move(change) {
      if (lost.signal.aborted) throw lost.signal.reason;
      const next = { ...current, ...change, leaseUntilMs: now() + leaseMs };
      if (!(await written(next))) throw give("another process declared it unknown");
      untilMs = next.leaseUntilMs;
      current = next;
      log.info({ actionId, executionId: next.id, state: next.state }, "execution");
      onState(next);
      return next;
    },
    release: () => clearInterval(renewal),
  };
}

export const leaseEnd = ({ now, execution: { leaseMs = LEASE_MS } }: ExecutionParts): number => now() + leaseMs;
