import type { Command } from "commander";
import { type Io, layoutFor, print } from "../io.ts";

type Flags = { topology?: string; entry?: string; owners?: string; json?: boolean };

export function defineTriage(triage: Command, io: Io): void {
  triage
    .argument("<file>")
    .option("--topology <file>", "call graph, like topology.json of a scenario")
    .option("--entry <entity>", "the service where requests enter the system")
    .option("--owners <file>", "owners of entities, in YAML: `orders-*: checkout-team`")
    .option("--json", "print JSON")
    .action(async (file: string, { topology, entry, owners, json }: Flags) => {
      const [{ loadConfig }, { triageAlerts }, { renderTriage }] = await Promise.all([
        import("../../config.ts"),
        import("../../compose/triage.ts"),
        import("../../render/triage.ts"),
      ]);
      const config = loadConfig({ owners }, io.env);
      const report = await triageAlerts(config, file, { topology, entry, signal: io.signal, nowMs: io.now() });
      print(io, json === true ? JSON.stringify(report, null, 2) : renderTriage(report, layoutFor(io, config.color)));
    });
}
