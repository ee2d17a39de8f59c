// Runs every bench whose table is in docs/benchmarks.md, and writes them: `npm run bench -- DIR...`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const PROGRAM = join(root, "bin/causeway.js");
/** The recordings in the repository, and the suites that the caller has. */
const suites = [join(root, "fixtures"), ...process.argv.slice(2)];
const [absent] = suites.filter((dir) => !existsSync(join(dir, "cases")));
if (absent !== undefined) {
  process.stderr.write(`${absent} holds no folder cases. Usage: npm run bench -- SUITE...  (see docs/your-data.md)\n`);
  process.exit(2);
}
if (suites.length === 1) process.stderr.write("No suite was given: only the recordings in fixtures/ are measured.\n");

const withSuites = ["--suite", ...suites];
const run = ["run", ...withSuites, "--no-llm", "--score", "--write"];
/** The quiet times of a suite are before its alarms and in its recordings without a fault; alert sets have none. */
const BENCHES: readonly (readonly string[])[] = [
  run,
  [...run, "--without", "each"],
  [...run, "--jitter", "0..90,60", "--seed", "1..5"],
  [...run, "--leave-out", "each"],
  [...run, "--task", "detection", "localization", "analysis", "mitigation"],
  ["quiet", ...withSuites, "--write"],
  ["refit", ...withSuites, "--out", join(root, "dist", "refit-calibration.json"), "--write"],
];

for (const bench of BENCHES) {
  process.stdout.write(`\n== causeway bench ${bench.join(" ")}\n`);
  const { status } = spawnSync(process.execPath, [PROGRAM, "bench", ...bench], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
