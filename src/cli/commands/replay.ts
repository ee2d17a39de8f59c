import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { type AnalyseFlags, analyseAndShow } from "../analyse-and-show.ts";
import type { Io } from "../io.ts";
import type { Done } from "../exit-codes.ts";
import { withCauseway } from "../with-causeway.ts";
import { withAnalyseFlags } from "./analyze.ts";

export function defineReplay(replay: Command, io: Io, done: Done): void {
  withAnalyseFlags(replay.argument("<scenario-dir>")).action(
    async (dir: string, flags: AnalyseFlags & { llm: boolean }) => {
      const { recordedScenario } = await import("../../compose/recorded.ts");
      const { incidents, incidentId } = await recordedScenario(dir);
      done(
        await withCauseway(
          io,
          { llm: flags.llm },
          (causeway, config) =>
            analyseAndShow(causeway, config, incidentId, { ...flags, data: [dirname(resolve(dir))] }, io),
          { incidents, traced: true },
        ),
      );
    },
  );
}
