import { readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Prediction } from "../../src/bench/formats.ts";
import { incident, steady } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { CALIBRATION_WITHOUT, confidenceOf, confidenceOfUnproven } from "../../src/rca/confidence.ts";
import type { ConfidenceFeatures } from "../../src/rca/confidence-features.ts";
import { causeway } from "./run-cli.ts";
import { NO_HOME } from "../no-home.ts";

const bench = (...argv: string[]) =>
  causeway(["bench", ...argv], { env: { CAUSEWAY_HOME: NO_HOME, LOG_LEVEL: "silent" } });
const predictionsIn = (path: string) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => Prediction.parse(JSON.parse(line)));

/** Cases in which stock is starved, with their answers. */
async function suiteOf(name: string, ...ids: string[]): Promise<string> {
  const suite = join(await tempDir(), name);
  await mkdir(join(suite, "oracles"), { recursive: true });
  for (const id of ids) {
    await writeCase(suite, id);
    await writeFile(join(suite, "oracles", `${id}.json`), JSON.stringify({ id, entities: [["stock"]], onset: null }));
  }
  return suite;
}

/** Says in the recording of a case which system it is about. */
async function inSystem(suite: string, id: string, system: string): Promise<void> {
  const path = join(suite, "cases", id, "scenario.json");
  await writeFile(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), system }));
}

