import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCall } from "../../../src/bench/aiopslab/read-call.ts";
import { SessionRecord } from "../../../src/bench/aiopslab/session.ts";
import { Oracle, Prediction } from "../../../src/bench/formats.ts";
import type { CaseDetail } from "../../../src/bench/predict/case-detail.ts";
import { sessionRecordOf, truthOfCase } from "../../../src/bench/records/session-records.ts";
import { causeway } from "../../cli/run-cli.ts";
import { steady } from "../../agent/fakes.ts";
import { tempDir, writeCase } from "../../compose/recorded-suite.ts";
import { NO_HOME } from "../../no-home.ts";

const bench = (...argv: string[]) =>
  causeway(["bench", ...argv], { env: { CAUSEWAY_HOME: NO_HOME, LOG_LEVEL: "silent" } });
const recordIn = (dir: string, name: string) => SessionRecord.parse(JSON.parse(readFileSync(join(dir, name), "utf8")));

const detail: CaseDetail = {
  title: "slow",
  start: 1_700_000_000_500,
  ms: 1500,
  why: "",
  hypotheses: [],
  findings: [],
  notListed: 0,
  steps: [
    { call: 'GetResources("pods", "", "shop", True)', observation: "NAME READY" },
    { call: 'query("log", "files", "a line with ``` in it")', observation: "E1" },
  ],
};
const prediction = Prediction.parse({
  id: "a",
  verdict: "root_cause",
  ranking: [],
  answers: { detection: "Yes", localization: ["stock"], analysis: null, mitigation: null },
});
const recordOf = (oracle: Oracle | undefined, of: Partial<Parameters<typeof sessionRecordOf>[0]> = {}) => {
  const truth = truthOfCase("localization", oracle);
  if (truth === null) throw new Error("no such problem");
  return sessionRecordOf({
    run: "r",
    prediction,
    detail,
    truth,
    countTokens: (text) => text.length,
    nowMs: 5000,
    ...of,
  });
};

it("writes the calls and what they brought in turn, and last the submission, each as the orchestrator reads it", () => {
  const {
    trace,
    start_time: start,
    end_time: end,
    results,
  } = recordOf(Oracle.parse({ id: "a", entities: [["stock"]] }));
  expect(trace.map(({ role }) => role)).toEqual(["assistant", "env", "assistant", "env", "assistant"]);
  const calls = trace.filter(({ role }) => role === "assistant").map(({ content }) => readCall(content));
  expect(calls).toMatchObject([
    { name: "GetResources", args: ["pods", "", "shop", true] },
    { name: "query", args: ["log", "files", "a line with ''' in it"] },
    { name: "submit", args: [["stock"]] },
  ]);
  expect([start, end]).toEqual([1_700_000_000.5, 1_700_000_002]);
  expect(results).toMatchObject({ "Localization Accuracy": 100, success: true, TTL: 1.5, steps: 3, in_tokens: 12 });
});

it("scores nothing without the answers, poses no localization without a fault, and submits nothing after a failure", () => {
  expect(Object.keys(recordOf(undefined).results)).toEqual(["TTL", "steps", "in_tokens", "out_tokens"]);
  expect(truthOfCase("localization", Oracle.parse({ id: "a", faulty: false }))).toBeNull();
  const failed = recordOf(Oracle.parse({ id: "a", entities: [["stock"]] }), {
    detail: undefined,
    prediction: Prediction.parse({ id: "a", verdict: "inconclusive", ranking: [] }),
  });
  expect(failed).toMatchObject({ trace: [], start_time: 5, end_time: 5, results: { success: false, steps: 0 } });
});

it("writes a session for each case and task, which `bench conformance` scores the same", async () => {
  const suite = join(await tempDir(), "made");
  await writeCase(suite, "a");
  await writeCase(suite, "b c", { series: steady });
  await mkdir(join(suite, "oracles"));
  const answers = [
    { id: "a", entities: [["stock", "stock-db"]] },
    { id: "b c", faulty: false },
  ];
  for (const one of answers) await writeFile(join(suite, "oracles", `${one.id}.json`), JSON.stringify(one));
  const dir = join(suite, "records");
  const { stdout } = await bench("run", "--suite", suite, "--task", "detection", "localization", "--records", dir);
  expect(stdout).toContain(`3 sessions in ${dir}`);
  expect(readdirSync(dir).toSorted()).toEqual([
    "a-detection-1.json",
    "a-localization-1.json",
    "b%20c-detection-1.json",
    "registry.json",
  ]);
  const { problem_id: problem, trace, results } = recordIn(dir, "a-localization-1.json");
  expect(problem).toBe("a-localization-1");
  expect(trace.length).toBeGreaterThan(2);
  expect(results).toMatchObject({ success: true, "Localization Accuracy": 100 });

  const registry = join(dir, "registry.json");
  const conformance = () => bench("conformance", "--items", dir, "--registry", registry, "--rules", "2025-11");
  const again = await conformance();
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/3 of 3 agree\n$/) });
  const changed = recordIn(dir, "a-localization-1.json");
  await writeFile(
    join(dir, "a-localization-1.json"),
    JSON.stringify({ ...changed, results: { ...changed.results, success: false } }),
  );
  const wrong = await conformance();
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining("success: recorded false, here true") });
});
