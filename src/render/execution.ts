import type { Execution, ExecutionRun, ExecutionState, SymptomReading } from "../domain/execution.ts";
import { isoTime } from "../domain/time.ts";
import { minute } from "./labels.ts";
import { neutral } from "./neutral.ts";

/** The state in words: "rollback failed". */
export const stateLabel = (state: ExecutionState): string => state.replaceAll("_", " ");

/** The state, and whether anybody saw what it did: "succeeded, symptom not measured". */
export const endLabel = ({ state, symptom }: Pick<Execution, "state" | "symptom">): string =>
  state === "succeeded" && symptom.after?.state === "unmeasured"
    ? `${stateLabel(state)}, symptom not measured`
    : stateLabel(state);

/** "executed: rolled back on 2026-11-30 23:00 UTC". */
export const executionLabel = ({ state, symptom, endedAtMs, startedAtMs }: Execution): string =>
  `executed: ${endLabel({ state, symptom })} ${endedAtMs === null ? "since" : "on"} ${minute(endedAtMs ?? startedAtMs)}`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

const RUN_WORDS: Readonly<Record<ExecutionRun["ended"], string>> = {
  exited: "ended",
  timed_out: "took too long and was ended",
  stopped: "was stopped",
  not_started: "could not be started",
  lost: "gave no result",
};

function runLine({ part, ended, exitCode, startedAtMs, endedAtMs, outputBytes }: ExecutionRun): string {
  const how = ended === "exited" ? (exitCode === 0 ? "passed" : `failed with status ${exitCode}`) : RUN_WORDS[ended];
  return `  ${part.padEnd(9)} ${how}, ${seconds(endedAtMs - startedAtMs)}, ${outputBytes} bytes of output`;
}

const SYMPTOM_WORDS: Readonly<Record<SymptomReading["state"], string>> = {
  gone: "gone",
  not_gone: "still there",
  worse: "worse",
  unmeasured: "not measured",
};
const symptomLine = (when: string, reading: SymptomReading | null): string[] =>
  reading === null ? [] : [`  symptom ${when}: ${SYMPTOM_WORDS[reading.state]} (${neutral(reading.why, 300)})`];

/** One execution for the terminal, with what to look at if it did not go well. `withOutput`: what the script printed. */
export function renderExecution(
  execution: Execution,
  { verify, withOutput }: { verify: string; withOutput: boolean },
): string {
  const { actionId, id, title, by, executor, startedAtMs, endedAtMs, runs, symptom, pinned, why } = execution;
  const where = executor.context === null ? executor.kind : `${executor.kind}, context ${executor.context}`;
  const pins = Object.entries(pinned).map(([name, value]) => `${name} ${value}`);
  return [
    `${neutral(title, 160)} (${neutral(actionId, 200)}): ${endLabel(execution)}`,
    `  execution ${id}, by ${neutral(by.name, 80)} with ${where}, since ${isoTime(startedAtMs)}` +
      (endedAtMs === null ? "" : `, ${seconds(endedAtMs - startedAtMs)}`),
    ...(pins.length === 0 ? [] : [`  read right before the change: ${pins.join(", ")}`]),
    ...runs.flatMap((run) => [runLine(run), ...(withOutput ? outputOf(run) : [])]),
    ...symptomLine("before", symptom.before),
    ...symptomLine("after", symptom.after),
    ...symptomLine("after the rollback", symptom.afterRollback),
    ...(why === null ? [] : [`  ${neutral(why, 600)}`]),
    ...(withOutput || runs.every(({ ended, exitCode }) => ended === "exited" && exitCode === 0)
      ? []
      : [`  Its output: causeway executions show ${neutral(actionId, 200)}`]),
    ...whatToLookAt(execution, verify),
  ].join("\n");
}

const outputOf = ({ output }: ExecutionRun): string[] =>
  output.split("\n").map((line) => `    | ${neutral(line, 2_000)}`);

const NEEDS_A_LOOK: readonly ExecutionState[] = ["unknown", "rollback_failed", "failed"];

/** A command to copy names the cluster, so that it does not ask the one that happens to be current. */
const inContext = (command: string, context: string | null): string =>
  context === null || command.includes("--context")
    ? command
    : command.replace(/^kubectl /, () => `kubectl --context=${context} `);

/** What a person should look at, where Causeway left something behind or does not know. */
export function whatToLookAt({ state, changed, reversible, folder, executor }: Execution, verify: string): string[] {
  if (!NEEDS_A_LOOK.includes(state) || changed === false) return [];
  const context = executor.context === null ? "" : ` --context ${executor.context}`;
  const script = folder === null ? null : `${folder}/script.sh`;
  return [
    changed === null
      ? "  Nobody knows whether it changed something. It is never repeated."
      : "  It began to change something. It is never repeated.",
    "  Look at the workload:",
    ...verify.split("\n").map((line) => `    ${neutral(inContext(line, executor.context), 400)}`),
    ...(script === null
      ? [`  The ${executor.kind} job has its output and what it recorded.`]
      : [
          `  What it recorded (on the host that ran it): ${script}.state`,
          ...(reversible ? [`  To undo it there: bash ${script} rollback --apply${context}`] : []),
        ]),
    "  Then analyze the incident again for a new action.",
  ];
}

/** Executions as a table, newest first. */
export function renderExecutions(executions: readonly Execution[]): string {
  if (executions.length === 0) return "No action was executed.";
  const rows = executions.map(({ startedAtMs, actionId, state, symptom, by, title }) => [
    minute(startedAtMs),
    actionId,
    endLabel({ state, symptom }),
    neutral(by.name, 30),
    neutral(title, 60),
  ]);
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
