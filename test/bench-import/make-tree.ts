import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";

/** Bytes of one case, and the shares of its files. */
const CASE_BYTES = 256 * 1024 * 1024;
const SHARES = { metrics: 0.2, logs: 0.4, traces: 0.4 };
const SERVICES = Array.from({ length: 40 }, (_, at) => `svc-${at}`);
const START_S = 1_772_360_000;
const CASE_S = 1440;

/** A repeatable sequence of numbers below a million. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % 1_000_003;
}

/** Writes a tree in the layout of RE2. @returns its bytes. */
export async function makeTree(root: string, bytes: number): Promise<number> {
  let made = 0;
  for (let at = 0; made < bytes; at += 1) {
    const dir = join(root, "RE2", "RE2-OB", `${SERVICES[at % SERVICES.length]}_cpu`, `${at}`);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, "inject_time.txt"), `${START_S + CASE_S / 2}\n`);
    const next = numbers(at + 7);
    await writeTable(join(dir, "simple_metrics.csv"), CASE_BYTES * SHARES.metrics, metricRows(next));
    await writeTable(join(dir, "logs.csv"), CASE_BYTES * SHARES.logs, logRows(next));
    await writeTable(join(dir, "traces.csv"), CASE_BYTES * SHARES.traces, spanRows(next));
    for (const name of ["simple_metrics.csv", "logs.csv", "traces.csv"]) made += (await stat(join(dir, name))).size;
  }
  return made;
}

/** Writes rows until a file is large enough. */
async function writeTable(path: string, bytes: number, rows: Generator<string>): Promise<void> {
  const file = createWriteStream(path);
  let [written, held] = [0, ""];
  while (written < bytes) {
    held += `${rows.next().value as string}\n`;
    if (held.length < 1024 * 1024) continue;
    written += held.length;
    if (!file.write(held)) await once(file, "drain");
    held = "";
  }
  file.end(held);
  await finished(file);
}

/** Milliseconds of a row: rows fill the case from its start to its end, then from the start again. */
const timeOf = (at: number): number => START_S * 1000 + ((at * 3) % (CASE_S * 1000));

function* metricRows(next: () => number): Generator<string> {
  const names = SERVICES.flatMap((name) =>
    ["cpu", "mem", "latency-90", "error", "workload"].map((one) => `${name}_${one}`),
  );
  yield ["time", ...names].join(",");
  for (let at = 0; ; at += 1) yield [START_S + (at % CASE_S), ...names.map(() => next() / 1000)].join(",");
}

function* logRows(next: () => number): Generator<string> {
  yield "time,timestamp,container_name,message,level";
  for (let at = 0; ; at += 1) {
    const ms = timeOf(at);
    const message =
      at % 50 === 0
        ? `"order ${next()} failed\n  at line ${next()}, ""again"""`
        : `order ${next()} done in ${next()} ms`;
    yield `${Math.floor(ms / 1000)},${ms}000000,${SERVICES[at % SERVICES.length]},${message},INFO`;
  }
}

function* spanRows(next: () => number): Generator<string> {
  yield "traceID,spanID,serviceName,methodName,operationName,startTimeMillis,startTime,duration,statusCode,parentSpanID";
  for (let at = 0; ; at += 1) {
    const ms = timeOf(at);
    const trace = Math.floor(at / 8)
      .toString(16)
      .padStart(32, "0");
    const parent = at % 8 === 0 ? "" : (at - 1).toString(16).padStart(16, "0");
    yield `${trace},${at.toString(16).padStart(16, "0")},${SERVICES[at % SERVICES.length]},get,get,${ms},${ms}000,${next()},200,${parent}`;
  }
}
