import { expect, it } from "vitest";
import { debianBinary } from "./debian.ts";
import { startAlertmanager, startPrometheus, startVictoriaMetrics } from "./metrics-servers.ts";

it("starts a real Prometheus, and stops it", async () => {
  const server = await startPrometheus({ config: "global: { scrape_interval: 1s }" });
  const answer: unknown = await (await fetch(`${server.url}/api/v1/status/config`)).json();
  expect(JSON.stringify(answer)).toContain("scrape_interval: 1s");
  await server.stop();
  await expect(fetch(server.url)).rejects.toThrow("fetch failed");
});

it("starts a real Alertmanager", async () => {
  const server = await startAlertmanager({ config: "{ route: { receiver: none }, receivers: [{ name: none }] }" });
  expect((await fetch(`${server.url}/api/v2/status`)).status).toBe(200);
  await server.stop();
});

it("starts a real VictoriaMetrics, which keeps old samples", async () => {
  const server = await startVictoriaMetrics();
  const atMs = Date.UTC(2021, 0, 1);
  await fetch(`${server.url}/api/v1/import/prometheus`, { method: "POST", body: `up{job="shop"} 1 ${atMs}\n` });
  await fetch(`${server.url}/internal/force_flush`);
  const answer: unknown = await (await fetch(`${server.url}/api/v1/query?query=up&time=${atMs / 1_000 + 10}`)).json();
  expect(JSON.stringify(answer)).toContain('"job":"shop"');
  await server.stop();
});

it("says why a server did not start", async () => {
  await expect(startAlertmanager({ config: "nonsense" })).rejects.toThrow(/ended before it was ready[^]*nonsense/);
});

it("names the variable to set where a binary is missing", async () => {
  const before = process.env.CAUSEWAY_TEST_KUBECTL_BIN;
  process.env.CAUSEWAY_TEST_KUBECTL_BIN = "/nowhere/kubectl";
  await expect(debianBinary("kubectl")).rejects.toThrow("CAUSEWAY_TEST_KUBECTL_BIN names /nowhere/kubectl");
  if (before === undefined) delete process.env.CAUSEWAY_TEST_KUBECTL_BIN;
  else process.env.CAUSEWAY_TEST_KUBECTL_BIN = before;
});
