import type { Command } from "commander";
import { createLog } from "../../compose/log.ts";
import { openService } from "../../compose/open-service.ts";
import { startTracing } from "../../connectors/opentelemetry/tracing.ts";
import { loadConfig } from "../../config.ts";
import { type Io, tell } from "../io.ts";
import { untilTold } from "../until-told.ts";
import { wholeNumber } from "../whole-number.ts";
import { collect } from "./analyze.ts";

type WorkerFlags = { data?: string[]; workers?: number; llm: boolean };

export function addWorkerCommand(program: Command, io: Io): void {
  program
    .command("worker")
    .description("analyse what waits in the queue; any number of them may run on one Postgres (DATABASE_URL)")
    .option("--data <dir>", "a folder of incidents, as `serve` has it; may be given more than once", collect)
    .option("--workers <number>", "analyses at a time", wholeNumber(1, 64))
    .option("--no-llm", "never ask a model")
    .action(async (flags: WorkerFlags) => {
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
