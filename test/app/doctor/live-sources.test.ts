import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { examine } from "../../../src/compose/doctor.ts";
import { loadConfig } from "../../../src/config.ts";
import { importSamples } from "../../servers/import-samples.ts";
import { type MetricsServer, startPrometheus, startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { freePort } from "../../servers/processes.ts";

const home = mkdtempSync(join(tmpdir(), "causeway-doctor-"));
const stops: (() => unknown)[] = [() => rmSync(home, { recursive: true })];
let history: MetricsServer;
beforeAll(async () => {
  history = await startVictoriaMetrics();
  stops.push(history.stop);
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** What `causeway doctor` says of the Prometheus that these variables name. */
async function doctorOn(env: Record<string, string>) {
  const checks = await examine(loadConfig({ home }, env), new AbortController().signal);
  const { state, detail } = checks.find(({ name }) => name === "prometheus metric") ?? {};
  return `${state} ${detail}`;
}

const up = (tenant: string, ageMs: number) => ({
  labels: { __name__: "up", job: "shop", tenant },
  timeMs: Date.now() - ageMs,
  value: 1,
});

const PREFIX = "/api/datasources/proxy/uid/u1";

/**
 * A door to VictoriaMetrics that shows each tenant its own series only, as vmauth and Mimir do. The same below a path,
 * as Grafana's proxy has it.
 */
async function tenantDoor(): Promise<string> {
  const door = createServer((request, reply) => {
    const url = new URL((request.url ?? "/").replace(PREFIX, ""), history.url);
    url.searchParams.set("extra_label", `tenant=${request.headers["x-scope-orgid"] ?? ""}`);
    const body = request.method === "POST" ? { method: "POST", body: request, duplex: "half" as const } : {};
    const type = request.headers["content-type"];
    void fetch(url, { ...body, headers: type === undefined ? {} : { "content-type": type } } as RequestInit).then(
      async (answer) => {
        reply.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
      },
    );
  });
  await once(door.listen(0, "127.0.0.1"), "listening");
  stops.push(() => {
    door.closeAllConnections();
    door.close();
  });
  return `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
}

it("says that a Prometheus scrapes nothing", async () => {
  const empty = await startPrometheus({ config: "{}" });
  expect(await doctorOn({ PROMETHEUS_URL: empty.url })).toBe(
    "warning no data. It has no metrics of the last 30 days. Does it scrape anything, or is this the address of another server?",
  );
  await empty.stop();
});

it("names the metric, the number of series and the age of the newest sample of a Prometheus that works", async () => {
  const port = await freePort();
  const own = `{ job_name: self, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }`;
  const server = await startPrometheus({
    config: `{ global: { scrape_interval: 1s }, scrape_configs: [${own}] }`,
  });
  await expect
    .poll(() => doctorOn({ PROMETHEUS_URL: server.url }))
    .toMatch(/^ok returns data: 1 series of up, \d+ metrics; the newest is \d s old$/);
  await server.stop();
});

it("tells a wrong tenant, whose data is there for another, from an empty server", async () => {
  await importSamples(history.url, [up("payments", 1_000)]);
  const url = await tenantDoor();
  expect(await doctorOn({ PROMETHEUS_URL: url, PROMETHEUS_TENANT: "payments" })).toMatch(
    /^ok returns data: 1 series of up/,
  );
  expect(await doctorOn({ PROMETHEUS_URL: url, PROMETHEUS_TENANT: "payment" })).toMatch(
    /^warning no data for tenant payment: tenant payment\. The tenant payment has no metrics .*Is it the tenant that the scrapers write to/,
  );
});

it("says how old the newest sample is where scraping stopped an hour ago", async () => {
  await importSamples(history.url, [up("stopped", 3_600_000)]);
  const url = await tenantDoor();
  expect(await doctorOn({ PROMETHEUS_URL: url, PROMETHEUS_TENANT: "stopped" })).toMatch(
    /^warning stale: 1 series of up, 1 metrics; the newest is (1 h|60 min) old; tenant stopped\. The newest sample is (1 h|60 min|59 min) old/,
  );
});

it("says the same through a proxy that has the server below a path", async () => {
  await importSamples(history.url, [up("behind", 1_000), up("behind-stopped", 3_600_000)]);
  const url = `${await tenantDoor()}${PREFIX}/`;
  const words = await Promise.all(
    ["behind", "behind-stopped", "nobody"].map((tenant) =>
      doctorOn({ PROMETHEUS_URL: url, PROMETHEUS_TENANT: tenant }),
    ),
  );
  expect(words.map((word) => word.split(/[:.]/)[0])).toEqual([
    "ok returns data",
    "warning stale",
    "warning no data for tenant nobody",
  ]);
  expect(await doctorOn({ PROMETHEUS_URL: `${history.url}/wrong/path` })).toMatch(
    /^broken wrong answers: .*PROMETHEUS_URL, its path included/,
  );
});

it("tells a server that is down from one that refuses the credentials", async () => {
  const closed = `http://127.0.0.1:${await freePort()}`;
  expect(await doctorOn({ PROMETHEUS_URL: closed })).toMatch(/^broken not reached: .*PROMETHEUS_URL/);
  const guard = createServer((_, reply) => void reply.writeHead(401).end());
  await once(guard.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(guard.address() as AddressInfo).port}`;
  expect(await doctorOn({ PROMETHEUS_URL: url })).toMatch(/^broken refused: .*PROMETHEUS_TOKEN/);
  guard.close();
});
