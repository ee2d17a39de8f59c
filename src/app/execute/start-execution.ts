import type { Action } from "../../domain/action.ts";
import { bindingOf, bindingSha256 } from "../../domain/approval.ts";
import { refusalEntry } from "../../domain/audit-entries.ts";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { type Execution, isOpen, type RunRefusal } from "../../domain/execution.ts";
import type { Executor } from "../../domain/executor.ts";
import { isoTime } from "../../domain/time.ts";
import { FIXED_PART } from "../../remediation/fixed-part.ts";
import { oneLine } from "../../remediation/one-line.ts";
import { newExecutionId } from "../new-ids.ts";
import { holdClaim, leaseEnd, LostExecution } from "./claim.ts";
import { mayRun } from "./may-run.ts";
import type { ExecuteRequest, ExecutionParts, StartedExecution } from "./parts.ts";
import { conditionsSeen } from "./read-conditions.ts";
import { runClaimed } from "./run-claimed.ts";
import { settleLeft } from "./settle-left.ts";
import { symptomReader } from "./symptom-now.ts";

/** How long the symptom may take to be read before the change, milliseconds. It is for comparison alone. */
const BEFORE_MS = 30_000;

const HINTS: Readonly<Record<RunRefusal, string>> = {
  not_approved: "Nothing was run. Read its script, and approve it with `causeway approve`.",
  changed: "Nothing was run. Somebody changed the record. `causeway audit verify` checks the log.",
  expired: "Nothing was run. Analyze the incident again, and approve the new action.",
  authority: "Nothing was run. `causeway policy check` explains what the policy demands now.",
  wrong_context: "Nothing was run. Compare CAUSEWAY_EXECUTOR_CONTEXT with the script.",
  precondition_drift: "Nothing was run. Analyze the incident again: the cluster is not as it was.",
};

const UNREAD =
  "Nothing was run: the script could not read the cluster. Correct what the message names, then execute it again. " +
  "A missing program belongs in CAUSEWAY_EXECUTOR_PROGRAMS.";
const UNKNOWN_NAME = "Nothing was run. Correct the name of the expected value, then execute it again.";

/**
 * Executes an approved action, once. Everything is checked and the cluster read before it is claimed; one worker gets
 * the claim, and checks the approval again. The rest goes on in the background of `ended`.
 *
 * @throws {IncidentError} REJECTED with one word if it may not run now, or was executed before; CONFIG without an
 *   executor; NOT_FOUND.
 */
export async function startExecution(parts: ExecutionParts, request: ExecuteRequest): Promise<StartedExecution> {
  const { store, now } = parts;
  const { actionId, by, expected = {}, onState = () => undefined, signal = new AbortController().signal } = request;
  const action = await store.getAction(actionId);
  const refused = (reason: string, why: string, hint: string) => refusal(parts, action, by.name, { reason, why, hint });
  const earlier = await store.getExecution(actionId);
  if (earlier !== null) throw await refused("executed_before", ...executedBefore(await settleLeft(parts, earlier)));
  const allowed = await mayRun(parts, action, null, null);
  if (!allowed.ok) throw await refused(allowed.reason, allowed.why, HINTS[allowed.reason]);
  const unknown = unknownName(action, expected);
  if (unknown !== null) throw await refused("precondition_drift", unknown, UNKNOWN_NAME);
  const executor = parts.openExecutor();
  if (executor === null) throw noExecutor(actionId);
  await executor.requireReady(signal);
  const { observed, trouble } = await readCluster(parts, action, executor, signal);
  const check = await mayRun(parts, action, executor, observed);
  if (trouble !== null && !check.ok && check.reason === "precondition_drift" && isUnread(action, observed))
    throw await refused(check.reason, `${check.why}; ${trouble}`, UNREAD);
  if (!check.ok) throw await refused(check.reason, check.why, HINTS[check.reason]);
  if (trouble !== null) throw await refused("precondition_drift", trouble, HINTS.precondition_drift);
  const pinned = pins(action, observed, expected);
  if (!pinned.ok) throw await refused("precondition_drift", pinned.why, HINTS.precondition_drift);
  const symptom = await symptomReader(parts, action);
  const { reading: before } = await symptom.read(
    now() - BEFORE_MS,
    AbortSignal.any([signal, AbortSignal.timeout(BEFORE_MS)]),
  );
  signal.throwIfAborted();
  const { claimed, execution } = await store.claimExecution({
    ...newExecution(parts, action, executor, by),
    pinned: pinned.values,
    symptom: { before, after: null, afterRollback: null },
  });
  if (!claimed) throw await refused("executed_before", ...executedBefore(execution));
  onState(execution);
  const claim = holdClaim(parts, execution, onState);
  const run = async (): Promise<Execution> => {
    try {
      const again = await mayRun(parts, action, executor, observed);
      if (!again.ok)
        return await claim.move({
          state: "failed",
          refusal: again.reason,
          why: `${again.why}; nothing was run`,
          endedAtMs: now(),
        });
      const approver = await approverOf(parts, action);
      const end = await runClaimed({
        parts,
        claim,
        action,
        executor,
        approver,
        symptom,
        left: { recorded: null },
        signal,
      });
      claim.release();
      await parts.onEnd(end);
      return end;
    } catch (error) {
      if (!(error instanceof LostExecution)) throw error;
      parts.log.error({ actionId, executionId: execution.id }, `the execution was lost: ${error.message}`);
      return (await store.getExecution(actionId)) ?? claim.current;
    } finally {
      claim.release();
    }
  };
  const ended = run();
  ended.catch((error: unknown) =>
    parts.log.error({ actionId, executionId: execution.id }, `the execution broke off: ${messageOf(error)}`),
  );
  return { execution, ended };
}

