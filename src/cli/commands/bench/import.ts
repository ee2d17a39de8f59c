import { Argument, type Command } from "commander";
import { programVersion } from "../../../app/version.ts";
import { printImport } from "../../../bench/import/print-import.ts";
import { IMPORTERS } from "../../../bench/import/registry.ts";
import { runImport } from "../../../bench/import/run-import.ts";
import type { Importer } from "../../../bench/import/importer.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";

type Flags = { force?: boolean; only?: string; entry?: string; registry?: string; quiet?: boolean };

export function addImportCommand(bench: Command, io: Io): void {
  const kinds = new Argument("<kind>", "the public layout").choices(IMPORTERS.map(({ kind }) => kind));
  bench
    .command("import")
    .description("turn a public benchmark that you downloaded into a suite for `bench run`, with its provenance")
    .addArgument(kinds)
    .argument("<from>", "folder of the benchmark, as its authors publish it")
    .argument("<to>", "new folder for the suite")
    .option("--force", "replace the suite that is there")
    .option("--only <text>", "only the parts whose path in the source holds this text")
    .option("--entry <service>", "the service where requests enter, if the layout does not say it")
    .option("--registry <file>", "aiopslab: the registry of problems with their answers, as JSON")
    .option("--quiet", "show no progress")
    .action(async (kind: string, from: string, to: string, flags: Flags) => {
      const importer = IMPORTERS.find((one) => one.kind === kind) as Importer;
      const progress = progressLine(io, flags.quiet);
      const { provenance, resumed } = await runImport({
        importer,
        from,
        to,
        force: flags.force === true,
        options: { only: flags.only ?? null, entry: flags.entry ?? null, registry: flags.registry ?? null },
        version: programVersion(),
        onUnit: (ready, total) => progress.say(`${kind} ${ready}/${total}`),
        signal: io.signal,
      }).finally(progress.end);
      print(io, printImport(provenance, to, resumed));
    });
}
