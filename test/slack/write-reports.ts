import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openCauseway } from "../../src/compose/open-causeway.ts";
import { loadConfig } from "../../src/config.ts";
import { FIXTURES_DIR } from "../../src/host.ts";

// Writes the report of every recorded incident again, with the ids and times of one run. So a card changes only when
// its layout changes: `node test/slack/write-reports.ts`, then `vitest run test/slack/cards.test.ts --update`.

const AT = Date.parse("2026-11-23T09:00:00.000Z");
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const causeway = await openCauseway(
  loadConfig({ home: mkdtempSync(join(tmpdir(), "causeway-reports-")), data: [FIXTURES_DIR] }, {}),
  { log: quiet, now: () => AT },
);
for (const { id } of await causeway.listAllIncidents()) {
  const { report, analysisId } = await causeway.analyse(id);
  const text = JSON.stringify(report).replaceAll(analysisId, "an-0000000000");
  writeFileSync(join(import.meta.dirname, "reports", `${id}.json.gz`), gzipSync(text, { level: 9 }));
}
await causeway.close();
