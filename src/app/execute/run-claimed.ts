import { setTimeout as sleep } from "node:timers/promises";
import type { Action } from "../../domain/action.ts";
import { messageOf } from "../../domain/errors.ts";
import type { Execution, ScriptPart, SymptomReading } from "../../domain/execution.ts";
import type { Executor, ScriptOutcome } from "../../domain/executor.ts";
import { FIXED_PART } from "../../remediation/fixed-part.ts";
import type { HeldClaim } from "./claim.ts";
import type { ExecutionParts } from "./parts.ts";
import type { SymptomReader } from "./symptom-now.ts";

/** Characters of output that the record keeps of one run: its end, from the beginning of a line. */
const KEPT_OUTPUT = 8_000;
/** Between two questions about the symptom, milliseconds. */
const PAUSE_MS = 10_000;
/** A symptom that is worse this often in a row ends the verification. */
const MAX_WORSE = 2;

type Run = {
  parts: ExecutionParts;
  claim: HeldClaim;
  action: Action;
  executor: Executor;
  /** Who approved it, where the script notes that; else null. */
  approver: string | null;
  symptom: SymptomReader;
  /** What the script recorded so far, for an executor without a folder of its own. */
  left: { recorded: string | null };
  /** Stops the script: the person, or the claim that is lost. */
  signal: AbortSignal;
};

/**
 * Runs a claimed execution to its end: the exact approved script, its verification, the symptom, and if it did not work
 * the rollback. Every state is written before what it names begins.
 *
 * @throws {LostExecution} if another process declared it unknown.
 */
export async function runClaimed(run: Run): Promise<Execution> {
  const { claim, parts } = run;
  const { now } = parts;
  await claim.move({ state: "running", folder: run.executor.folderOf(claim.current.id) });
  const applied = await runPart(run, "apply");
  if (applied.ended === "lost") return claim.move(unknownEnd(applied, now()));
  if (!isFine(applied)) return afterFailure(run, applied, whyFailed("the script", applied, run));
  const doneMs = now();
  await claim.move({ state: "verifying" });
  const reading = await watchSymptom(run, doneMs);
  if (run.signal.aborted) return afterFailure(run, applied, "it was stopped by hand before it was verified");
  await claim.move({ symptom: { ...claim.current.symptom, after: reading } });
  if (reading.state === "worse" || reading.state === "not_gone")
    return afterFailure(run, applied, `the symptom is still there: ${reading.why}`);
  const verified = await runPart(run, "verify");
  if (!isFine(verified)) return afterFailure(run, applied, whyFailed("its verification", verified, run));
  return claim.move({
    state: "succeeded",
    endedAtMs: now(),
    why: reading.state === "unmeasured" ? `nobody saw whether the symptom is gone: ${reading.why}` : null,
  });
}

/** Undoes the change, where something changed and it can be undone. */
async function afterFailure(run: Run, applied: ScriptOutcome, why: string): Promise<Execution> {
  const { claim, parts, symptom } = run;
  const { now } = parts;
  const end = (state: Execution["state"], more: string): Promise<Execution> =>
    claim.move({ state, endedAtMs: now(), why: `${why}; ${more}` });
  if (applied.changed === false) return end("failed", "nothing was changed");
  if (applied.changed === null) return end("unknown", "nobody knows whether something was changed");
  if (!claim.current.reversible) return end("failed", "the change stays, because it cannot be undone");
  if (run.signal.aborted) return end("failed", "the change stays, because somebody stopped the execution");
  await claim.move({ state: "rolling_back", why });
  const undone = await runPart(run, "rollback");
  if (undone.ended === "lost") return claim.move(unknownEnd(undone, now()));
  if (!isFine(undone)) return end("rollback_failed", whyFailed("the rollback", undone, run));
  const doneMs = now();
  const verified = await runPart(run, "verify");
  const { reading: afterRollback } = await symptom.read(doneMs, claim.lost);
  await claim.move({ symptom: { ...claim.current.symptom, afterRollback } });
  return end(
    "rolled_back",
    `it was undone, and the workload's own check ${isFine(verified) ? "passes" : "fails"} afterwards`,
  );
}

