import type { Command } from "commander";
import type { Shown } from "../../compose/verbs.ts";
import { isoTime } from "../../domain/time.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { type Io, print } from "../io.ts";
import { type OutputFlags, showReport, withOutputFlags } from "../output.ts";
import type { Done } from "../run.ts";
import { withVerbs } from "../with-verbs.ts";

const STATUS = { running: "was not finished", waiting_for_review: "waits for review", done: "is done", failed: "failed" } as const;

const standing = ({ record, actions }: Shown): string =>
  [
    `Analysis ${record.id} ${STATUS[record.status]}.`,
    ...actions.map(({ action, decision }) => {
      const said = decision ? `${decision.decision} by ${decision.by} on ${isoTime(decision.atMs)}${decision.note === null ? "" : `: ${decision.note}`}` : "not decided";
      return `  ${action.id}  ${said}`;
    }),
  ].join("\n");

export function addShowCommand(program: Command, io: Io, done: Done): void {
  withOutputFlags(program.command("show").argument("<analysis-id>"))
    .description("show the report of an earlier analysis, and what was decided on it")
    .option("--exit-code", "exit as `analyze --exit-code` does")
    .action((analysisId: string, flags: OutputFlags & { exitCode?: boolean }) =>
      withVerbs(io, {}, async (verbs, config) => {
        const shown = await verbs.show(analysisId);
        await showReport(shown.report, flags, io, config);
        if (flags.json !== true && flags.format === "text" && flags.out === undefined) print(io, standing(shown));
        done(flags.exitCode === true ? exitCodeOf(shown.report, shown.record.status) : EXIT.ok);
      }),
    );
}
