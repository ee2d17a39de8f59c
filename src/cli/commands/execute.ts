import { type Command, InvalidArgumentError } from "commander";
import type { Causeway } from "../../app/causeway.ts";
import { executionJson } from "../../render/execution-json.ts";
import type { Execution } from "../../domain/execution.ts";
import { isoTime } from "../../domain/time.ts";
import { type Done, EXIT } from "../exit-codes.ts";
import { type Io, print, tell } from "../io.ts";
import { whoami } from "../whoami.ts";
import { withCauseway } from "../with-causeway.ts";
import { wholeNumber } from "../whole-number.ts";

function collectExpected(text: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([a-z]+)=([A-Za-z0-9._-]+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Write NAME=VALUE, as revision=41.");
  return { ...earlier, [name]: value };
}

/** `execute`: runs an approved action once, and tells each state. */
export function defineExecute(execute: Command, io: Io, done: Done): void {
  execute
    .argument("<action-id>")
    .option(
      "--expect <name=value>",
      "a value that the cluster must show now, such as revision=41; repeatable",
      collectExpected,
    )
    .option("--json", "print JSON")
    .action((actionId: string, { expect, json }: { expect?: Record<string, string>; json?: boolean }) =>
      withCauseway(io, {}, async (causeway) => {
        const name = whoami();
        const { ended } = await causeway.execute({
          actionId,
          by: { surface: "cli", id: name, name },
          expected: expect,
          onState: stateTeller(io),
          signal: io.signal,
        });
        await showExecution(causeway, await ended, io, { json: json === true, withOutput: false });
        if ((await ended).state !== "succeeded") done(EXIT.failed);
      }),
    );
}

/** Tells each new state on stderr, once. */
export function stateTeller(io: Io): (execution: Execution) => void {
  let last = "";
  return ({ state, id }) => {
    if (state !== last) tell(io, `${isoTime(io.now())} ${id} ${state.replaceAll("_", " ")}`);
    last = state;
  };
}

export async function showExecution(
  causeway: Pick<Causeway, "getAnalysis">,
  execution: Execution,
  io: Io,
  { json, withOutput }: { json: boolean; withOutput: boolean },
): Promise<void> {
  if (json) return print(io, JSON.stringify(executionJson(execution), null, 2));
  const { renderExecution } = await import("../../render/execution.ts");
  const { actions } = await causeway.getAnalysis(execution.analysisId);
  const verify = actions.find(({ action: { id } }) => id === execution.actionId)?.action.verify ?? "";
  print(io, renderExecution(execution, { verify, withOutput }));
}

/** `executions list|show`: what was executed, and how it ended. */
export function defineExecutions(executions: Command, io: Io, done: Done): void {
  executions
    .command("list", { isDefault: true })
    .description("list executions, newest first")
    .option("--analysis <id>", "of this analysis only")
    .option("--limit <n>", "how many", wholeNumber(1, 10_000), 20)
    .option("--json", "print JSON")
    .action(({ analysis, limit, json }: { analysis?: string; limit: number; json?: boolean }) =>
      withCauseway(io, {}, async (causeway) => {
        const found = await causeway.listExecutions({ limit, analysisId: analysis });
        const { renderExecutions } = await import("../../render/execution.ts");
        print(io, json === true ? JSON.stringify(found.map(executionJson), null, 2) : renderExecutions(found));
      }),
    );
  executions
    .command("show")
    .argument("<action-id>")
    .description("show the execution of an action, with what it printed and what to look at")
    .option("--json", "print JSON")
    .action((actionId: string, { json }: { json?: boolean }) =>
      withCauseway(io, {}, async (causeway) => {
        const execution = await causeway.getExecution(actionId);
        await showExecution(causeway, execution, io, { json: json === true, withOutput: true });
        done(EXIT.ok);
      }),
    );
}