const isFine = ({ ended, exitCode }: ScriptOutcome): boolean => ended === "exited" && exitCode === 0;

function whyFailed(what: string, { ended, exitCode, why }: ScriptOutcome, { parts, signal }: Run): string {
  if (ended === "timed_out") return `${what} did not end within ${Math.round(parts.execution.timeoutMs / 1000)} s`;
  if (ended === "stopped") return `${what} was stopped${signal.aborted ? " by hand" : ""}`;
  if (ended === "not_started") return `${what} could not be started: ${why ?? "no reason is known"}`;
  return exitCode === null ? `${what} was killed` : `${what} failed with status ${exitCode}`;
}

const unknownEnd = ({ why }: ScriptOutcome, nowMs: number): Partial<Execution> => ({
  state: "unknown",
  changed: null,
  endedAtMs: nowMs,
  why: `${why ?? "no result came"}; nobody knows how far it came`,
});

/** Runs a part of the script, and keeps how it went. What cannot even be begun is an outcome too. */
async function runPart(
  { parts, claim, action, executor, approver, left, signal }: Run,
  part: ScriptPart,
): Promise<ScriptOutcome> {
  const { now, execution, log } = parts;
  const startedAtMs = now();
  const outcome = await executor
    .run({
      executionId: claim.current.id,
      part,
      script: action.script,
      scriptSha256: action.scriptSha256,
      fixedPart: FIXED_PART,
      expectations: claim.current.pinned,
      approver,
      recorded: left.recorded,
      timeoutMs: execution.timeoutMs,
      // a rollback that has begun is not stopped by hand
      signal: part === "rollback" ? claim.lost : AbortSignal.any([signal, claim.lost]),
    })
    .catch((error: unknown): ScriptOutcome => {
      log.error({ actionId: action.id, part }, `the executor failed: ${messageOf(error)}`);
      const changed = part === "apply" ? false : null;
      return { ...NOTHING, changed, why: messageOf(error) };
    });
  if (claim.lost.aborted) throw claim.lost.reason;
  left.recorded = outcome.recorded ?? left.recorded;
  const { ended, exitCode, output, outputBytes, why } = outcome;
  const kept = output === "" && why !== null ? why : keptOutput(parts.mask(output));
  await claim.move({
    runs: [...claim.current.runs, { part, startedAtMs, endedAtMs: now(), ended, exitCode, output: kept, outputBytes }],
    changed: part === "apply" ? outcome.changed : claim.current.changed,
  });
  return outcome;
}

const NOTHING = { ended: "not_started", exitCode: null, output: "", outputBytes: 0, recorded: null } as const;

/** The end of an output. A line that the cut left without its beginning goes too: it may be half of a secret. */
export function keptOutput(output: string): string {
  if (output.length <= KEPT_OUTPUT) return output;
  const end = output.slice(-KEPT_OUTPUT);
  return `…${end.slice(Math.max(0, end.indexOf("\n")))}`.toWellFormed();
}

/** Asks until the symptom is gone, is worse, or the time is over. A source that is down is asked again. */
async function watchSymptom({ parts, claim, symptom, signal }: Run, sinceMs: number): Promise<SymptomReading> {
  const { now, execution } = parts;
  const endMs = sinceMs + execution.verifyMs;
  let worse = 0;
  for (;;) {
    const { reading, mayChange } = await symptom.read(sinceMs, claim.lost);
    if (claim.lost.aborted) throw claim.lost.reason;
    worse = reading.state === "worse" ? worse + 1 : 0;
    const isSettled = reading.state === "gone" || worse >= MAX_WORSE || !mayChange;
    if (isSettled || now() >= endMs || signal.aborted) return reading;
    const pauseMs = Math.min(execution.pauseMs ?? PAUSE_MS, Math.max(0, endMs - now()));
    const both = AbortSignal.any([signal, claim.lost]);
    await sleep(pauseMs, undefined, { signal: both }).catch(() => undefined); // the next turn sees why
  }
}
