import { readFile, stat } from "node:fs/promises";
import type { Command } from "commander";
import { answerPlan, type AskSession } from "../../../ask/ask-session.ts";
import { looksLikePlan, readPlan } from "../../../ask/read-plan.ts";
import { openLogTool } from "../../../compose/log-tool.ts";
import { type AskAnswer, emptyAnswer } from "../../../domain/ask-answer.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { parseLogQuery } from "../../../logtool/log-query.ts";
import { type Io, layoutFor, print, tell } from "../../io.ts";
import { withTracing } from "../../with-tracing.ts";
import { problemReporter } from "./report-problems.ts";

export type AskFlags = { plan?: string; explain?: boolean; json?: boolean; llm?: boolean };

/** A plan as it was typed, or from the file that has it. @throws {IncidentError} BAD_INPUT */
export async function planFrom(text: string): Promise<ReturnType<typeof readPlan>> {
  const isPath = !looksLikePlan(text) && (await isThere(text));
  return readPlan(isPath ? await readFile(text, "utf8") : text);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

export const SEE_PLANS = "docs/logs.md describes plans.";

/** Adds what all commands that ask have. */
export const withAskFlags = (command: Command): Command =>
  command
    .option("--plan <plan>", "the plan to run, as JSON or in its short form, or a file with it")
    .option("--explain", "print the plan and run nothing")
    .option("--no-llm", "do not use a model, even if one is configured")
    .option("--json", "print JSON");

type Done = (code: 0 | 1) => void;

export function addAsk(logs: Command, io: Io, done: Done): void {
  withAskFlags(logs.command("ask"))
    .description(
      "answer a question about log files: a plan selects, groups, counts and compares lines, and code runs it",
    )
    .argument(
      "<args...>",
      'log files, or - for standard input, and a question: "which user agent has the most errors?"; with --plan, only files',
    )
    .addHelpText(
      "after",
      `
The question may be a plan itself: 'logs where level >= error | count by template'.
An older form also works: a query as JSON, then files:
{"where":{"severity":"error"},"groupBy":"template"}`,
    )
    .action(async (args: string[], flags: AskFlags) => {
      if (isOlderQuery(args[0]) && flags.plan === undefined) return answerOlderQuery(args, io);
      const { files, question } = await splitArguments(args, flags.plan);
      const answer = await openLogTool().withSession(files, (session) => answerOf(session, question, flags, io), {
        signal: io.signal,
        onProblem: problemReporter(io),
      });
      await showAnswer(answer, flags, io, io.env.NO_COLOR === undefined);
      done(answer.refusal === null ? 0 : 1);
    });
}

/**
 * The last argument is the question, unless a flag has the plan; or the first, if it is no file and the last is one.
 */
async function splitArguments(
  args: readonly string[],
  plan: string | undefined,
): Promise<{ files: string[]; question: string | null }> {
  if (plan !== undefined) return { files: [...args], question: null };
  const [first = "", last = ""] = [args[0], args.at(-1)];
  if (args.length > 1 && !(await isFile(first)) && (await isFile(last)))
    return { files: args.slice(1), question: first };
  if (args.length > 1) return { files: args.slice(0, -1), question: last };
  throw new IncidentError("BAD_INPUT", "there is a question without files, or a file without a question", {
    hint: `Give the files first, then the question in quotes; or --plan with a plan. ${SEE_PLANS}`,
  });
}

const isFile = async (path: string): Promise<boolean> => path === "-" || (await isThere(path));

async function answerOf(session: AskSession, question: string | null, flags: AskFlags, io: Io): Promise<AskAnswer> {
  const isExplained = flags.explain === true;
  const typed = flags.plan ?? (question !== null && looksLikePlan(question) ? question : null);
  if (typed !== null) {
    const plan = flags.plan === undefined ? readPlan(typed) : await planFrom(typed);
    const answered = await answerPlan(session, plan, { isExplained });
    return { ...emptyAnswer(flags.plan === undefined ? null : question), planned_by: "person", ...answered };
  }
  const [{ askInEnglish }, { loadConfig }, { createLog }, { withAskModels }] = await Promise.all([
    import("../../../ask/ask-in-english.ts"),
    import("../../../config.ts"),
    import("../../../compose/log.ts"),
    import("../../../compose/ask-models.ts"),
  ]);
  const config = loadConfig({ llm: flags.llm }, io.env);
  return withTracing(config, () =>
    withAskModels(config, { log: createLog(config, io.stderr), now: io.now }, (models, routes) =>
      askInEnglish(session, question ?? "", { models, routes, isExplained, signal: io.signal }),
    ),
  );
}

export async function showAnswer(answer: AskAnswer, { json }: AskFlags, io: Io, color: boolean): Promise<void> {
  if (json === true) return print(io, JSON.stringify(answer, null, 2));
  const { renderAsk } = await import("../../../render/ask.ts");
  print(io, renderAsk(answer, layoutFor(io, color)));
}

/** A query of earlier versions begins with a brace, and does not say what it selects. */
const isOlderQuery = (text: string | undefined): boolean =>
  text !== undefined && text.trim().startsWith("{") && !/"select"\s*:/.test(text);

async function answerOlderQuery([query = "", ...files]: readonly string[], io: Io): Promise<void> {
  const rows = await openLogTool().ask(files, parseLogQuery(query), {
    signal: io.signal,
    onProblem: problemReporter(io),
  });
  for (const row of rows) print(io, JSON.stringify(row));
  if (rows.length === 0) tell(io, "no matching lines");
}