describe("bench run", () => {
  it("prints each suite beside the baselines, with intervals, and writes both files of figures", async () => {
    const [one, two, docs] = [await suiteOf("one", "a", "b"), await suiteOf("two", "c"), await tempDir()];
    const { code, stdout } = await bench("run", "--suite", one, two, "--score", "--write", "--docs", docs);
    expect(code).toBe(0);
    expect(stdout).toMatch(/one: 2 cases/);
    expect(stdout).toMatch(/two: 1 cases/);
    expect(stdout).toContain("loudest error log");
    expect(stdout).toMatch(/AC@1 +1\.000 \[0\.34, 1\.00\] +1\.000 \[0\.34, 1\.00\] +- +- +- +-\n/);
    expect(stdout).toMatch(/not-ready pod +majority\n/);
    expect(stdout).toContain("AC@1 from the votes of all rankers: 1.000; without one: ");
    expect(readFileSync(join(docs, "benchmarks.md"), "utf8")).toContain(
      "| one | **Causeway** | 2 | 1.000 [0.34, 1.00] |",
    );
    const { sections } = JSON.parse(readFileSync(join(docs, "benchmarks.json"), "utf8"));
    expect(sections.scores.data.map(({ suite, cases }: { suite: string; cases: number }) => [suite, cases])).toEqual([
      ["one", 2],
      ["two", 1],
      ["all together", 3],
    ]);
    expect(stdout).toMatch(/all suites together: 3 cases with a fault\n +AC@1 +1\.000 \[0\.44, 1\.00\]/);
    expect(readFileSync(join(docs, "benchmarks.md"), "utf8")).toContain(
      "| all together | **Causeway** | 3 | 1.000 [0.44, 1.00] |",
    );
  });

  it("opens no answer without --score, and with it only once everything is predicted and written", async () => {
    const suite = await suiteOf("one", "a", "b");
    await writeFile(join(suite, "oracles/b.json"), "{ an answer that cannot be read");
    const out = join(suite, "p.jsonl");
    expect(await bench("run", "--suite", suite)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("root_cause"),
    });
    const scored = await bench("run", "--suite", suite, "--out", out, "--score");
    expect(scored).toMatchObject({ code: 1, stderr: expect.stringContaining("oracle") });
    expect(predictionsIn(out).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("gives the same predictions whatever the answers say", async () => {
    const suite = await suiteOf("one", "a");
    const [before, after] = [join(suite, "1.jsonl"), join(suite, "2.jsonl")];
    await bench("run", "--suite", suite, "--out", before, "--score");
    await writeFile(join(suite, "oracles/a.json"), JSON.stringify({ id: "a", entities: [["somebody else"]] }));
    await bench("run", "--suite", suite, "--out", after, "--score");
    const bare = (path: string) => predictionsIn(path).map(({ ms: _ms, ...rest }) => rest);
    expect(bare(after)).toEqual(bare(before));
  });

  it("removes each signal in turn, writes a file for each, and reports the signal as not checked", async () => {
    const suite = await suiteOf("one", "a");
    const out = join(suite, "out");
    expect((await bench("run", "--suite", suite, "--out", out, "--without", "each")).code).toBe(0);
    const signals = ["logs", "metrics", "traces", "alerts", "changes", "topology", "cluster"];
    expect((await readdir(out)).toSorted()).toEqual(
      ["one.jsonl", ...signals.map((signal) => `one.without-${signal}.jsonl`)].toSorted(),
    );
    for (const signal of signals)
      expect(predictionsIn(join(out, `one.without-${signal}.jsonl`))[0]?.notChecked).toContainEqual(
        expect.stringMatching(new RegExp(`^${signal}: not recorded`)),
      );
  });

  it("removes signals and applies several wrong clocks in one run, with a file for each and a mean", async () => {
    const suite = await suiteOf("one", "a");
    const out = join(suite, "out");
    const { code, stdout } = await bench(
      "run",
      "--suite",
      suite,
      "--out",
      out,
      "--without",
      "metrics,topology",
      "--jitter",
      "0..60",
      "--seed",
      "1..3",
      "--score",
      "--no-baselines",
    );
    expect(code).toBe(0);
    expect(await readdir(out)).toEqual(
      [1, 2, 3].map((seed) => `one.without-metrics-topology.jitter0to60-seed${seed}.jsonl`),
    );
    expect(stdout).toMatch(
      /mean over seeds ± standard deviation.*\n +AC@1 .*\n +one, without metrics, topology; times off by 0 to 60 s +3 seeds +0\.000 ± 0\.000, 0\.000 to 0\.000/,
    );
  });

  it("raises the alarm later in a run of its own, and takes the hints of a person away", async () => {
    const suite = await suiteOf("one", "a");
    const out = join(suite, "out");
    const vary = ["--late", "0,2.5,40", "--without", "entry,window"] as const;
    const { code, stdout } = await bench("run", "--suite", suite, "--out", out, ...vary, "--score", "--no-baselines");
    expect(code).toBe(0);
    expect((await readdir(out)).toSorted()).toEqual(
      ["", ".late2.5min", ".late40min"].map((late) => `one.without-entry-window${late}.jsonl`).toSorted(),
    );
    expect(stdout).toContain("one, without entry, window; alarm 2.5 min later: 1 cases");
    expect(stdout).toMatch(/falseAllClear +\d\.\d{3}/);
  });

  it("never takes an edge of the window or of the baseline for the onset, however wrong the clock", async () => {
    const suite = await suiteOf("one", ...Array.from({ length: 4 }, (_, n) => `case-${n}`));
    const out = join(suite, "out");
    await bench("run", "--suite", suite, "--out", out, "--jitter", "90", "--seed", "1,2");
    const onsets = (await readdir(out)).flatMap((name) => predictionsIn(join(out, name))).map(({ onset }) => onset);
    expect(onsets).toHaveLength(8);
    // the telemetry is the same in all, so an edge that moves with the clock would show as many onsets
    expect(new Set(onsets.filter((onset) => onset != null)).size).toBe(1);
    expect([incident.window?.startMs, incident.baseline.window?.endMs]).not.toContain(Date.parse(onsets[0] ?? ""));
  });

  it.each([
    [["--without", "nothing"]],
    [["--jitter", "fast"]],
    [["--jitter", "9..1"]],
    [["--seed", "x"]],
    [["--late", "soon"]],
    [["--late", "-5"]],
    [["--seed", "5..1"]],
  ])("refuses %j", async (flags) => {
    expect((await bench("run", "--suite", "x", ...flags)).code).toBe(2);
  });

  it("refuses to score what has no answers, before it analyses anything", async () => {
    const suite = await tempDir();
    await writeCase(suite, "a");
    expect(await bench("run", "--suite", suite, "--score")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("oracles"),
    });
    expect(await bench("run", "--suite", suite, suite, "--oracles", suite)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("one suite"),
    });
  });
});

