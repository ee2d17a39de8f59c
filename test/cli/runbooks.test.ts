import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tempDir } from "../compose/recorded-suite.ts";
import { skillText, type StepText } from "../remediation/samples.ts";
import { debianBinary } from "../servers/debian.ts";
import { causeway } from "./run-cli.ts";

const REAL = "causes: [crash_loop]";

/** A folder with the runbook `teapot`. */
async function folderWith(text: string, slug = "teapot"): Promise<string> {
  const dir = await tempDir();
  await mkdir(join(dir, slug));
  await writeFile(join(dir, slug, "SKILL.md"), text);
  return dir;
}
const skill = (steps: readonly StepText[], causes = REAL): string =>
  skillText({ steps }).replace("causes: [slow_teapot]", causes);
const lint = async (args: readonly string[]) => {
  const shellcheck = await debianBinary("shellcheck");
  const { code, stdout } = await causeway(["runbooks", "lint", "--shellcheck", shellcheck, ...args]);
  return { code, stdout: stdout.replaceAll(/\s+/g, " ") };
};

describe("runbooks lint", () => {
  it.each<[string, StepText, RegExp]>([
    [
      "an unknown source of a parameter",
      { parameters: "{ WORKLOAD: entity.owner }" },
      /"entity\.owner" is not a source/,
    ],
    ["an undeclared parameter", { parameters: "{}" }, /\$\{WORKLOAD\} is neither declared/],
    [
      "a parameter without quotes",
      { script: "kubectl get ${WORKLOAD}\nkubectl rollout restart ${WORKLOAD}" },
      /\$\{WORKLOAD\} must be in double quotes/,
    ],
    ["a change without verification", { verify: "say 'trust me'" }, /verify: checks nothing/],
    ["a change without rollback", { rollback: undefined }, /steps\.0\.rollback/],
    [
      "text of the evidence in a patch",
      {
        parameters: "{ WORKLOAD: entity.workload, ODD: fact:odd }",
        script: `kubectl get "\${WORKLOAD}"\nkubectl patch "\${WORKLOAD}" --patch='{"a":"'"\${ODD}"'"}'`,
      },
      /"\$\{ODD\}" is part of a patch/,
    ],
  ])("finds %s", async (_, step, what) => {
    const { code, stdout } = await lint([await folderWith(skill([step]))]);
    expect(stdout).toMatch(what);
    expect(code).toBe(1);
  });

  it("finds causes that the catalogue lacks, missing sections, and names that two folders use", async () => {
    const unknown = await folderWith(skill([{}], "causes: [slow_teapot]"));
    expect((await lint([unknown])).stdout).toContain('the cause "slow_teapot" is not in the catalogue');
    const short = await folderWith(skill([{}]).replace("## Workflow", "## Work"));
    expect((await lint([short])).stdout).toContain("missing sections: Workflow");
    const [one, two] = [await folderWith(skill([{}])), await folderWith(skill([{}]))];
    expect(await lint([one, two])).toMatchObject({ code: 1, stdout: expect.stringContaining("has the same name") });
    expect(await lint([one])).toMatchObject({ code: 0, stdout: expect.stringMatching(/shellcheck [\d.]+: 0 faults/) });
  });

  it("says so where shellcheck is not installed, and where a folder has no runbook", async () => {
    const dir = await folderWith(skill([{}]));
    const { stdout, code } = await causeway(["runbooks", "lint", "--shellcheck", join(dir, "none"), dir]);
    expect(stdout).toContain("shellcheck is not installed");
    expect(code).toBe(0);
    const empty = await causeway(["runbooks", "lint", await tempDir()]);
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining("there is no runbook in") });
  });

  it("finds no fault in the runbooks of Causeway", async () => {
    expect(await lint([])).toMatchObject({ code: 0, stdout: expect.stringContaining(": 0 faults.") });
  });
});

it("lists the runbooks, and shows one as its file holds it", async () => {
  const { stdout } = await causeway(["runbooks", "list"]);
  expect(stdout).toContain("crash-loop\n");
  expect(stdout).toMatch(/steps: roll-back \(medium\)/);
  const shown = await causeway(["runbooks", "show", "crash-loop"]);
  expect(shown.stdout).toMatch(/^---\nname: crash-loop\n/);
  expect(await causeway(["runbooks", "show", "no-such"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no runbook is called "no-such"'),
  });
});
