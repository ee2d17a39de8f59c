import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

it("reports severity, affected services and the team to call, from the configured owners", async () => {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  await writeFile(join(dir, "owners.yaml"), "st*: stock-keepers\n");
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir, CAUSEWAY_OWNERS: join(dir, "owners.yaml") };
  const { triage, analysis_id: id } = Report.parse(
    JSON.parse((await causeway(["analyze", "sick", "--json"], { env })).stdout),
  );
  expect(triage).toMatchObject({
    team: "stock-keepers",
    team_why: "stock-keepers owns stock",
    blast_radius: expect.arrayContaining(["stock"]),
  });
  for (const format of ["text", "md"]) {
    const { stdout } = await causeway(["show", id, "--format", format], { env });
    expect(stdout.replace(/\\/g, "").replace(/\s+/g, " ")).toMatch(
      /Severity:? (Warning|High|Critical): .* Call stock-keepers: stock-keepers owns stock\./,
    );
  }
});

it("takes the severity of a recorded alert in triage and report, and ignores an unknown severity", async () => {
  const dir = await tempDir();
  const folder = join(dir, "cases", "alerted");
  await mkdir(folder, { recursive: true });
  const at = Date.parse("2026-11-20T02:24:00Z");
  await writeFile(
    join(folder, "scenario.json"),
    JSON.stringify({
      schema: "causeway.scenario/1",
      id: "alerted",
      title: "Two alerts",
      alarmAt: "2026-11-20T02:25:00Z",
    }),
  );
  const alerts = [
    { entity: "billing", name: "error rate", severity: "critical" },
    { entity: "web", name: "latency", severity: "quite bad" },
  ];
  await writeFile(
    join(folder, "alerts.jsonl"),
    alerts.map((alert) => JSON.stringify({ timeUnixMs: at, ...alert })).join("\n"),
  );
  const env = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir };
  const { triage } = Report.parse(JSON.parse((await causeway(["analyze", "alerted", "--json"], { env })).stdout));
  expect(triage).toMatchObject({ severity: "critical", why: "the worst alert is critical" });
  expect((await causeway(["triage", folder], { env })).stdout).toContain(
    "severity  critical: the worst alert is critical",
  );
});
