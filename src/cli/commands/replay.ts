import type { Command } from "commander";
import { recordedScenario } from "../../compose/recorded.ts";
import { type AnalyseFlags, analyseAndShow } from "../analyse-and-show.ts";
import type { Io } from "../io.ts";
import type { Done } from "../exit-codes.ts";
import { withVerbs } from "../with-verbs.ts";
import { withAnalyseFlags } from "./analyze.ts";

export function addReplayCommand(program: Command, io: Io, done: Done): void {
  withAnalyseFlags(program.command("replay").argument("<scenario-dir>"))
    .description("analyse one recorded scenario, wherever its folder lies")
    .action(async (dir: string, flags: AnalyseFlags & { llm: boolean }) => {
      const { incidents, incidentId } = await recordedScenario(dir);
      done(
        await withVerbs(
          io,
          { llm: flags.llm },
          (verbs, config) => analyseAndShow(verbs, config, incidentId, flags, io),
          { incidents },
        ),
      );
    });
}
