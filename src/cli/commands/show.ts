import { type Command, Option } from "commander";
import { reportOf } from "../../app/report-of.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Report } from "../../domain/report.ts";
import { PLAN_FORMS, type PlanForm, renderPlan } from "../../render/plan-forms.ts";
import { type Done, EXIT, exitCodeOf } from "../exit-codes.ts";
import { type Io, print } from "../io.ts";
import { type OutputFlags, showReport, withOutputFlags } from "../output.ts";
import { withCauseway } from "../with-causeway.ts";

const STATUS = {
  queued: "is waiting for a worker",
  running: "is not finished. If it no longer runs, resume it with `causeway analyze --resume` and its id",
  waiting_for_review: "is waiting for review",
  failed: "failed",
} as const;

type ShowFlags = OutputFlags & { exitCode?: boolean; conversation?: boolean; plan?: PlanForm };

export function defineShow(show: Command, io: Io, done: Done): void {
  withOutputFlags(show.argument("<analysis-id>"))
    .addOption(new Option("--plan <form>", "print only the plan, in this form").choices(PLAN_FORMS))
    .option("--exit-code", "exit like `analyze --exit-code`")
    .option("--conversation", "show the questions about the analysis, with their answers")
    .action(async (analysisId: string, flags: ShowFlags) => {
      if (flags.conversation === true) {
        const { showConversation } = await import("./ask.ts");
        return showConversation(analysisId, { json: flags.json === true || flags.format === "json" }, io);
      }
      await withCauseway(io, {}, async (causeway, config) => {
        const analysis = await causeway.getAnalysis(analysisId);
        const report = reportOf(analysis);
        if (flags.plan !== undefined) return showPlan(report, flags.plan, io);
        await showReport(report, flags, io, config, {
          executions: await causeway.listExecutions({ limit: 100, analysisId }),
          decisions: analysis.actions.flatMap(({ decision }) => decision ?? []),
          nowMs: io.now(),
        });
        if (analysis.status !== "done" && flags.json !== true && flags.format === "text" && flags.out === undefined)
          print(io, `Analysis ${analysis.id} ${STATUS[analysis.status]}.`);
        done(flags.exitCode === true ? exitCodeOf(report, analysis.status) : EXIT.ok);
      });
    });
}

/** @throws {IncidentError} NOT_FOUND if the plan has nothing of that form. */
function showPlan(report: Report, form: PlanForm, io: Io): void {
  const text = renderPlan(report, form);
  if (text === null)
    throw new IncidentError("NOT_FOUND", `the plan of ${report.analysis_id} has nothing to show as ${form}`, {
      hint: `\`causeway show ${report.analysis_id}\` shows the whole report.`,
      cause: null,
    });
  print(io, text);
}
