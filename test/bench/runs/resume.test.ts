import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { appendFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { openPredictPool, type PredictPool } from "../../../src/bench/predict/predict-pool.ts";
import { type BenchOptions, runBench } from "../../../src/bench/run.ts";
import { loadConfig } from "../../../src/config.ts";
import { tempDir, writeCase } from "../../compose/recorded-suite.ts";
import { NO_HOME } from "../../no-home.ts";

const root = join(import.meta.dirname, "../../..");
const config = { ...loadConfig({}, { CAUSEWAY_HOME: NO_HOME }), logLevel: "silent" as const };
let pool: PredictPool;
beforeAll(() => void (pool = openPredictPool(config, 1)));
afterAll(() => pool.close());

/** The same pool, and the cases that it analysed. */
function counting(): { pool: PredictPool; analysed: string[] } {
  const analysed: string[] = [];
  return {
    analysed,
    pool: {
      ...pool,
      predict: (task, onAnswer, only) =>
        pool.predict(
          task,
          (answer, total) => {
            analysed.push(answer.id);
            onAnswer(answer, total);
          },
          only,
        ),
    },
  };
}
const run = (options: Omit<BenchOptions, "pool">) => runBench({ pool, ...options });
const withoutMs = (path: string): string => readFileSync(path, "utf8").replaceAll(/"ms":\d+/g, '"ms":0');

async function suiteOf(...ids: string[]): Promise<string> {
  const suite = await tempDir();
  for (const id of ids) await writeCase(suite, id);
  return suite;
}

it("goes on from a file that was cut off anywhere, and analyses only the cases that it lacks", async () => {
  const suite = await suiteOf("a", "b", "c");
  const [whole, out] = [join(suite, "whole.jsonl"), join(suite, "out.jsonl")];
  await run({ suite, out: whole, keepPartial: true });
  const partial = readFileSync(`${whole}.partial`, "utf8");
  const ends = [...partial.matchAll(/\n/g)].map(({ index }) => index + 1);
  const [head = 0, first = 0, second = 0, third = 0] = ends;
  const cuts: [at: number, missing: string[]][] = [
    [0, ["a", "b", "c"]],
    [3, ["a", "b", "c"]],
    [head - 1, ["a", "b", "c"]],
    [head, ["a", "b", "c"]],
    [first - 1, ["a", "b", "c"]],
    [first, ["b", "c"]],
    [Math.floor((first + second) / 2), ["b", "c"]],
    [second, ["c"]],
    [third - 1, ["c"]],
    [third, []],
  ];
  for (const [at, missing] of cuts) {
    await writeFile(`${out}.partial`, partial.slice(0, at));
    const { pool: counted, analysed } = counting();
    const { resumed } = await run({ suite, out, pool: counted } as BenchOptions);
    expect(analysed).toEqual(missing);
    expect(resumed).toBe(3 - missing.length);
    expect(withoutMs(out)).toBe(withoutMs(whole));
    expect(existsSync(`${out}.partial`)).toBe(false);
  }
});

it("drops everything from the first line that makes no sense", async () => {
  const suite = await suiteOf("a", "b");
  const out = join(suite, "out.jsonl");
  await run({ suite, out, keepPartial: true });
  const whole = withoutMs(out);
  const [head, a, b] = readFileSync(`${out}.partial`, "utf8").split("\n");
  await writeFile(`${out}.partial`, `${head}\n${a}\n\0\0\0\n${b}\n`);
  const { pool: counted, analysed } = counting();
  await run({ suite, out, pool: counted } as BenchOptions);
  expect(analysed).toEqual(["b"]);
  expect(withoutMs(out)).toBe(whole);
});

it("refuses the file of another run, and says in what it differs and what to do; --fresh starts again", async () => {
  const suite = await suiteOf("a");
  const out = join(suite, "out.jsonl");
  await run({ suite, out, keepPartial: true });
  const late = { without: [], jitter: null, lateMinutes: 5, maxCalls: null, modelSeed: null };
  await expect(run({ suite, out, variation: late })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/another run, which was not finished: other variation \(.*"lateMinutes":0/),
    hint: expect.stringContaining("--fresh"),
  });
  await writeCase(suite, "b");
  await expect(run({ suite, out })).rejects.toThrow(/files of the suite .*; cases of the suite/);
  expect((await run({ suite, out, fresh: true })).cases).toBe(2);
  await writeFile(`${out}.partial`, '{"id":"a","verdict":"inconclusive","ranking":[]}\n');
  await expect(run({ suite, out })).rejects.toThrow("is not of an unfinished run of this program");
  await writeFile(`${out}.partial`, "notes of somebody");
  await expect(run({ suite, out })).rejects.toThrow("is not of an unfinished run of this program");
});

