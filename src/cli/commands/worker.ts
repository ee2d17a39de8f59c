import type { Command } from "commander";
import { type Io, tell } from "../io.ts";
import { untilStopped } from "../until-stopped.ts";
import { wholeNumber } from "../whole-number.ts";
import { collect } from "./analyze.ts";

type WorkerFlags = { data?: string[]; demo?: boolean; workers?: number; llm: boolean };

export function defineWorker(worker: Command, io: Io): void {
  worker
    .option("--data <dir>", "folder of recorded incidents, like in `serve`; repeatable", collect)
    .option("--demo", "know the recorded demo incidents too, like `serve --demo`")
    .option("--workers <number>", "analyses at a time", wholeNumber(1, 64))
    .option("--no-llm", "do not use a model, even if one is configured")
    .action(async (flags: WorkerFlags) => {
      const [{ createLog }, { openService }, { startTracing }, { loadConfig }, { messageOf }] = await Promise.all([
        import("../../compose/log.ts"),
        import("../../compose/open-service.ts"),
        import("../../compose/tracing.ts"),
        import("../../config.ts"),
        import("../../render/chat/message-of.ts"),
      ]);
      const config = loadConfig({ ...flags, demo: flags.demo ?? false }, io.env);
      const stopTracing = await startTracing(config);
      const service = await openService(config, {
        log: createLog(config, io.stderr),
        now: io.now,
        workers: config.service.workers,
        render: messageOf,
      });
      if (config.service.databaseUrl === null)
        tell(io, "DATABASE_URL is not set: this worker only sees the queue of its own home folder.");
      tell(io, `Causeway worker, analyses: ${config.service.workers} at a time. Press Ctrl-C to stop.`);
      await untilStopped(io);
      tell(io, "Stopping after the running steps. Another worker can continue.");
      await service.drain();
      await stopTracing();
    });
}
