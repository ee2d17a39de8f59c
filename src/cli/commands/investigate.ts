import type { Command } from "commander";
import type { Investigation } from "../../app/investigate.ts";
import { type AnalyseFlags } from "../analyse-and-show.ts";
import { type Done, EXIT, exitCodeOf, type ExitCode } from "../exit-codes.ts";
import { type Io, layoutFor, print } from "../io.ts";
import { renderedReport, writeOut } from "../output.ts";
import { progressLine } from "../progress.ts";
import { wholeNumber } from "../whole-number.ts";
import { collect, withAnalyseFlags } from "./analyze.ts";

type Flags = AnalyseFlags & {
  alertmanager?: string;
  prometheus?: string;
  filter?: string[];
  limit: number;
  anew?: boolean;
  llm: boolean;
};

const DEFAULT_LIMIT = 5;

export function defineInvestigate(investigate: Command, io: Io, done: Done): void {
  withAnalyseFlags(investigate)
    .option("--alertmanager <url>", "pull from this Alertmanager only; else from all that are configured")
    .option("--prometheus <url>", "take what the rules of this Prometheus found, where there is no Alertmanager")
    .option("--filter <matcher>", 'only alerts that match, such as severity="critical"; repeatable', collect)
    .option(
      "--limit <n>",
      "analyze at most so many incidents, the most severe first",
      wholeNumber(1, 100),
      DEFAULT_LIMIT,
    )
    .option("--anew", "analyze an incident also if it was analyzed within the last half hour")
    .action(async (flags: Flags) => {
      const [{ loadConfig }, { createLog }, { openInvestigation }] = await Promise.all([
        import("../../config.ts"),
        import("../../compose/log.ts"),
        import("../../compose/open-investigation.ts"),
      ]);
      const { alertmanager, prometheus } = flags;
      const address = alertmanager ?? prometheus;
      const env = {
        ...io.env,
        ...(alertmanager === undefined ? {} : { ALERTMANAGER_URL: alertmanager }),
        ...(prometheus === undefined ? {} : { PROMETHEUS_URL: prometheus }),
      };
      const config = loadConfig({ llm: flags.llm }, env);
      const log = createLog(config, io.stderr);
      const investigator = await openInvestigation(config, { log, now: io.now, address });
      const progress = progressLine(io, flags.quiet);
      progress.say("reading alerts");
      try {
        const found = await investigator
          .investigate({
            filters: flags.filter ?? [],
            limit: flags.limit,
            isAnew: flags.anew === true,
            signal: io.signal,
            onStep: (incidentId, node) => progress.say(`${incidentId}: ${node}`),
          })
          .finally(progress.end);
        await show(found, flags, io, config.color);
        done(flags.exitCode === true ? exitCodeFor(found) : EXIT.ok);
      } finally {
        await investigator.close();
      }
    });
}

async function show(found: Investigation, flags: Flags, io: Io, color: boolean): Promise<void> {
  const isJson = flags.json === true || flags.format === "json";
  const text = isJson ? `${JSON.stringify(asJson(found), null, 2)}\n` : await asText(found, flags, io, color);
  if (flags.out === undefined) print(io, text);
  else await writeOut(flags.out, text, "Run the command again: it shows the same reports for half an hour.");
}

async function asText(found: Investigation, flags: Flags, io: Io, color: boolean): Promise<string> {
  const { renderInvestigation } = await import("../../render/investigation.ts");
  const summary = renderInvestigation(found, layoutFor(io, color && flags.out === undefined));
  const reports = await Promise.all(
    found.investigated.map(({ report }) => renderedReport(report, flags, io, color, undefined)),
  );
  return [summary, ...reports].join("\n");
}

/** For programs: snake case. */
const asJson = ({ pulled, investigated, notInvestigated, notRead }: Investigation) => ({
  schema_version: "causeway.investigation/1",
  pulled: pulled.map(({ leftOut, ...counts }) => ({ ...counts, left_out: leftOut })),
  investigated: investigated.map(({ incident, joined, report }) => ({ incident_id: incident.id, joined, report })),
  not_investigated: notInvestigated.map(({ incident: { id, title }, why }) => ({ incident_id: id, title, why })),
  not_read: notRead,
});

/** The exit code of the most urgent report. */
function exitCodeFor({ investigated }: Investigation): ExitCode {
  const codes = investigated.map(({ report, status }) => exitCodeOf(report, status));
  const urgent = [EXIT.approvalPending, EXIT.incident, EXIT.inconclusive];
  return urgent.find((code) => codes.includes(code)) ?? EXIT.ok;
}
