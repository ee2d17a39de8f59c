import { afterAll, beforeAll, expect, it } from "vitest";
import { openBackend } from "../../../src/connectors/backend.ts";
import { prometheusAlerts, prometheusFeed } from "../../../src/connectors/prometheus/alert-source.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { rulesOf } from "../../../src/telemetry/plan.ts";
import { causeway } from "../../cli/run-cli.ts";
import { eventually } from "../../eventually.ts";
import { importSamples } from "../../servers/import-samples.ts";
import { type MetricsServer, startPrometheus, startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { freshDir } from "../../servers/processes.ts";

const RULES = `groups:
  - name: shop
    interval: 1s
    rules:
      - alert: CartDown
        expr: vector(1) > 0
        labels: { service: cart, severity: critical }
        annotations: { summary: "cart is down", runbook_url: "https://runbooks.example.com/cart" }
      - { alert: MailSlow, expr: vector(2) > 1, labels: { service: mail, severity: warning } }
      - { alert: NotYet, expr: vector(1) > 0, for: 1h, labels: { service: search, severity: critical } }
      - { alert: Never, expr: vector(1) > 2 }
`;
const MINUTE = 60_000;
let [prometheus, history]: [MetricsServer | null, MetricsServer | null] = [null, null];
const home = freshDir("alerts");

const doorTo = (url: string) =>
  openBackend(
    { url, label: "Prometheus", settings: { address: "PROMETHEUS_URL" } },
    { queries: 50, bytes: 2 ** 24, ms: 60_000, concurrency: 2 },
  ).forAnalysis();
const alertsAt = (url: string) => prometheusAlerts(doorTo(url), { name: "prometheus", url, pages: NO_PAGES });

beforeAll(async () => {
  [prometheus, history] = await Promise.all([
    startPrometheus({ config: "rule_files: [rules.yml]", files: { "rules.yml": RULES } }),
    startVictoriaMetrics(),
  ]);
  const { url } = prometheus;
  await eventually(async () => {
    const found = (await alertsAt(url).check?.())?.sample;
    if (found !== "4 alerting rules; 2 alerts fire, 1 are pending") throw new Error(`not evaluated yet: ${found}`);
  });
});
afterAll(async () => void (await Promise.all([prometheus?.stop(), history?.stop()])));

it("reads what the rules of a real Prometheus found, with their expressions, and no pending alert", async () => {
  const url = prometheus?.url ?? "";
  const endMs = Date.now() + MINUTE;
  const { data } = await alertsAt(url).query(queryFor("alert", { startMs: endMs - 10 * MINUTE, endMs }));
  expect(data.map(({ name, entity, severity }) => [name, entity, severity]).toSorted()).toEqual([
    ["CartDown", "cart", "critical"],
    ["MailSlow", "mail", "warning"],
  ]);
  expect(data.find(({ name }) => name === "CartDown")).toMatchObject({
    message: "cart is down",
    runbookUrl: "https://runbooks.example.com/cart",
  });
  expect(rulesOf(data).map(({ name, expression }) => [name, expression])).toEqual(
    expect.arrayContaining([
      ["CartDown", "vector(1) > 0"],
      ["MailSlow", "vector(2) > 1"],
    ]),
  );
});

it("reads when alerts fired that are over, from the series that Prometheus writes for them", async () => {
  const url = history?.url ?? "";
  const startMs = Math.floor(Date.now() / MINUTE) * MINUTE - 120 * MINUTE;
  const firing = { __name__: "ALERTS", alertstate: "firing", alertname: "CartDown", service: "cart", severity: "high" };
  const at = (fromMinute: number, toMinute: number, labels: Record<string, string>) =>
    Array.from({ length: (toMinute - fromMinute) * 4 }, (_, step) => ({
      labels,
      timeMs: startMs + fromMinute * MINUTE + step * 15_000,
      value: 1,
    }));
  await importSamples(url, [
    ...at(10, 20, firing),
    ...at(40, 45, firing),
    ...at(5, 10, { ...firing, alertstate: "pending" }),
    ...at(12, 14, { ...firing, alertname: "MailSlow", service: "mail" }),
  ]);
  const range = { startMs, endMs: startMs + 60 * MINUTE };
  const { data } = await alertsAt(url).query(queryFor("alert", range));
  const minutes = data.map(({ name, timeUnixMs }) => [name, Math.round(((timeUnixMs ?? 0) - startMs) / MINUTE)]);
  expect(minutes).toEqual([
    ["CartDown", 10],
    ["MailSlow", 12],
    ["CartDown", 40],
  ]);
  const later = { startMs: startMs + 30 * MINUTE, endMs: startMs + 60 * MINUTE };
  expect((await alertsAt(url).query(queryFor("alert", later))).data).toHaveLength(1);
});

it("filters what fires as Alertmanager does, and refuses what is no matcher", async () => {
  const url = prometheus?.url ?? "";
  const feed = prometheusFeed(doorTo(url), { name: "main", url });
  expect(feed.source).toBe("prometheus/main");
  const { alerts, known } = await feed.pull(['service=~"cart|search"', 'severity!="warning"']);
  expect(alerts.map(({ name }) => name)).toEqual(["CartDown"]);
  expect(known.size).toBe(3);
  await expect(feed.pull(["cart"])).rejects.toMatchObject({ code: "CONFIG" });
});

it("is what `causeway investigate --prometheus` investigates, without an Alertmanager", async () => {
  const argv = ["investigate", "--prometheus", prometheus?.url ?? "", "--filter", 'service="cart"', "--no-llm"];
  const { code, stdout, stderr } = await causeway(argv, { env: { CAUSEWAY_HOME: home } });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/prometheus: 1 alert fires[^]*1 incident\.[^]*CartDown/);
});
