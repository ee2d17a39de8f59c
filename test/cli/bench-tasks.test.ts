import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";
import { NO_HOME } from "../no-home.ts";

const bench = (...argv: string[]) =>
  causeway(["bench", "run", ...argv, "--quiet"], { env: { CAUSEWAY_HOME: NO_HOME, LOG_LEVEL: "silent" } });

/** One case in which stock is starved, with its answer. */
async function suiteWith(answer: object): Promise<string> {
  const suite = join(await tempDir(), "one");
  await mkdir(join(suite, "oracles"), { recursive: true });
  await writeCase(suite, "a");
  await writeFile(join(suite, "oracles/a.json"), JSON.stringify({ id: "a", entities: [["stock"]], ...answer }));
  return suite;
}

it("scores the tasks by AIOpsLab's rules, keeps the answers in the predictions, and publishes the table", async () => {
  const suite = await suiteWith({ cause: "cpu_contention" });
  const [out, docs] = [join(suite, "p.jsonl"), await tempDir()];
  const tasks = ["--task", "detection", "localization", "analysis", "mitigation"];
  const { code, stdout } = await bench("--suite", suite, ...tasks, "--out", out, "--write", "--docs", docs);
  expect(code).toBe(0);
  for (const title of ["one, detection", "one, localization", "one, analysis", "one, mitigation"])
    expect(stdout).toContain(title);
  expect(stdout).toMatch(/Localization Accuracy +1\.000 \[0\.21, 1\.00\], n=1/);
  expect(stdout).not.toMatch(/AC@1/);
  expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({
    answers: { detection: "Yes", localization: ["stock"], analysis: expect.anything() },
  });
  expect(readFileSync(join(docs, "benchmarks.md"), "utf8")).toMatch(
    /### Tasks as AIOpsLab poses them[\s\S]*plan_match/,
  );
});

it("refuses a task that no suite can score, with the reason, and scores the others", async () => {
  const suite = await suiteWith({});
  const refused = await bench("--suite", suite, "--task", "analysis");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/one cannot score analysis: no case has/) });
  const both = await bench("--suite", suite, "--task", "analysis", "localization");
  expect(both).toMatchObject({ code: 0, stdout: expect.stringMatching(/one cannot score analysis[\s\S]*success/) });
});

it("refuses an unknown task, and a suite without answers", async () => {
  const suite = await suiteWith({});
  expect((await bench("--suite", suite, "--task", "repair")).code).toBe(2);
  expect(await bench("--suite", join(suite, "cases"), "--task", "detection")).toMatchObject({ code: 0 });
  const bare = await tempDir();
  await writeCase(bare, "a");
  expect(await bench("--suite", bare, "--task", "detection")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no folder oracles"),
  });
});
