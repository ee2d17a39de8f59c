import type { Command } from "commander";
import { renderPruning } from "../../render/pruning.ts";
import { type Io, print } from "../io.ts";

type PruneFlags = { yes?: boolean; dryRun?: boolean; full?: boolean; json?: boolean };

/** `prune`: deletes what is beyond the limits of `retention` in the configuration. */
export function definePrune(prune: Command, io: Io): void {
  prune
    .option("--yes", "delete; without it, nothing is deleted")
    .option("--dry-run", "only show what would be deleted, which is the default")
    .option("--full", "also rewrite the files, so that they shrink at once; stop the service first, because it waits")
    .option("--json", "print JSON")
    .action(async ({ yes = false, dryRun = false, full = false, json }: PruneFlags) => {
      if (yes && dryRun) return prune.error("error: choose --yes or --dry-run, not both");
      const [{ pruneStores }, { loadConfig }] = await Promise.all([
        import("../../compose/retention.ts"),
        import("../../config.ts"),
      ]);
      const config = loadConfig({}, io.env);
      const options = { dryRun: !yes, measure: true, full, signal: io.signal, now: io.now };
      const pruned = await pruneStores(config, options);
      const { beforeBytes, afterBytes, freeBytes } = pruned;
      print(
        io,
        json === true
          ? JSON.stringify({
              schema_version: "causeway.prune/1",
              dry_run: pruned.dryRun,
              pruned: pruned.kinds,
              before_bytes: beforeBytes,
              after_bytes: afterBytes,
              free_bytes: freeBytes,
            })
          : renderPruning(pruned),
      );
    });
}
