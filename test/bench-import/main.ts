// Time and memory of a large import: `npm run bench:import [-- GIGABYTES [FOLDER]]`.
// It makes a tree in the layout of RCAEval, imports it in a process of its own, and removes both.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTree } from "./make-tree.ts";

const LIMIT_MB = 500;
const gigabytes = Number(process.argv[2] ?? 2);
const folder = process.argv[3] ?? (await mkdtemp(join(tmpdir(), "causeway-import-")));
const [from, to] = [join(folder, "source"), join(folder, "suite")];
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

try {
  const bytes = await makeTree(from, gigabytes * 1024 ** 3);
  print(`made ${(bytes / 1024 ** 3).toFixed(2)} GB in the layout of RCAEval RE2`);
  const { seconds, cpuSeconds, peakMb } = await importing(from, to);
  print(
    `imported in ${seconds.toFixed(0)} s (${cpuSeconds.toFixed(0)} s of CPU), ` +
      `${(bytes / 1024 ** 2 / seconds).toFixed(0)} MB/s; peak ${peakMb.toFixed(0)} MB resident`,
  );
  if (peakMb > LIMIT_MB) {
    print(`more than the ${LIMIT_MB} MB that docs/importing.md promises`);
    process.exitCode = 1;
  }
} finally {
  await rm(from, { recursive: true, force: true });
  await rm(to, { recursive: true, force: true });
}

/** Runs the import in a process of its own, whose peak the system knows. */
async function importing(
  source: string,
  suite: string,
): Promise<{ seconds: number; cpuSeconds: number; peakMb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, "import-once.ts"), source, suite], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the import ended with status ${String(code)}`);
  const [kilobytes, cpuMicros] = text.split(" ").map(Number);
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (cpuMicros ?? 0) / 1e6,
    peakMb: (kilobytes ?? 0) / 1024,
  };
}
