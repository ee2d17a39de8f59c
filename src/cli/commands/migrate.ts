import type { Command } from "commander";
import { type Io, print } from "../io.ts";

export function defineMigrate(migrate: Command, io: Io): void {
  migrate.action(async () => {
    const [{ loadConfig, masked }, { openStores }] = await Promise.all([
      import("../../config.ts"),
      import("../../compose/stores.ts"),
    ]);
    const config = loadConfig({}, io.env);
    const stores = await openStores(config);
    await stores.openQueue({ works: false });
    await stores.close();
    print(io, `${masked(config).service.databaseUrl ?? config.home} is up to date for this version.`);
  });
}
