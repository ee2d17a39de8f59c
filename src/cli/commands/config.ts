import type { Command } from "commander";
import { type Io, print } from "../io.ts";

export function defineConfig(config: Command, io: Io): void {
  config.option("--json", "print JSON").action(async ({ json }: { json?: boolean }) => {
    const [{ loadConfig, masked }, { stringify }] = await Promise.all([import("../../config.ts"), import("yaml")]);
    const settings = masked(loadConfig({}, io.env));
    print(io, json ? JSON.stringify(settings, null, 2) : stringify(settings));
  });
}
