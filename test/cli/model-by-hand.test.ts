import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { HANG_MS } from "../hang.ts";
import { causeway } from "./run-cli.ts";
import { served } from "./served-model.ts";

const fixture = "fixtures/model/shop-103";

/** Analyzes the case with a served model, in a home of its own. */
async function analysedBy(flags: string[]) {
  const home = await tempDir();
  const { result, code, stderr } = await served(flags, (url) =>
    causeway(["analyze", "shop-103", "--data", "fixtures/investigations", "--json"], {
      env: {
        CAUSEWAY_HOME: home,
        OPENAI_BASE_URL: url,
        OPENAI_MODEL: "by-hand",
        CAUSEWAY_MODEL_TIMEOUT_MS: String(HANG_MS),
      },
    }),
  );
  return { report: Report.parse(JSON.parse(result.stdout)), code, stderr };
}

/** What does not differ between two runs. */
const lasting = ({ verdict, why, hypotheses, evidence, claims, investigation }: Report): unknown => ({
  verdict,
  why,
  hypotheses,
  evidence,
  claims,
  investigation,
});

it("repeats the investigation that a person did by hand, and its repetition to the byte", async () => {
  const recording = join(await tempDir(), "calls.jsonl");
  // the script answers what prompts of today ask in other words than those of the recording
  const by = ["--replay", `${fixture}/calls.jsonl`, "--script", `${fixture}/answers.jsonl`];
  const { report } = await analysedBy([...by, "--record", recording]);
  expect(report.hypotheses[0]?.entity).toBe("inventory");
  expect(report.investigation).toMatchObject({ model: "by-hand", stopped_by: "done", failure: null });
  expect(report.investigation?.conclusion?.text).toMatch(/^inventory is the likely cause/);
  expect(report.claims.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^inventory answers slowly/));

  const again = await analysedBy(["--replay", recording]);
  expect(again.stderr).toContain("Requests answered: 10; without an answer: 0.");
  expect(again.code).toBe(0);
  expect(lasting(again.report)).toEqual(lasting(report));
});

it("shows what a model would get of an analysis that ran without one", async () => {
  const env = { CAUSEWAY_HOME: await tempDir(), CAUSEWAY_DATA: "fixtures/investigations" };
  const { stdout } = await causeway(["analyze", "shop-103", "--json"], { env });
  const id = Report.parse(JSON.parse(stdout)).analysis_id;
  const shown = await causeway(["model", "show", id, "--task", "investigate"], { env });
  expect(shown.stdout).toMatch(
    /Task investigate · prompt investigate[^]*"suspects"[^]*"shipping"[^]*\[tools\]\n  list_names/,
  );
  const none = await causeway(["model", "show", id, "--task", "judge"], { env });
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("investigate, explain")]);
});
