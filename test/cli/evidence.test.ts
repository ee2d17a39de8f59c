import { expect, it } from "vitest";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

it("lists the evidence that the report points to, and runs its queries again", async () => {
  const env = { CAUSEWAY_HOME: await tempDir(), CAUSEWAY_DATA: "fixtures" };
  const analyzed = await causeway(["analyze", "shop-001", "--no-llm"], { env });
  const [, id = ""] = /causeway evidence (\S+)/.exec(analyzed.stdout) ?? [];
  expect(id).toMatch(/^an-/);

  const cited = [...new Set(analyzed.stdout.match(/\bE\d+\b/g))];
  expect(cited.length).toBeGreaterThan(0);
  const shown = await causeway(["evidence", id, ...cited], { env });
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  for (const one of cited) expect(shown.stdout).toMatch(new RegExp(`^${one}  `, "m"));

  const rerun = await causeway(["evidence", id, "--rerun", "--json"], { env });
  const { evidence } = JSON.parse(rerun.stdout) as { evidence: { reads: { same: boolean }[] }[] };
  expect(evidence.flatMap(({ reads }) => reads).every(({ same }) => same)).toBe(true);

  const unknown = await causeway(["evidence", id, "E9999"], { env });
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr).toContain("has no evidence E9999");
});

it("prints the command with the folder that --data named, and the command reads that folder", async () => {
  const env = { CAUSEWAY_HOME: await tempDir(), CAUSEWAY_DATA: "" };
  const analyzed = await causeway(["analyze", "checkout-slow", "--no-llm", "--data", "fixtures/examples"], { env });
  const [, id = "", data = ""] = /causeway evidence (\S+) --data (\S+)/.exec(analyzed.stdout) ?? [];
  expect(data).toBe("fixtures/examples");

  const shown = await causeway(["evidence", id, "--data", data, "--rerun"], { env });
  expect(shown.stdout).not.toContain("not read");
  expect(shown.stdout).toMatch(/^All \d+ compared queries return the same as before\.$/m);
  const elsewhere = await causeway(["evidence", id, "E1", "--rerun"], { env });
  expect(elsewhere.stdout.replaceAll(/\s+/g, " ")).toContain("--data names another folder");
});
