import { resolve } from "node:path";
import type { Command } from "commander";
import { type Io, print, tell } from "../io.ts";

/** `backup`: copies the SQLite files of the home folder, also of a running service. */
export function defineBackup(backup: Command, io: Io): void {
  backup.argument("<folder>", "a new folder for the copies").action(async (folder: string) => {
    const [{ backupHome }, { loadConfig }] = await Promise.all([
      import("../../compose/backup.ts"),
      import("../../config.ts"),
    ]);
    const config = loadConfig({}, io.env);
    const copied = await backupHome(config, resolve(folder));
    print(
      io,
      copied.length === 0 ? `${config.home} holds nothing to copy` : `${resolve(folder)}: ${copied.join(", ")}`,
    );
    if (config.service.databaseUrl !== null)
      tell(io, "The analyses are in Postgres: back them up with pg_dump (docs/retention.md).");
    if (config.qdrant !== null) tell(io, "The memory is in Qdrant: `causeway memory snapshot` backs it up.");
  });
}
