import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { wrongEdit } from "../../src/lab/trial/wrong-edit.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

it("an edit makes a new action with a new hash, which needs its own approval", { timeout: 90_000 }, async () => {
  const dir = await tempDir();
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: FIXTURES };
  const run = (...argv: string[]) => causeway(argv, { env });
  const report = Report.parse(JSON.parse((await run("analyze", "shop-001", "--json")).stdout));
  const [action] = report.actions;
  const id = action?.id ?? "";

  expect(await run("edit", id, "--set", "NOPE=1")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no parameter NOPE"),
  });
  const [name] = action?.parameters?.map((one) => one.name) ?? [];
  expect((await run("edit", id, "--set", `${name}=deployment/other`)).stderr).toContain(
    "names the target, which an edit keeps",
  );
  const commands = join(dir, "commands");
  await writeFile(commands, "kubectl delete namespace shop\n");
  expect((await run("edit", id, "--script", commands)).stderr).toContain("begins with a change");

  await writeFile(commands, "kubectl get deployment/a\nkubectl rollout restart deployment/a\n");
  expect((await run("edit", id, "--script", commands)).stderr).toContain("new commands need their own undo");

  const files: string[] = [];
  for (const [part, text] of Object.entries(wrongEdit("catalog"))) {
    await writeFile(join(dir, part), text);
    files.push(`--${part}`, join(dir, part));
  }
  const edited = JSON.parse((await run("edit", id, ...files, "--by", "kim", "--json")).stdout);
  expect(edited).toMatchObject({ replaces: id, action_id: id.replace(/-a1$/, "-a2") });
  expect(edited.script_sha256).not.toBe(action?.script_sha256);
  expect(edited.script).toContain("# Commands of a person, in place of: ");
  expect(edited.script).toContain("change kubectl scale deployment/catalog");
  expect(edited.script).not.toContain("WORKLOAD"); // values that the new commands do not use are dropped

  expect((await run("approve", id)).stderr).toContain("another action took its place");
  const shown = (await run("show", report.analysis_id)).stdout;
  expect(shown).toContain("edited by kim");
  expect(shown).toMatch(/edited: replaced by\s+\S+-a2/);
  const approved = JSON.parse((await run("approve", edited.action_id, "--json")).stdout);
  expect(approved).toMatchObject({ decision: "approved", script_sha256: edited.script_sha256 });
  const lines = (await run("audit", "export", "--jsonl")).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ kind }) => kind === "edit")).toMatchObject([
    { actor: "kim", payload: { replaces: id, scriptSha256: edited.script_sha256 } },
  ]);
  expect((await run("audit", "verify")).code).toBe(0);
});