it("analyses a case again that had failed, so that the failure is reported again", async () => {
  const suite = await suiteOf("a");
  await writeCase(suite, "broken", { files: { "scenario.json": "{ not json" } });
  const out = join(suite, "out.jsonl");
  await run({ suite, out, keepPartial: true });
  const { failed, resumed } = await run({ suite, out });
  expect([failed.map(({ id }) => id), resumed]).toEqual([["broken"], 1]);
});

/** A model that refuses every request, but first holds it until `release`: so an analysis can be killed inside. */
async function heldModel() {
  const waiting: (() => void)[] = [];
  let onRequest = (): void => undefined;
  let isHeld = true;
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const refuse = (): void => void response.writeHead(401, { "content-type": "application/json" }).end("{}");
      if (!isHeld) return refuse();
      waiting.push(refuse);
      onRequest();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** Resolves when a request is held. */
    request: () => (waiting.length > 0 ? Promise.resolve() : new Promise<void>((resolve) => (onRequest = resolve))),
    answerOne: () => waiting.shift()?.(),
    forget: () => void waiting.splice(0),
    letAllPass: () => {
      isHeld = false;
      for (const refuse of waiting.splice(0)) refuse();
    },
  };
}

it("ends with the file of a run without a crash, whatever case a real process is killed in", async () => {
  const suite = await suiteOf("a", "b", "c");
  const model = await heldModel();
  const [out, calm] = [join(suite, "out.jsonl"), join(suite, "calm.jsonl")];
  const argv = (path: string) => ["bench", "run", "--suite", suite, "--out", path];
  const env = {
    PATH: process.env.PATH ?? "",
    CAUSEWAY_HOME: join(suite, "home"),
    OPENAI_BASE_URL: model.url,
    LOG_LEVEL: "silent",
  };
  const start = (path: string): ChildProcess =>
    spawn(process.execPath, [join(root, "bin/causeway.js"), ...argv(path)], { env, stdio: ["ignore", "pipe", "pipe"] });
  const keptIn = (): number => Math.max(0, readFileSync(`${out}.partial`, "utf8").split("\n").length - 2);

  let kept = 0;
  for (const dies of ["a", "b", "c"]) {
    const child = start(out);
    const gone = once(child, "exit");
    // Each case asks the model once. The process is killed while the last case of this round waits for its answer.
    for (const id of ["a", "b", "c"].slice(kept)) {
      await model.request();
      if (id === dies) break;
      model.answerOne();
    }
    child.kill("SIGKILL");
    expect(await gone).toEqual([null, "SIGKILL"]);
    expect(existsSync(out)).toBe(false);
    expect(keptIn()).toBeGreaterThanOrEqual(kept);
    kept = keptIn();
    model.forget();
  }
  model.letAllPass();
  const child = start(out);
  let stderr = "";
  child.stderr?.on("data", (text: Buffer) => (stderr += text.toString()));
  await once(child, "close");
  expect(stderr.includes(`${kept} of 3 cases were already analyzed`)).toBe(kept > 0);
  await once(start(calm), "close");
  expect(withoutMs(out)).toBe(withoutMs(calm));
  expect(existsSync(`${out}.partial`)).toBe(false);
});

it("does not repeat the finished runs of a command with several runs", async () => {
  const suite = await suiteOf("a");
  const out = join(suite, "first.jsonl");
  await run({ suite, out, keepPartial: true });
  await appendFile(`${out}.partial`, "");
  const { pool: counted, analysed } = counting();
  await run({ suite, out, keepPartial: true, pool: counted } as BenchOptions);
  expect(analysed).toEqual([]);
  expect(existsSync(`${out}.partial`)).toBe(true);
});
