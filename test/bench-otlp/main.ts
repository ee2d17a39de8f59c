// `npm run bench:otlp`: large and hostile export requests to a real `causeway serve`; how long the thread that answers
// computes at a stretch, how late its event loop is, and how late another client is answered meanwhile.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { OTLP_SIGNALS } from "../../src/domain/otlp.ts";
import { startServer } from "../bench-service/causeway-process.ts";
import { batchOf, hostileBatches } from "./batches.ts";

const { values } = parseArgs({ options: { megabytes: { type: "string", default: "20" } } });
const BYTES = Number(values.megabytes) * 1_000_000;
const GOAL_MS = 100;
const PAUSE_MS = 5;
const IDLE_MS = 3_000;
const SLOWEST_MS = 120_000;
const PATHS = { log: "logs", trace: "traces", metric: "metrics" } as const;

const home = mkdtempSync(join(tmpdir(), "causeway-bench-otlp-"));
const preload = pathToFileURL(join(import.meta.dirname, "loop-delay.ts")).href;
const server = await startServer({
  CAUSEWAY_HOME: home,
  NODE_OPTIONS: `--import=${preload}`,
  CAUSEWAY_RATE_LIMIT: "1000",
});
const print = (cells: readonly (string | number)[]): void => void process.stdout.write(`| ${cells.join(" | ")} |\n`);

/** Figures of `loop-delay.ts` since the last call. */
async function loopDelay(): Promise<{ maxMs: number; computedMs: number; rss: number }> {
  const known = server.stderrLines.length;
  server.child.kill("SIGUSR2");
  for (;;) {
    const line = server.stderrLines.slice(known).find((each) => each.startsWith("loop-delay "));
    if (line !== undefined) return JSON.parse(line.slice("loop-delay ".length));
    await sleep(PAUSE_MS);
  }
}

/** Answers of `/healthz` until `signal` aborts: the latest, in milliseconds. */
async function latestAnswer(signal: AbortSignal): Promise<number> {
  let latest = 0;
  while (!signal.aborted) {
    const startMs = performance.now();
    await (await fetch(`${server.url}/healthz`)).text();
    latest = Math.max(latest, performance.now() - startMs);
    await sleep(PAUSE_MS);
  }
  return latest;
}

/** How late the server is without any request: what other programs on this computer take. */
async function measureIdle(): Promise<void> {
  await loopDelay();
  const ending = new AbortController();
  const others = latestAnswer(ending.signal);
  await sleep(IDLE_MS);
  ending.abort();
  const latestMs = await others;
  const { maxMs, computedMs, rss } = await loopDelay();
  print(["none, for 3 s", "–", "–", "–", ...[computedMs, maxMs, latestMs, rss / 1e6].map((each) => each.toFixed(0))]);
}

async function measure(what: string, path: string, body: Uint8Array, isJson: boolean): Promise<boolean> {
  const packed = gzipSync(body);
  await sleep(200);
  await loopDelay();
  const ending = new AbortController();
  const others = latestAnswer(ending.signal);
  const startMs = performance.now();
  const answer = await fetch(`${server.url}/v1/otlp/v1/${path}`, {
    method: "POST",
    body: packed,
    headers: { "content-type": isJson ? "application/json" : "application/x-protobuf", "content-encoding": "gzip" },
    signal: AbortSignal.timeout(SLOWEST_MS),
  });
  const text = await answer.text();
  const tookMs = performance.now() - startMs;
  ending.abort();
  const latestMs = await others;
  const { maxMs, computedMs, rss } = await loopDelay();
  print([
    what,
    `${(body.length / 1e6).toFixed(1)} (${(packed.length / 1e6).toFixed(1)})`,
    `${answer.status} ${text.replaceAll(/[^ -~]/g, "").slice(0, 60)}`,
    (tookMs / 1_000).toFixed(1),
    ...[computedMs, maxMs, latestMs, rss / 1e6].map((each) => each.toFixed(0)),
  ]);
  return computedMs <= GOAL_MS;
}

print([
  "Request",
  "MB (gzip)",
  "Answer",
  "Took, s",
  "Computed at a stretch, ms",
  "Event loop late, ms",
  "/healthz at the latest, ms",
  "RSS, MB",
]);
print(Array.from({ length: 8 }, () => "---"));
const results: boolean[] = [];
try {
  await measure("warm-up", "logs", batchOf("log", 10_000, true, Date.now()), true);
  await measureIdle();
  for (const signal of OTLP_SIGNALS)
    for (const isJson of [false, true]) {
      const what = `${PATHS[signal]}, ${isJson ? "JSON" : "protobuf"}`;
      results.push(await measure(what, PATHS[signal], batchOf(signal, BYTES, isJson, Date.now()), isJson));
    }
  for (const { what, path, body, isJson } of hostileBatches(BYTES, Date.now()))
    results.push(await measure(`${what}, ${isJson ? "JSON" : "protobuf"}`, path, body, isJson));
  const bomb = Buffer.alloc(1024 * 1024 * 1024);
  results.push(await measure("a bomb of 1 GiB", "logs", bomb, false));
  await measureIdle();
} finally {
  const [gone] = [once(server.child, "exit")];
  await server.end();
  await gone;
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
