import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPlan } from "../../src/bench/experiments/plan.ts";
import { ExperimentRecord } from "../../src/bench/experiments/record.ts";
import { runExperiment } from "../../src/bench/experiments/run-experiment.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { NO_HOME } from "../no-home.ts";
import { causeway } from "./run-cli.ts";

const experiment = (...argv: string[]) =>
  causeway(["experiment", ...argv], { env: { CAUSEWAY_HOME: NO_HOME, LOG_LEVEL: "silent" } });

it("starts no canary without a model to compare it with", async () => {
  const env = { CAUSEWAY_HOME: join(await tempDir(), "home"), LOG_LEVEL: "silent" };
  const started = await causeway(["experiment", "canary", "start", "--task", "explain", "--model", "m", "--why", "x"], {
    env,
  });
  expect(started).toMatchObject({ code: 1, stderr: expect.stringContaining("no model is configured") });
});

/** Three cases whose cause shows in metrics alone, and a plan that takes these away in b. */
async function planOf(changed: object = {}): Promise<{ dir: string; plan: string; out: string }> {
  const dir = await tempDir();
  const suite = join(dir, "starved");
  await mkdir(join(suite, "oracles"), { recursive: true });
  for (const id of ["one", "two", "three"]) {
    await writeCase(suite, id);
    await writeFile(join(suite, "oracles", `${id}.json`), JSON.stringify({ id, entities: [["stock"]] }));
  }
  const plan = join(dir, "plan.json");
  const content = {
    name: "no-metrics",
    suites: [suite],
    a: {},
    b: { without: ["metrics"] },
    assignment: { kind: "paired", seed: 5 },
    primary: { metric: "AC@1", effect: -0.5, discordant: 0.6 },
    guardrails: [{ metric: "wrong-and-sure", margin: 0.1 }],
    ...changed,
  };
  await writeFile(plan, JSON.stringify(content));
  return { dir, plan, out: join(dir, "out") };
}

it("plans, records the plan before it runs, judges, and refuses another plan or metric afterwards", async () => {
  const { plan, out } = await planOf();
  const planned = await experiment("plan", plan, "--exit-code");
  expect(planned.code).toBe(6);
  expect(planned.stdout).toMatch(/cases needed: \d+ \(McNemar's exact test, summed exactly\); the suites have 3/);

  const { code, stdout, stderr } = await experiment("run", plan, "--out", out);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("no-metrics: no difference shown");
  expect(stdout).toMatch(/AC@1 +3 +1\.000 +0\.000 +-1\.000/);
  const record = ExperimentRecord.parse(JSON.parse(readFileSync(join(out, "report.json"), "utf8")));
  expect(planned.stdout).toContain(record.sha256);
  expect(readFileSync(join(out, "report.md"), "utf8")).toContain("# no-metrics: no difference shown");

  const other = await experiment("report", out, "--metric", "coverage");
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("does not name the metric coverage") });
  expect((await experiment("report", out, "--metric", "AC@1")).stdout).toContain('"test": "McNemar, exact"');

  const changed = await planOf({ alpha: 0.1 });
  const second = await experiment("run", changed.plan, "--out", out);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("an experiment with another plan") });
});

it("goes on where a process stopped, and finds a plan that was edited", async () => {
  const { plan, out } = await planOf();
  const stopped = runExperiment({
    plan: await readPlan(plan),
    dir: out,
    env: { CAUSEWAY_HOME: NO_HOME, LOG_LEVEL: "silent" },
    jobs: 1,
    fresh: false,
    nowMs: 0,
    onCase: (_, finished) => {
      if (finished === 3) throw new Error("killed");
    },
  });
  await expect(stopped).rejects.toThrow("killed");
  const { code, stderr } = await experiment("run", plan, "--out", out);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/[23] of 6 analyses were already made/) });

  const path = join(out, "plan.json");
  await writeFile(path, readFileSync(path, "utf8").replace('"effect": -0.5', '"effect": -0.4'));
  expect(await experiment("report", out)).toMatchObject({ code: 1, stderr: expect.stringContaining("was changed") });
  await rm(path);
  expect(await experiment("report", out)).toMatchObject({ code: 1, stderr: expect.stringContaining("no experiment") });
});
