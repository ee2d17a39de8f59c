import { type Command, Option } from "commander";
import { type Done, EXIT } from "../exit-codes.ts";
import { type Io, print } from "../io.ts";
import { whoami } from "../whoami.ts";
import { withCauseway } from "../with-causeway.ts";
import { collect } from "./analyze.ts";
import { type AskFlags, planFrom, showAnswer, withAskFlags } from "./logs/ask.ts";

export function defineAsk(ask: Command, io: Io, done: Done): void {
  withAskFlags(ask.argument("<analysis-id>"))
    .argument("[question]", 'a question, such as "could it be the cache?", or a plan; see docs/model.md')
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .addOption(new Option("--by <name>", "name of the person who asks (default: the current user)"))
    .action((analysisId: string, question: string | undefined, flags: AskFlags & { data?: string[]; by?: string }) =>
      withCauseway(
        io,
        { data: flags.data, llm: flags.llm },
        async (causeway, config) => {
          const { answer } = await causeway.ask(analysisId, {
            question: question ?? null,
            plan: flags.plan === undefined ? null : await planFrom(flags.plan),
            by: flags.by ?? whoami(),
            via: "cli",
            isOwner: true,
            isExplained: flags.explain === true,
            signal: io.signal,
          });
          await showAnswer(answer, flags, io, config.color);
          done(answer.refusal === null ? EXIT.ok : EXIT.failed);
        },
        { traced: true },
      ),
    );
}

/** Prints the questions about an analysis, with their answers. */
export async function showConversation(analysisId: string, { json }: { json?: boolean }, io: Io): Promise<void> {
  await withCauseway(io, {}, async (causeway, config) => {
    const conversation = await causeway.conversation(analysisId);
    if (json === true) return print(io, JSON.stringify(conversation, null, 2));
    const [{ renderConversation }, { layoutFor }] = await Promise.all([
      import("../../render/ask.ts"),
      import("../io.ts"),
    ]);
    print(io, renderConversation(conversation, layoutFor(io, config.color)));
  });
}
