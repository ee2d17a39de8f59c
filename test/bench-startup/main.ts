// How long the program takes to start, as a ratio to bare Node in the same run: `npm run bench:startup`.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROUNDS = 7;
const PROGRAM = join(import.meta.dirname, "../../bin/causeway.js");
/** Node versions to measure with. Default: the `node` on the path. */
const NODES = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];

const dir = mkdtempSync(join(tmpdir(), "causeway-startup-"));
const env = { PATH: process.env.PATH, CAUSEWAY_HOME: join(dir, "home") };
const tenLines = join(dir, "ten.log");
writeFileSync(tenLines, Array.from({ length: 10 }, (_, i) => `10:00:0${i} INFO order ${i} accepted\n`).join(""));

type Timed = () => Promise<number> | number;

const finished =
  (node: string, ...argv: string[]): Timed =>
  () => {
    const startedMs = performance.now();
    execFileSync(node, argv, { env, stdio: "ignore" });
    return performance.now() - startedMs;
  };

/** Until it says where it listens. */
const listening =
  (node: string): Timed =>
  () =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const server = spawn(node, [PROGRAM, "serve", "--port", "0"], { env, stdio: ["ignore", "ignore", "pipe"] });
      let tookMs = Number.NaN;
      server.stderr.on("data", (text: Buffer) => {
        if (!text.includes("listens on")) return;
        tookMs = performance.now() - startedMs;
        server.kill("SIGINT");
      });
      server.on("error", reject).on("exit", () => resolve(tookMs));
    });

for (const node of NODES) {
  const rows: [string, Timed, number[]][] = [
    ["node -e 0", finished(node, "-e", "0"), []],
    ["causeway --version", finished(node, PROGRAM, "--version"), []],
    ["causeway --help", finished(node, PROGRAM, "--help"), []],
    ["causeway logs mine (10 lines)", finished(node, PROGRAM, "logs", "mine", tenLines), []],
    ["causeway analyze shop-001", finished(node, PROGRAM, "analyze", "shop-001", "--no-llm"), []],
    ["causeway serve, until it listens", listening(node), []],
  ];
  for (const [, time] of rows) await time(); // builds, and keeps compiled code
  // round by round: what else the machine does meanwhile then falls on all rows alike
  for (let round = 0; round < ROUNDS; round += 1) for (const [, time, took] of rows) took.push(await time());
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  const bareMs = median(rows[0]?.[2] ?? []);
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  process.stdout.write(`Node ${version}, medians of ${ROUNDS}\n`);
  for (const [name, , took] of rows) {
    const [ms, ratio] = [median(took), median(took) / bareMs];
    process.stdout.write(`${name.padEnd(34)}${ms.toFixed(0).padStart(6)} ms${ratio.toFixed(1).padStart(7)} times\n`);
  }
}
rmSync(dir, { recursive: true, force: true });
