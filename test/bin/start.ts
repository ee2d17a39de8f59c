import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Builds the program once for the run, so that tests that start it do not each build it. */
export function setup(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../bin/build.js")]);
}
