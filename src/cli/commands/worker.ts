import type { Command } from "commander";
import { type Io, tell } from "../io.ts";
import { untilTold } from "../until-told.ts";
import { wholeNumber } from "../whole-number.ts";
import { collect } from "./analyze.ts";

type WorkerFlags = { data?: string[]; workers?: number; llm: boolean };

export function defineWorker(worker: Command, io: Io): void {
  worker
    .option("--data <dir>", "a folder of incidents, as `serve` has it; may be given more than once", collect)
    .option("--workers <number>", "analyses at a time", wholeNumber(1, 64))
    .option("--no-llm", "never ask a model")
    .action(async (flags: WorkerFlags) => {
      const [{ createLog }, { openService }, { startTracing }, { loadConfig }] = await Promise.all([
        import("../../compose/log.ts"),
        import("../../compose/open-service.ts"),
        import("../../compose/tracing.ts"),
        import("../../config.ts"),
      ]);
      const config = loadConfig(flags, io.env);
      const stopTracing = await startTracing(config);
      const service = await openService(config, {
        log: createLog(config, io.stderr),
        now: io.now,
        workers: config.service.workers,
      });
      tell(io, `A worker of Causeway, analyses: ${config.service.workers} at a time. Ctrl-C ends it.`);
      await untilTold(io);
      tell(io, "Ending: running steps come to their end first; another worker goes on from there.");
      await service.drain();
      await stopTracing();
    });
}