it("compares two files of predictions", async () => {
  const suite = await suiteOf("one", "a", "b");
  const [full, bare] = [join(suite, "full.jsonl"), join(suite, "bare.jsonl")];
  await bench("run", "--suite", suite, "--out", full);
  await bench("run", "--suite", suite, "--out", bare, "--without", "metrics");
  const { code, stdout } = await bench("compare", full, bare, "--oracles", join(suite, "oracles"));
  expect(code).toBe(0);
  expect(stdout).toMatch(/AC@1 +2 +1\.000 +0\.000 +-1\.000 +\[-1\.000, -1\.000\] +1\.000 +no significant difference/);
  expect(stdout).toContain("a: rank 1 → not ranked");
});

it("counts the verdicts on quiet times", async () => {
  const suite = await tempDir();
  await writeCase(suite, "calm", { series: steady });
  const { code, stdout } = await bench("quiet", "--healthy", suite);
  expect(code).toBe(0);
  expect(stdout).toMatch(/healthy run +1 +1 +0 +0 +0/);
  expect(await bench("quiet")).toMatchObject({ code: 1, stderr: expect.stringContaining("--healthy") });
});

it("refits on suites with answers, and writes what the program reads", async () => {
  const [one, two] = [await suiteOf("one", "a", "b"), await suiteOf("two", "c")];
  const out = join(one, "calibration.json");
  const { code, stdout } = await bench("refit", "--suite", one, two, "--out", out);
  expect(code).toBe(0);
  expect(stdout).toContain("fitted without the system");
  expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({
    schema: "causeway.calibration/2",
    bias: expect.any(Number),
    fittedOn: [
      { suite: "one", cases: 2 },
      { suite: "two", cases: 1 },
    ],
  });
});

it("fits again from kept predictions without analyzing anything twice", async () => {
  const suites = [await suiteOf("one", "a"), await suiteOf("two", "c")];
  await inSystem(suites[0] ?? "", "a", "shop");
  await inSystem(suites[1] ?? "", "c", "bank");
  const kept = join(await tempDir(), "kept");
  const first = await bench("refit", "--suite", ...suites, "--predictions", kept);
  expect(first.code).toBe(0);
  for (const name of ["one.jsonl", "two.jsonl"]) {
    const path = join(kept, name);
    await writeFile(path, readFileSync(path, "utf8").replaceAll('"stock"', '"mail"'));
  }
  const second = await bench("refit", "--suite", ...suites, "--predictions", kept);
  const pooled = /pooled +2 +(\S+)/;
  expect(pooled.exec(first.stdout)?.[1]).toBe("1.000");
  expect(pooled.exec(second.stdout)?.[1]).toBe("0.000");
});

describe("bench run --leave-out", () => {
  it("refuses a system that no fit was made without, and lists those that there are", async () => {
    const suite = await suiteOf("one", "a");
    expect(await bench("run", "--suite", suite, "--leave-out", "nobody")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${Object.keys(CALIBRATION_WITHOUT)[0]}`),
    });
  });

  it("analyzes with the confidence that has not seen the system, and scores its cases apart", async () => {
    const [system = "", fit] = Object.entries(CALIBRATION_WITHOUT)[0] ?? [];
    const suite = await suiteOf("one", "a", "b");
    await inSystem(suite, "a", system);
    const out = join(suite, "p.jsonl");
    const docs = await tempDir();
    const args = ["run", "--suite", suite, "--out", out, "--leave-out", "each", "--score"] as const;
    const { code, stdout } = await bench(...args, "--write", "--docs", docs);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`one +${system} +1 +1\\.000`));
    const { standing, ranking } = predictionsIn(out)[0] ?? {};
    const { unproven, ...features } = standing ?? {};
    const stated = confidenceOf(features as ConfidenceFeatures, fit);
    expect(ranking?.[0]?.confidence).toBeCloseTo(unproven === 1 && fit ? confidenceOfUnproven(stated, fit) : stated, 3);
    expect(readFileSync(join(docs, "benchmarks.md"), "utf8")).toContain("### By left-out system");
  });
});

it("fits nothing when a case could not be analysed, and names it", async () => {
  const suite = await suiteOf("one", "a", "b");
  await writeFile(join(suite, "cases/b/scenario.json"), "{ broken");
  expect(await bench("refit", "--suite", suite)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("one b:"),
  });
});
