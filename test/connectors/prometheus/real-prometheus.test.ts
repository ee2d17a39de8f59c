import { setTimeout as sleep } from "node:timers/promises";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { queryFor, type TelemetryQuery } from "../../../src/domain/query.ts";
import { Alert, type Series } from "../../../src/domain/telemetry.ts";
import { openHandle } from "../../../src/telemetry/handle.ts";
import { withReads } from "../../../src/telemetry/evidence-reads.ts";
import { memorySource } from "../../../src/telemetry/memory-source.ts";
import { type MetricsServer, startPrometheus } from "../../servers/metrics-servers.ts";
import { aFinding, anIncident } from "../../fakes.ts";
import { sourceAt } from "./source.ts";

const RULES = `groups:
  - name: self
    rules:
      - { record: "job:up:sum", expr: "sum by (job) (up)" }
      - { alert: TooManyGoroutines, expr: "go_goroutines{job='shop'} > 1" }
`;
const servers: MetricsServer[] = [];
let [shop, mail]: [MetricsServer | null, MetricsServer | null] = [null, null];

/** A Prometheus that scrapes itself each second, as the job of this name. */
async function scraping(job: string): Promise<MetricsServer> {
  const config = (port: string): string => `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - { job_name: ${job}, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }
`;
  const server = await startPrometheus({ files: { "rules.yml": RULES } });
  servers.push(server);
  writeFileSync(`${server.dir}/prometheus.yml`, config(new URL(server.url).port));
  await fetch(`${server.url}/-/reload`, { method: "POST" });
  return server;
}

beforeAll(async () => {
  [shop, mail] = await Promise.all([scraping("shop"), scraping("mail")]);
  const scrapes = async ({ url }: MetricsServer): Promise<number> =>
    (await read(url, {})).find(({ metric }) => metric === "job:up:sum")?.values.length ?? 0;
  for (const server of [shop, mail]) while ((await scrapes(server)) < 3) await sleep(200);
});
afterAll(async () => void (await Promise.all(servers.map((server) => server.stop()))));

const now = (): { startMs: number; endMs: number } => ({ startMs: Date.now() - 60_000, endMs: Date.now() });
const read = async (url: string, conditions: Partial<TelemetryQuery>): Promise<Series[]> =>
  (await sourceAt(url).query(queryFor("metric", now(), conditions))).data;

it("reads what a real Prometheus scrapes, and names the entity by its job", async () => {
  const data = await read(shop?.url ?? "", { entities: ["shop"] });
  expect(new Set(data.map(({ entity }) => entity))).toEqual(new Set(["shop"]));
  expect(data.map(({ metric }) => metric)).toEqual(expect.arrayContaining(["up", "go_goroutines", "job:up:sum"]));
  expect(data.filter(({ metric }) => metric === "up")[0]?.values.every((value) => value === 1)).toBe(true);
});

it("reads each sample of a server that is younger than the range", async () => {
  const endMs = Date.now();
  const { data, coverage } = await sourceAt(shop?.url ?? "").query(
    queryFor("metric", { startMs: endMs - 24 * 3_600_000, endMs }, { entities: ["shop"] }),
  );
  expect(data.find(({ metric }) => metric === "up")?.values.length).toBeGreaterThan(2);
  expect(coverage.gaps.map(({ kind }) => kind)).not.toContain("sampled");
});

it("says that a real Prometheus works", async () => {
  expect(await sourceAt(shop?.url ?? "").check?.()).toMatchObject({ hasData: true, advice: [] });
});

it("reads the rule of an alert that brings no expression from the server", async () => {
  const { prometheusClient } = await import("../../../src/connectors/prometheus/client.ts");
  const { openBackend } = await import("../../../src/connectors/backend.ts");
  const backend = openBackend(
    { url: shop?.url ?? "", label: "Prometheus", settings: { address: "PROMETHEUS_URL" } },
    { queries: 10, bytes: 1e7, ms: 60_000, concurrency: 1 },
  );
  expect(await prometheusClient(backend.forAnalysis()).alertingRules()).toEqual([
    { name: "TooManyGoroutines", expression: expect.stringContaining('go_goroutines{job="shop"} > 1') },
  ]);
  await backend.close();
});

it("says for each finding which of several servers its series come from", async () => {
  const sources = [sourceAt(shop?.url ?? "", { name: "shop" }), sourceAt(mail?.url ?? "", { name: "mail" })];
  const alert = Alert.parse({ timeUnixMs: Date.now(), entity: "mail", name: "Slow" });
  const telemetry = openHandle([...sources, memorySource("alert", "alerts", async () => [alert])]);
  const metrics = await telemetry.readIncident("metric", anIncident({ alarmAtMs: Date.now() }));
  if (metrics === null) throw new Error("no metrics");
  const finding = aFinding({ signal: "metric", entity: { id: "mail", kind: "service" } });
  const of = { ...finding, evidence: { ...finding.evidence, facts: { metric: "go_goroutines" } } };
  const [found] = await withReads([of], metrics, (() => []) as never);
  expect(found?.evidence.connector).toBe("mail");
  expect(found?.evidence.reads?.[0]?.query.sources).toEqual(["mail"]);
});
