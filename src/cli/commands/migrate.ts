import type { Command } from "commander";
import { openStores } from "../../compose/stores.ts";
import { loadConfig, masked } from "../../config.ts";
import { type Io, print } from "../io.ts";

export function addMigrateCommand(program: Command, io: Io): void {
  program
    .command("migrate")
    .description("bring the database forward to what this version needs; every start does so too")
    .action(async () => {
      const config = loadConfig({}, io.env);
      const stores = await openStores(config);
      await stores.openQueue({ works: false });
      await stores.close();
      print(io, `${masked(config).service.databaseUrl ?? config.home} is as this version needs it.`);
    });
}
