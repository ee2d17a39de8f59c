import { readFileSync } from "node:fs";
import { request as forward, type RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openGrafana } from "../../../src/compose/backends/grafana.ts";
import { readGrafana } from "../../../src/config/backends/grafana.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { importSamples } from "../../servers/import-samples.ts";
import { startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { serveLocally } from "../http/server.ts";

const DATA_SOURCES = readFileSync(join(import.meta.dirname, "../../../fixtures/grafana/api-datasources.json"), "utf8");
const PROXY = "/api/datasources/proxy/uid/PBFA97CFB590B2093";
const TOKEN = "glsa_0123456789";
const NOW_MS = Date.UTC(2026, 0, 5);

/** Grafana's list of data sources, and its proxy to one server. */
const grafana =
  (target: string): RequestListener =>
  (request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return void response.writeHead(401).end('{"message":"Invalid API key"}');
    const path = request.url ?? "";
    if (path === "/api/datasources") return void response.end(DATA_SOURCES);
    if (!path.startsWith(PROXY)) return void response.writeHead(404).end("{}");
    const { authorization: _own, host: _host, ...headers } = request.headers;
    const to = forward(`${target}${path.slice(PROXY.length)}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(to);
  };

function open(url: string, given: object = {}) {
  const config = readGrafana({ kind: "grafana", url, token: TOKEN, timeoutMs: 2_000, ...given }, "GRAFANA");
  const backend = openGrafana(config, { proxy: { http: null, https: null, exclude: null } as never });
  onTestFinished(() => backend.close());
  return backend.sources();
}

describe("Grafana as one door", () => {
  it("reads a real server's metrics through the proxy, and links to Explore", async () => {
    const server = await startVictoriaMetrics();
    onTestFinished(() => server.stop());
    const samples = Array.from({ length: 120 }, (_, at) => ({
      labels: { __name__: "http_requests_total", service: "checkout" },
      timeMs: NOW_MS - at * 30_000,
      value: 10_000 - at * 60,
    }));
    await importSamples(server.url, samples);
    const { origin } = await serveLocally(grafana(server.url));
    const [source] = sourcesOf(await open(origin), "metric");
    const query = queryFor("metric", { startMs: NOW_MS - 3_600_000, endMs: NOW_MS }, { entities: ["checkout"] });
    const answer = await source?.query(query);
    expect(source?.name).toBe("grafana/Prometheus");
    expect(answer?.data.map(({ entity }) => entity)).toContain("checkout");
    const [native] = (await source?.native?.(query)) ?? [];
    expect(decodeURIComponent(native?.link ?? "")).toMatch(/\/explore\?left=\{"datasource":"PBFA97CFB590B2093"/);
  });

  it("reads only the data sources that the settings name", async () => {
    const { origin } = await serveLocally(grafana("http://127.0.0.1:9"));
    expect(await open(origin, { datasources: ["Orders database"] })).toEqual([]);
    expect((await open(origin, { datasources: ["Prometheus"] })).map(({ name }) => name)).toContain(
      "grafana/Prometheus",
    );
  });

  it.each<[string, object, RequestListener, RegExp]>([
    ["a wrong token", { token: "wrong" }, grafana("http://127.0.0.1:9"), /refused the credentials/],
    ["a login page", {}, (_, response) => void response.end("<html>Grafana</html>"), /unexpected body/],
    [
      "a uid that leads elsewhere",
      {},
      (_, response) => void response.end('[{"uid":"../../x","name":"x","type":"prometheus"}]'),
      /unexpected body/,
    ],
    ["silence", {}, () => undefined, /did not answer within/],
  ])("says why nothing could be read: %s", async (_title, given, answer, reason) => {
    const { origin } = await serveLocally(answer);
    const sources = await open(origin, given);
    expect(sources.map(({ signal }) => signal)).toEqual(["metric", "log"]);
    const query = queryFor("metric", { startMs: 0, endMs: 1 });
    await expect(sourcesOf(sources, "metric")[0]?.query(query)).rejects.toThrow(reason);
  });
});
