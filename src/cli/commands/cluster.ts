import type { Command } from "commander";
import { text } from "node:stream/consumers";
import { IncidentError } from "../../domain/errors.ts";
import { type Io, layoutFor, print } from "../io.ts";

type Flags = { file: string[]; json?: boolean };

export function defineCluster(cluster: Command, io: Io): void {
  cluster
    .requiredOption(
      "-f, --file <path...>",
      "pasted output of kubectl, JSON or YAML, a folder, or a support bundle (.tar.gz, .zip); - is standard input",
    )
    .option("--json", "print JSON")
    .action(async ({ file, json }: Flags) => {
      const [{ loadConfig }, { readClusterDumps }, { renderCluster }] = await Promise.all([
        import("../../config.ts"),
        import("../../compose/cluster.ts"),
        import("../../render/cluster.ts"),
      ]);
      const pasted = file.includes("-") ? await text(io.stdin()) : null;
      const paths = file.filter((path) => path !== "-");
      const reading = await readClusterDumps(paths, pasted, io.signal);
      const { color } = loadConfig({}, io.env);
      print(io, json === true ? JSON.stringify(reading, null, 2) : renderCluster(reading, layoutFor(io, color)));
      if (reading.counts.length === 0)
        throw new IncidentError("CONFIG", `nothing about a cluster was read from ${file.join(", ")}`, {
          hint: "Give output of kubectl with its headings, JSON or YAML of Kubernetes objects, or a support bundle: docs/cluster.md.",
          cause: null,
        });
    });
}
