import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";
import { FUZZ_SETTINGS, fuzz } from "./run.ts";

// npm run fuzz:http -- [requests] [seed]: fuzzes the real program in its own process and prints the results.
const [count = 20_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const BIN = join(import.meta.dirname, "../../../bin/causeway.js");
const home = mkdtempSync(join(tmpdir(), "causeway-fuzz-"));
writeFileSync(join(home, "config.yaml"), stringify(FUZZ_SETTINGS));
const env = { ...process.env, CAUSEWAY_HOME: home, LOG_LEVEL: "error" };

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const run = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [BIN, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });

async function outputOf(...args: string[]): Promise<string> {
  const child = run(args);
  const pieces: Buffer[] = [];
  child.stdout?.on("data", (piece: Buffer) => pieces.push(piece));
  await once(child, "close");
  return Buffer.concat(pieces).toString();
}

/** Resident memory of a process, MiB. */
const rssMb = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);

// An analysis waiting for review, so that there is an action to approve.
const { analysis_id: analysisId, actions } = JSON.parse(await outputOf("analyze", "shop-001", "--json", "--quiet")) as {
  analysis_id: string;
  actions: { id: string }[];
};
const all = (await outputOf("keys", "create", "all", "--scope", "all")).trim();
const reader = (await outputOf("keys", "create", "reader", "--scope", "read")).trim();

const server = run(["serve", "--port", "0", "--workers", "0"]);
const stderr: string[] = [];
const url = await new Promise<string>((found, failed) => {
  server.once("exit", () => failed(new Error(`it did not start:\n${stderr.join("\n")}`)));
  createInterface({ input: server.stderr ?? process.stdin }).on("line", (line) => {
    stderr.push(line);
    const listening = /listens on (\S+)/.exec(line)?.[1];
    if (listening !== undefined) found(listening);
  });
});
const pid = server.pid ?? 0;
const startedMs = performance.now();
const memory = [rssMb(pid)];
const { sent, statuses, wrong } = await fuzz(
  { url, keys: [all, reader], ids: [analysisId, ...actions.map(({ id }) => id)] },
  { seed, count, onBatch: () => memory.push(rssMb(pid)) },
);
const seconds = (performance.now() - startedMs) / 1000;
server.kill("SIGTERM");
const [code] = (await once(server, "exit")) as [number | null];
rmSync(home, { recursive: true, force: true });

const tenths = Array.from({ length: 11 }, (_, tenth) => memory[Math.round((tenth / 10) * (memory.length - 1))]);
say(`seed ${seed}: ${sent} requests in ${seconds.toFixed(0)} s; statuses ${JSON.stringify(statuses)}`);
say(`resident memory in MiB, by tenths of the run: ${tenths.join(" ")}; ended with ${code}`);
for (const line of stderr.filter((text) => text.startsWith("{")).slice(0, 20)) say(`log: ${line}`);
for (const { request, verdict } of wrong) {
  const body = typeof request.body === "string" ? request.body.slice(0, 500) : (request.body?.length ?? null);
  say(`WRONG ${verdict.wrong}\n  ${JSON.stringify({ ...request, body })}`);
}
process.exitCode = wrong.length === 0 && code === 0 ? 0 : 1;
