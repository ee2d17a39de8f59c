import type { Command } from "commander";
import { type Done, EXIT } from "../exit-codes.ts";
import { type Io, print } from "../io.ts";

export function defineRecord(record: Command, io: Io, done: Done): void {
  record
    .argument("<incident-id>")
    .requiredOption("--out <dir>", "new folder for the recording")
    .option("--no-llm", "use no model")
    .action(async (incidentId: string, { out, llm }: { out: string; llm: boolean }) => {
      const [{ loadConfig }, { createLog }, { recordIncident }] = await Promise.all([
        import("../../config.ts"),
        import("../../compose/log.ts"),
        import("../../compose/record-incident.ts"),
      ]);
      const config = loadConfig({ llm }, io.env);
      const { report, files } = await recordIncident(config, incidentId, out, createLog(config, io.stderr));
      const [first] = report.hypotheses;
      print(io, `${out}: ${files.join(", ")}`);
      print(io, `${report.verdict}${first === undefined ? "" : `: ${first.entity}, ${first.category}`}`);
      print(io, `causeway replay ${out}`);
      done(EXIT.ok);
    });
}