/** Who approved it, where the script notes that. Two people are joined by a slash. */
async function approverOf({ store }: ExecutionParts, action: Action): Promise<string | null> {
  if (!/^ {2}approver [A-Z]/m.test(action.script)) return null;
  const now = bindingSha256(bindingOf(action));
  const same = (await store.listApprovals(action.id)).filter(({ binding }) => bindingSha256(binding) === now);
  const words = same.map(({ approver: { name } }) =>
    name.replace(/[^A-Za-z0-9._:@-]+/g, "_").replace(/^[^A-Za-z0-9]+/, ""),
  );
  return (
    words
      .filter((word) => word !== "")
      .join("/")
      .slice(0, 200) || "somebody"
  );
}

function newExecution(
  parts: ExecutionParts,
  action: Action,
  { kind, context }: Executor,
  by: Execution["by"],
): Execution {
  const { id: actionId, analysisId, incidentId, title, reversible, scriptSha256 } = action;
  return {
    id: newExecutionId(),
    actionId,
    analysisId,
    incidentId,
    title,
    state: "claimed",
    by,
    executor: { kind, context },
    scriptSha256,
    bindingSha256: bindingSha256(bindingOf(action)),
    owner: parts.owners.newOwner(),
    leaseUntilMs: leaseEnd(parts),
    startedAtMs: parts.now(),
    endedAtMs: null,
    changed: false,
    reversible,
    pinned: {},
    runs: [],
    symptom: { before: null, after: null, afterRollback: null },
    refusal: null,
    why: null,
    folder: null,
  };
}

/**
 * Runs the approved script in its read-only mode. `trouble`: what stopped it; null if it ran to its end.
 *
 * @throws {IncidentError} if it cannot be run at all.
 */
async function readCluster(parts: ExecutionParts, action: Action, executor: Executor, signal: AbortSignal) {
  const outcome = await executor.run({
    executionId: newExecutionId(),
    part: "check",
    script: action.script,
    scriptSha256: action.scriptSha256,
    fixedPart: FIXED_PART,
    expectations: {},
    recorded: null,
    timeoutMs: parts.execution.timeoutMs,
    signal,
  });
  signal.throwIfAborted();
  const isFine = outcome.ended === "exited" && outcome.exitCode === 0;
  const last = parts.mask(outcome.output).trim().split("\n").slice(-3).join(" ").slice(-400);
  return {
    observed: conditionsSeen(action, outcome),
    trouble: isFine ? null : `its test without changes fails: ${last === "" ? (outcome.why ?? outcome.ended) : last}`,
  };
}

/** Whether what was read is as approved, and the rest could not be read: so nobody knows that something changed. */
const isUnread = ({ preconditions }: Action, observed: Readonly<Record<string, string>>): boolean =>
  preconditions.some(({ name }) => observed[name] === undefined) &&
  preconditions.every(({ name, expected }) => expected === null || [undefined, expected].includes(observed[name]));

/** A person who expects a value that is never compared believes in a guard that is not there. */
function unknownName({ preconditions }: Action, expected: Readonly<Record<string, string>>): string | null {
  const names = preconditions.map(({ name }) => name);
  const unknown = Object.keys(expected).find((name) => !names.includes(name));
  if (unknown === undefined) return null;
  return `the script reads no value "${oneLine(unknown, 40)}"; it reads ${names.join(" and ") || "none"}`;
}

/** Values for what nobody had looked at: the person's own, which must be true now, else those that were just read. */
function pins(
  { preconditions }: Action,
  observed: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): { ok: true; values: Record<string, string> } | { ok: false; why: string } {
  const values: Record<string, string> = {};
  for (const { name, expected: approved } of preconditions) {
    const now = observed[name];
    const wanted = expected[name] ?? approved ?? now;
    if (now === undefined || wanted !== now)
      return { ok: false, why: `${name} is now ${now ?? "not readable"}; expected is ${wanted ?? "a value"}` };
    if (approved === null) values[name] = now;
  }
  return { ok: true, values };
}

function executedBefore({ state, id, startedAtMs, by, why, actionId }: Execution): [why: string, hint: string] {
  const when = `it was started by ${by.name} at ${isoTime(startedAtMs)} (${id})`;
  if (state === "unknown")
    return [
      `${when}, and ${why ?? "nobody knows how far it came"}`,
      `It is never repeated. \`causeway executions show ${actionId}\` says what to look at.`,
    ];
  return [
    `${when}, and ${isOpen({ state }) ? `is ${state.replace("_", " ")}` : `ended: ${state.replace("_", " ")}`}`,
    `An action is executed once. \`causeway executions show ${actionId}\` shows it; analyze the incident again for another.`,
  ];
}

const noExecutor = (actionId: string): IncidentError =>
  new IncidentError("CONFIG", `${actionId} cannot be executed: no executor is configured`, {
    hint: "Set CAUSEWAY_EXECUTOR (docs/remediation.md, Execution), or run the exported script by hand.",
  });

/** Records that an execution was refused. A log that cannot be written hides no refusal. */
async function refusal(
  { store, log, now }: ExecutionParts,
  action: Action,
  actor: string,
  { reason, why, hint }: { reason: string; why: string; hint: string },
): Promise<IncidentError> {
  const kind = reason === "expired" ? "expiry" : "refusal";
  const entry = { kind, actor, atMs: now(), reason, why: `execution refused: ${why}` } as const;
  await store
    .recordAudit([refusalEntry(action, entry)])
    .catch((failure: unknown) =>
      log.error({ actionId: action.id, reason }, `the audit log did not take a refusal: ${messageOf(failure)}`),
    );
  return new IncidentError("REJECTED", `${action.id} cannot be executed (${reason}): ${why}`, { hint });
}
