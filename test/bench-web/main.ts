// How fast the pages are with 2,000 incidents, and with an incident of 2,000 alerts and 500 findings:
// `npm run bench:web`. Needs a Chromium (see test/web/chromium.ts).
import { startServer } from "../http/server.ts";
import { openStores } from "../../src/compose/stores.ts";
import { loadConfig } from "../../src/config.ts";
import { provenReport } from "../render/sample-reports.ts";
import { startChromium } from "../web/chromium.ts";

const INCIDENTS = 2_000;
const ALERTS = 2_000;
const FINDINGS = 500;
const GATES = { firstViewMs: 1_000, interactionMs: 200, weightBytes: 600_000 } as const;
const START_MS = Date.parse("2026-11-23T08:41:00Z");

const server = await startServer({ settings: { http: { requestsPerSecond: 10_000 } } });
const browser = await startChromium();
try {
  const stores = await openStores(loadConfig({ home: server.home }, { LOG_LEVEL: "fatal" }));
  for (let at = 0; at < INCIDENTS; at += 1)
    await server.service.createIncident(
      { title: `Checkout answers ${500 + (at % 4)} in region ${at % 7}`, id: `inc-${at}`, severity: "high" },
      { idempotencyKey: null, by: "bench" },
    );
  const { incidentIds } = await server.service.acceptAlerts(
    {
      source: "bench",
      groupKey: "storm",
      truncatedAlerts: 0,
      alerts: Array.from({ length: ALERTS / 4 }, (_, n) => alert(n)),
    },
    { deliveryId: "storm-0", receivedAtMs: START_MS },
  );
  for (let part = 1; part < 4; part += 1)
    await server.service.acceptAlerts(
      {
        source: "bench",
        groupKey: "storm",
        truncatedAlerts: 0,
        alerts: Array.from({ length: ALERTS / 4 }, (_, n) => alert((part * ALERTS) / 4 + n)),
      },
      { deliveryId: `storm-${part}`, receivedAtMs: START_MS },
    );
  const incidentId = incidentIds[0] ?? "";
  const [summary] = await server.service.listAnalyses({ incidentId, limit: 1 });
  const analysisId = summary?.id ?? "";
  await stores.store.putReport(bigReport(analysisId, incidentId));
  await stores.close();

  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  let weight = 0;
  page.on(
    "response",
    (answer) =>
      void answer.body().then(
        (bytes) => (weight += bytes.length),
        () => undefined,
      ),
  );

  const view = async (path: string) => {
    weight = 0;
    const startedMs = performance.now();
    await page.goto(server.url + path, { waitUntil: "load" });
    const loadMs = performance.now() - startedMs;
    await page.waitForLoadState("networkidle");
    return { loadMs: Math.round(loadMs), bytes: weight };
  };
  await view("/"); // compiles the program's code
  const list = await view("/");
  const incident = await view(`/analyses/${analysisId}`);
  const again = await view(`/analyses/${analysisId}`);

  /** From a click to the next drawn frame, the median of eight. */
  const interaction = async (): Promise<number> => {
    const times = await page.evaluate<number[]>(`(async () => {
      const times = [];
      for (const summary of [...document.querySelectorAll("details.hypothesis > summary, #evidence summary")].slice(0, 8)) {
        const started = performance.now();
        summary.click();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        times.push(performance.now() - started);
      }
      return times;
    })()`);
    return Math.max(...times);
  };
  const clickMs = Math.round(await interaction());
  await view("/");
  const searchStartedMs = performance.now();
  await page.locator("input[type=search]").fill("inc-1999");
  await page.locator("table.incidents tbody tr").nth(1).waitFor({ state: "detached" });
  const searchMs = Math.round(performance.now() - searchStartedMs);

  const rows = [
    ["list of 2,000 incidents, load", `${list.loadMs} ms`, list.loadMs < GATES.firstViewMs],
    ["list, weight", `${Math.round(list.bytes / 1000)} kB`, list.bytes < GATES.weightBytes],
    [
      "incident with 2,000 alerts and 500 findings, first load",
      `${incident.loadMs} ms`,
      incident.loadMs < GATES.firstViewMs,
    ],
    ["the same, second load", `${again.loadMs} ms`, again.loadMs < GATES.firstViewMs],
    [
      "the same, weight with all scripts",
      `${Math.round(incident.bytes / 1000)} kB`,
      incident.bytes < GATES.weightBytes,
    ],
    ["opening a finding, the slowest of eight", `${clickMs} ms`, clickMs < GATES.interactionMs],
    ["search while typing, with 250 ms of waiting", `${searchMs} ms`, searchMs < 250 + GATES.interactionMs],
  ] as const;
  for (const [what, figure, isMet] of rows)
    process.stdout.write(`${isMet ? "ok  " : "MISS"}  ${what.padEnd(58)} ${figure}\n`);
  process.exitCode = rows.every(([, , isMet]) => isMet) ? 0 : 1;
} finally {
  await browser.close();
  await server.stop();
}

function alert(n: number) {
  return {
    fingerprint: `f${n}`,
    status: "firing" as const,
    severity: "high" as const,
    entity: `service-${n % 40}`,
    name: `HighErrorRate${n % 25}`,
    summary: `errors of service-${n % 40} are above 5 %`,
    startsAtMs: START_MS + n * 100,
    endsAtMs: null,
    labels: { region: `r${n % 7}` },
  };
}

function bigReport(analysisId: string, incidentId: string) {
  const report = provenReport({ analysis_id: analysisId, incident_id: incidentId });
  const [first] = report.evidence;
  if (first === undefined) throw new Error("the sample report has evidence");
  const evidence = Array.from({ length: FINDINGS }, (_, n) => ({
    ...first,
    id: `E${n + 1}`,
    entity: `service-${n % 40}`,
    strength: n % 50,
    onset: new Date(START_MS + n * 300).toISOString(),
    summary: `service-${n % 40}: latency rose from ${n} to ${n * 3} ms`,
  }));
  return {
    ...report,
    evidence: [...report.evidence, ...evidence.slice(report.evidence.length)],
    hypotheses: report.hypotheses.map((one) => ({ ...one, evidence_ids: evidence.slice(0, 200).map(({ id }) => id) })),
  };
}
