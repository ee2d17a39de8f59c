import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { predictCase } from "../../src/bench/predict/predict.ts";
import { recordFrom } from "../../src/compose/record-incident.ts";
import { openScenarioWriter } from "../../src/connectors/files/scenario-writer.ts";
import { scenarioFolder } from "../../src/connectors/files/incidents.ts";
import { FIXTURES_DIR } from "../../src/host.ts";
import { withLiveIncident } from "../bench-live/analyse-live.ts";

const log = pino({ level: "silent" });
const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

it.each(["shop-001", "shop-003", "shop-005"])("ranks %s alike, live and from its recording", async (caseId) => {
  const dir = join(mkdtempSync(join(tmpdir(), "causeway-record-")), "recording");
  dirs.push(dir);
  await withLiveIncident(FIXTURES_DIR, caseId, async ({ config, incidents, incidentId }) => {
    const live = await predictCase(incidents, incidentId, config, log);
    const { report, files } = await recordFrom(incidents, { config, incidentId, dir, log });
    const replayed = await predictCase(scenarioFolder(dir), incidentId, config, log);
    expect(files).toEqual(expect.arrayContaining(["scenario.json", "metrics.csv.gz", "alerts.jsonl.gz"]));
    expect(live.hypotheses.length).toBeGreaterThan(1);
    const ranking = (hypotheses: typeof live.hypotheses) =>
      hypotheses.map(({ entity, cause, confidence }) => ({ entity, cause, confidence }));
    expect(ranking(replayed.hypotheses)).toEqual(ranking(live.hypotheses));
    expect(report.hypotheses.map(({ entity, category }) => [entity, category])).toEqual(
      live.hypotheses.map(({ entity, cause }) => [entity, cause]),
    );
  });
});

it("does not write into a folder that has something in it", async () => {
  await expect(openScenarioWriter(FIXTURES_DIR)).rejects.toMatchObject({ code: "REJECTED", message: /is not empty/ });
});
