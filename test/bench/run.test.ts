import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { Prediction } from "../../src/bench/formats.ts";
import { type BenchOptions, type PredictedCase, runBench as runOn } from "../../src/bench/run.ts";
import { openPredictPool, type PredictPool } from "../../src/bench/predict/predict-pool.ts";
import { loadConfig } from "../../src/config.ts";
import { steady } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { NO_HOME } from "../no-home.ts";

const root = join(import.meta.dirname, "../..");
const config = { ...loadConfig({}, { CAUSEWAY_HOME: NO_HOME }), logLevel: "silent" as const };
/** One thread for all tests that do not ask for more: what a case gives must not hang on what its thread did before. */
let pool: PredictPool;
beforeAll(() => void (pool = openPredictPool(config, 1)));
afterAll(() => pool.close());
const runBench = (options: Omit<BenchOptions, "pool">): Promise<PredictedCase> => runOn({ pool, ...options });
const linesOf = (path: string) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => Prediction.parse(JSON.parse(line)));
const withoutTimes = (path: string) => linesOf(path).map(({ ms: _ms, ...rest }) => rest);

async function suiteOf(...ids: string[]): Promise<string> {
  const suite = await tempDir();
  for (const id of ids) await writeCase(suite, id);
  return suite;
}

it("writes a prediction for every case, sorted by id, in the suite's labels", async () => {
  const suite = await tempDir();
  const answer = {
    entityKinds: ["app"],
    entities: ["stock", "orders"],
    causes: [{ id: "pod_cpu_overload", description: "", target: "app" }],
  };
  await writeCase(suite, "b", { answer });
  await writeCase(suite, "a", { series: steady });
  const out = join(suite, "p.jsonl");
  expect(await runBench({ suite, out })).toMatchObject({ cases: 2, failed: [] });
  const [a, b] = linesOf(out);
  expect(a).toMatchObject({ id: "a", verdict: "no_incident", ranking: [] });
  expect(b).toMatchObject({ id: "b", verdict: "root_cause" });
  expect(b?.ranking[0]).toEqual({
    entity: "stock",
    entityKind: "app",
    cause: "pod_cpu_overload",
    confidence: expect.any(Number),
    votes: expect.any(Object),
  });
  expect(b?.ranking.map(({ entity }) => entity).filter((entity) => !answer.entities.includes(entity))).toEqual([]);
  expect(b?.steps).toBeGreaterThan(10);
  expect(existsSync(`${out}.partial`)).toBe(false);
});

it("gives the same predictions with one worker and with two", async () => {
  const suite = await suiteOf("a", "b", "c", "d");
  const [one, two] = [join(suite, "one.jsonl"), join(suite, "two.jsonl")];
  await runBench({ suite, out: one });
  const wide = openPredictPool(config, 2);
  onTestFinished(() => wide.close());
  await runOn({ pool: wide, suite, out: two });
  expect(withoutTimes(two)).toEqual(withoutTimes(one));
});

it("lists a case that cannot be analysed as failed, and analyses the others", async () => {
  const suite = await suiteOf("good");
  await writeCase(suite, "broken", { files: { "scenario.json": "{ not json" } });
  const out = join(suite, "p.jsonl");
  const { failed } = await runBench({ suite, out });
  expect(failed).toEqual([{ id: "broken", why: expect.stringContaining("scenario.json") }]);
  expect(linesOf(out).map(({ id, verdict, ranking }) => [id, verdict, ranking.length > 0])).toEqual([
    ["broken", "inconclusive", false],
    ["good", "root_cause", true],
  ]);
});

it("fails only the case whose worker runs out of memory, and starts a new worker for the next", async () => {
  const suite = await suiteOf("a", "b");
  const cramped = openPredictPool(config, 1, { heapMb: 12 });
  onTestFinished(() => cramped.close());
  const { failed, cases } = await runOn({ pool: cramped, suite, out: join(suite, "p.jsonl") });
  expect(cases).toBe(2);
  expect(failed.map(({ why }) => why)).toEqual(["a", "b"].map(() => expect.stringContaining("memory")));
});

it("recalls no other case, and leaves nothing in the home folder", async () => {
  const suite = await suiteOf("a", "b");
  const home = join(suite, "home");
  const env = { PATH: process.env.PATH ?? "", CAUSEWAY_HOME: home };
  await promisify(execFile)(
    process.execPath,
    [join(root, "bin/causeway.js"), "bench", "run", "--suite", suite, "--out", join(suite, "p.jsonl")],
    { env },
  );
  expect(existsSync(home)).toBe(false);
  const [a, b] = withoutTimes(join(suite, "p.jsonl"));
  expect({ ...a, id: "" }).toEqual({ ...b, id: "" });
});

it("never opens the oracles: it works when Node refuses access to them", async () => {
  const suite = await suiteOf("a");
  await mkdir(join(suite, "oracles"));
  await writeFile(join(suite, "oracles/a.json"), JSON.stringify({ id: "a", faulty: true, entities: [["stock"]] }));
  const out = join(suite, "out");
  await mkdir(out);
  const readable = [root, await realpath(join(root, "node_modules")), join(suite, "cases"), out];
  const argv = [
    "--permission",
    "--allow-addons",
    "--allow-worker",
    ...readable.map((dir) => `--allow-fs-read=${dir}`),
    `--allow-fs-write=${out}`,
  ];
  const bench = [
    join(root, "src/cli/main.ts"),
    "bench",
    "run",
    "--suite",
    join(suite, "cases"),
    "--out",
    join(out, "p.jsonl"),
  ];
  const spy = await promisify(execFile)(process.execPath, [
    ...argv,
    "--eval",
    `require("node:fs").readFileSync(${JSON.stringify(join(suite, "oracles/a.json"))})`,
  ]).catch((error: Error) => error.message);
  expect(spy).toContain("ERR_ACCESS_DENIED");
  await promisify(execFile)(process.execPath, [...argv, ...bench], {
    env: { PATH: process.env.PATH ?? "", CAUSEWAY_HOME: join(out, "home") },
    cwd: out,
  });
  expect(linesOf(join(out, "p.jsonl"))).toMatchObject([{ id: "a", verdict: "root_cause" }]);
});

it("reports an unwritable output before it analyses anything", async () => {
  const suite = await suiteOf("a");
  await expect(runBench({ suite, out: join(suite, "no/such/folder/p.jsonl") })).rejects.toMatchObject({
    code: "CONFIG",
  });
});

it("reports a suite without cases", async () => {
  const empty = await tempDir();
  await expect(runBench({ suite: empty, out: join(empty, "p.jsonl") })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
