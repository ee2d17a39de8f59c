import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

it("says in the report how bad it is, whom it hurts and whom to call, from the owners of the configuration", async () => {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  await writeFile(join(dir, "owners.yaml"), "st*: stock-keepers\n");
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir, CAUSEWAY_OWNERS: join(dir, "owners.yaml") };
  const { triage, analysis_id: id } = Report.parse(JSON.parse((await causeway(["analyze", "sick", "--json"], { env })).stdout));
  expect(triage).toMatchObject({ team: "stock-keepers", team_why: "stock-keepers owns stock", blast_radius: expect.arrayContaining(["stock"]) });
  for (const format of ["text", "md"]) {
    const { stdout } = await causeway(["show", id, "--format", format], { env });
    expect(stdout.replace(/\\/g, "").replace(/\s+/g, " ")).toMatch(/Severity:? (Warning|High|Critical): .* Call stock-keepers: stock-keepers owns stock\./);
  }
});
