import type { Command } from "commander";
import { stringify } from "yaml";
import { loadConfig, masked } from "../../config.ts";
import { type Io, print } from "../io.ts";

export function addConfigCommand(program: Command, io: Io): void {
  program
    .command("config")
    .description(
      "show the settings as they come out of flags, environment, file and defaults; secrets are only said to be set",
    )
    .option("--json", "as JSON")
    .action(({ json }: { json?: boolean }) => {
      const settings = masked(loadConfig({}, io.env));
      print(io, json ? JSON.stringify(settings, null, 2) : stringify(settings));
    });
}
