import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { examine } from "../../../src/compose/doctor.ts";
import { openGrafana } from "../../../src/compose/backends/grafana.ts";
import { loadConfig } from "../../../src/config.ts";
import { readGrafana } from "../../../src/config/backends/grafana.ts";
import { readSources, SOURCE_SECTIONS } from "../../../src/config/sources.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import type { Telemetry, TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor, type TelemetrySignal } from "../../../src/domain/query.ts";
import { isoTime } from "../../../src/domain/time.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { importSamples } from "../../servers/import-samples.ts";
import { type MetricsServer, startPrometheus, startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { searchStandIn } from "../elasticsearch/search-stand-in.ts";
import { HOSTILE, limited } from "../hostile.ts";
import { serveLocally } from "../http/server.ts";
import { withstandsHostileServers } from "../withstands.ts";
import { linesOf } from "../logfiles/folder.ts";
import { lokiStandIn } from "../loki/loki-stand-in.ts";
import { jaeger, range as traceRange, STORED, tempo } from "../traces/trace-stand-ins.ts";
import { grafana, TOKEN, UIDS } from "./grafana-stand-in.ts";

const NOW_MS = Date.UTC(2026, 0, 5);
const range = { startMs: NOW_MS - 3_600_000, endMs: NOW_MS };
const DOWN = "http://127.0.0.1:9";

function open(url: string, given: object = {}, others: Parameters<typeof openGrafana>[2] = []): Promise<Telemetry> {
  const config = readGrafana({ kind: "grafana", url, token: TOKEN, timeoutMs: 5_000, ...given }, "GRAFANA");
  const backend = openGrafana(config, { proxy: { http: null, https: null, exclude: null } as never }, others);
  onTestFinished(() => backend.close());
  return Promise.resolve(backend.sources());
}
const serve = async (answer: RequestListener): Promise<string> => (await serveLocally(answer)).origin;
const namesOf = (telemetry: Telemetry): string[] => telemetry.map(({ name, signal }) => `${name} ${signal}`);
const named = <S extends TelemetrySignal>(telemetry: Telemetry, signal: S, name: string) => {
  const source = sourcesOf(telemetry, signal).find((one) => one.name === `grafana/${name}`);
  if (source === undefined) throw new Error(`no ${name} among ${namesOf(telemetry).join(", ")}`);
  return source;
};

describe("a real VictoriaMetrics and a real Prometheus behind Grafana's proxy", () => {
  let history: MetricsServer;
  beforeAll(async () => {
    history = await startVictoriaMetrics();
    const metric = (name: string, labels: object) =>
      Array.from({ length: 120 }, (_, at) => ({
        labels: { __name__: name, ...labels },
        timeMs: NOW_MS - at * 30_000,
        value: 10_000 - at * 60,
      }));
    await importSamples(history.url, [
      ...metric("http_requests_total", { service: "checkout" }),
      ...metric("basket_items", { service: "checkout" }),
      ...metric("traces_service_graph_request_total", { client: "web", server: "checkout" }),
    ]);
  }, 60_000);
  afterAll(() => history.stop());

  it("reads metrics, and links to Explore", async () => {
    const source = named(
      await open(await serve(grafana({ servers: { prometheus: history.url } }))),
      "metric",
      "Prometheus",
    );
    const query = queryFor("metric", range, { entities: ["checkout"], names: ["http_requests_total"] });
    expect((await source.query(query)).data.map(({ entity }) => entity)).toContain("checkout");
    const [native] = (await source.native?.(query)) ?? [];
    const panes = new URL(native?.link ?? "").searchParams.get("panes") ?? "";
    expect(JSON.parse(panes)).toMatchObject({
      causeway: { datasource: UIDS.prometheus, queries: [{ expr: native?.text }] },
    });
  });

  it("reads the service graph", async () => {
    const telemetry = await open(await serve(grafana({ servers: { prometheus: history.url } })));
    const { data } = await named(telemetry, "topology", "Prometheus").query(queryFor("topology", range));
    expect(data.edges).toMatchObject([{ from: "web", to: "checkout" }]);
  });

  it("begins with the metrics of a rule that Grafana evaluates itself", async () => {
    const firstRead = async (name: string) => {
      const { origin, received } = await serveLocally(grafana({ servers: { prometheus: history.url } }));
      const rules = [{ name, expression: null, labels: { service: "checkout" } }];
      await named(await open(origin), "metric", "Prometheus").query(queryFor("metric", range, { rules }));
      const ruleReads = received.map(({ url = "" }) => url).filter((url) => url.startsWith("/api/prometheus/grafana"));
      expect(ruleReads).toHaveLength(1);
      return received
        .flatMap(({ url = "" }) => new URL(url, origin).searchParams.get("query") ?? [])
        .find((text) => !text.startsWith("count("));
    };
    expect(await firstRead("BasketTooLarge")).toContain("basket_items");
    expect(await firstRead("unknown")).not.toContain("basket_items");
  });

  it("finds the rules of a real Prometheus", async () => {
    const rule = "groups: [{name: g, rules: [{alert: Slow, expr: basket_items > 1}]}]";
    const server = await startPrometheus({ config: "rule_files: [rules.yml]", files: { "rules.yml": rule } });
    onTestFinished(() => server.stop());
    const { origin, received } = await serveLocally(grafana({ servers: { prometheus: server.url } }));
    const query = queryFor("metric", range, { rules: [{ name: "Slow", expression: null, labels: {} }] });
    expect((await named(await open(origin), "metric", "Prometheus").query(query)).data).toEqual([]);
    expect(received.some(({ url = "" }) => url.endsWith(`${UIDS.prometheus}/api/v1/rules?type=alert`))).toBe(true);
  });

  it("says that the clock of the server behind it differs", async () => {
    const body = { status: "success", data: { resultType: "scalar", result: [(Date.now() + 7_200_000) / 1_000, "1"] } };
    const intercept: Parameters<typeof grafana>[0] = {
      servers: { prometheus: history.url },
      intercept(request, response) {
        if (request.url?.includes("query=time%28%29") !== true) return false;
        response.end(JSON.stringify(body));
        return true;
      },
    };
    const health = await named(await open(await serve(grafana(intercept))), "metric", "Prometheus").check?.();
    expect(health?.clockSkewMs).toBeGreaterThan(7_100_000);
  });

  it("is named in causeway doctor, with what is behind it", async () => {
    const servers = { prometheus: history.url, tempo: await serve(tempo([])) };
    const url = await serve(grafana({ servers }));
    const env = { GRAFANA_URL: url, GRAFANA_TOKEN: TOKEN };
    const checks = await examine(loadConfig({ home: "/nowhere" }, env), AbortSignal.timeout(60_000));
    const detail = (name: string) => checks.find((check) => check.name === name)?.detail;
    expect(detail("grafana/Prometheus metric")).toMatch(/Prometheus behind Grafana/);
    expect(detail("grafana/Tempo trace")).toMatch(/Tempo behind Grafana/);
    expect(detail("grafana/Loki log")).toMatch(/^not reached: Grafana failed to serve .*\(HTTP 502\)/);
  });
});

describe("other data sources behind Grafana", () => {
  it("reads traces of Tempo and Jaeger, and the calls that Jaeger counts", async () => {
    const servers = { tempo: await serve(tempo([])), jaeger: await serve(jaeger([])) };
    const telemetry = await open(await serve(grafana({ servers })));
    const traceId = STORED[0]?.id ?? "";
    const query = queryFor("trace", traceRange, { matchers: [{ label: "trace_id", op: "=", value: traceId }] });
    for (const name of ["Tempo", "Jaeger"]) {
      const source = named(telemetry, "trace", name);
      expect((await source.query(query)).data).toMatchObject([{ traceId }]);
      const [native] = (await source.native?.(query)) ?? [];
      expect(decodeURIComponent(native?.link ?? "")).toContain(`"query":"${traceId}"`);
    }
    const { data } = await named(telemetry, "topology", "Jaeger").query(queryFor("topology", traceRange));
    expect(data.edges).toMatchObject([{ from: "shop", to: "cart" }]);
  });

  it("reads logs of Loki, and of Elasticsearch through the one search that Grafana passes on", async () => {
    const at = (index: number) => NOW_MS - 60_000 - index;
    const lines = Array.from({ length: 6_000 }, (_, index) => `request ${index} failed`);
    const documents = lines.map((message, index) => ({
      "@timestamp": isoTime(at(index)),
      message,
      "service.name": "shop",
    }));
    const stored = lines.map((line, index) => ({ timeMs: at(index), labels: { service_name: "shop" }, line }));
    const servers = {
      loki: await serve(lokiStandIn(stored).answer),
      elasticsearch: await serve(searchStandIn(documents, { product: null }).answer),
    };
    const telemetry = await open(await serve(grafana({ servers })));
    for (const name of ["Loki", "Shop logs"]) {
      const { data } = await named(telemetry, "log", name).query(queryFor("log", range, { entities: ["shop"] }));
      expect(new Set((await Promise.all(data.map(linesOf))).flat()).size).toBe(6_000);
    }
    const query = queryFor("log", range, { entities: ["shop"], patterns: ["request <*> failed"] });
    const [native] = (await named(telemetry, "log", "Shop logs").native?.(query)) ?? [];
    expect(native).toMatchObject({ language: "Lucene", text: expect.stringContaining(' AND (message: "request"') });
  });

  it("reads the alerts of an Alertmanager", async () => {
    const { origin, received } = await serveLocally(
      grafana({ servers: { alertmanager: await serve((_, response) => void response.end("[]")) } }),
    );
    expect((await named(await open(origin), "alert", "Alerts").query(queryFor("alert", range))).data).toEqual([]);
    expect(received.at(-1)?.url).toBe(`/api/datasources/proxy/uid/${UIDS.alertmanager}/api/v2/alerts`);
  });
});

describe("which data sources are read", () => {
  it("asks for those that a Viewer may query where listing all is not permitted", async () => {
    const telemetry = await open(await serve(grafana({ forbids: /^\/api\/datasources$/ })));
    expect(namesOf(telemetry)).toEqual(namesOf(await open(await serve(grafana()))));
    expect(namesOf(telemetry)).toContain("grafana/Tempo trace");
  });

  it("reads only those that the settings name, by name or uid, and says which it cannot find", async () => {
    const url = await serve(grafana());
    expect(namesOf(await open(url, { datasources: ["Loki", UIDS.tempo] }))).toEqual([
      "grafana/Loki log",
      "grafana/Tempo trace",
    ]);
    const reasonOf = async (name: string) => {
      const source = sourcesOf(await open(url, { datasources: [name] }), "metric").at(-1);
      return source?.query(queryFor("metric", range)).catch((error: unknown) => String(error));
    };
    expect(await reasonOf("Prod")).toMatch(/Grafana has no data source Prod that its token may query/);
    expect(await reasonOf("Orders database")).toMatch(
      /is of the type grafana-postgresql-datasource, which Causeway does not read/,
    );
    expect(await open(url, { datasources: [] })).toEqual([]);
  });

  it("does not read a server twice that is a source of its own", async () => {
    const sources = SOURCE_SECTIONS.sources.unwrap().parse([
      { kind: "prometheus", url: "http://prometheus:9090/" },
      { kind: "loki", url: "http://10.0.0.7:3100", links: { grafana: UIDS.loki } },
    ]);
    const url = await serve(grafana());
    const { backends } = readSources({ GRAFANA_URL: url, GRAFANA_TOKEN: TOKEN }, { sources });
    const names = namesOf(await open(url, {}, backends)).join();
    expect(names).toContain("grafana/Tempo");
    expect(names).not.toMatch(/Prometheus|Loki/);
  });
});

const json =
  (body: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));

it.each<[string, RequestListener, RegExp, object?]>([
  ["the token is wrong", grafana(), /refused the credentials/, { token: "glsa_wrong_token" }],
  [
    "the token may list nothing",
    grafana({ forbids: /^\/api/ }),
    /does not permit the token to read .*Permissions needed: datasources:read/,
  ],
  ["the token may query nothing", json([]), /no data source that Causeway can read and its token may query/],
  ["a uid leads elsewhere", json([{ uid: "../../x", name: "x", type: "prometheus" }]), /unexpected body/],
  ["types lie", json([{ uid: 7, name: ["x"], type: {} }]), /unexpected body/],
  [
    "there are more data sources than Grafana has",
    json(Array.from({ length: 5_001 }, (_, at) => ({ uid: `u${at}`, name: "x", type: "loki" }))),
    /unexpected body/,
  ],
])("says why nothing could be read if %s", async (_title, answer, reason, given = {}) => {
  const telemetry = await open(await serve(answer), given);
  expect(namesOf(telemetry)).toEqual(["grafana metric", "grafana log", "grafana trace"]);
  for (const source of telemetry) {
    const failure = source.query(queryFor(source.signal, range) as never).catch((error: unknown) => error);
    expect(await failure).toMatchObject({ message: expect.stringMatching(reason), hint: expect.stringMatching(/\w/) });
    expect(String(await failure)).not.toContain("glsa_");
  }
});

/** Opens Grafana with the first query, so that each way in which it misbehaves is an answer of a source. */
const lazily = (url: string, timeoutMs: number, signal: "metric" | "trace"): TelemetrySource<typeof signal> => {
  let opened: Promise<Telemetry> | undefined;
  const first = async (): Promise<TelemetrySource<typeof signal>> => {
    const found = sourcesOf(await (opened ??= open(url, { timeoutMs })), signal)[0];
    if (found === undefined) throw new Error("nothing was opened");
    return found as TelemetrySource<typeof signal>;
  };
  return {
    name: "grafana",
    signal,
    capabilities: { holds: "system", filters: [], metadata: [] },
    query: async (query, options) => (await first()).query(query, options),
    metadata: async (request, options) => (await first()).metadata(request, options),
    check: async (options) => {
      const found = await first();
      if (found.check === undefined) throw new Error("no check");
      return found.check(options);
    },
  };
};

withstandsHostileServers("Grafana", (url, timeoutMs) => lazily(url, timeoutMs, "metric"));

const list = readFileSync(join(import.meta.dirname, "../../../fixtures/grafana/api-datasources.json"), "utf8");
it.each(HOSTILE)("ends with the reason if a server behind Grafana %s", async (_title, answer, reason, timeoutMs) => {
  const url = await serve((request, response) => {
    if (request.url === "/api/datasources") response.end(list);
    else answer(request, response);
  });
  const startBytes = process.memoryUsage().rss;
  const source = lazily(url, timeoutMs, "trace");
  await expect(source.query(queryFor("trace", range))).rejects.toThrow(reason);
  await expect(source.check?.()).rejects.toBeInstanceOf(IncidentError);
  expect(process.memoryUsage().rss - startBytes).toBeLessThan(400 * 1024 * 1024);
});

it("waits where Grafana limits requests", async () => {
  const url = await serve(limited(2, grafana()));
  expect(namesOf(await open(url))).toContain("grafana/Prometheus metric");
});

it("reads the others while one data source is down, for as long as it is", async () => {
  const servers = { tempo: await serve(tempo([])), loki: DOWN };
  const telemetry = await open(await serve(grafana({ servers })), { timeoutMs: 300 });
  const logs = named(telemetry, "log", "Loki");
  for (let at = 0; at < 6; at += 1)
    await expect(logs.query(queryFor("log", range))).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(logs.query(queryFor("log", range))).rejects.toThrow(/Loki behind Grafana failed 5 times in a row/);
  expect((await named(telemetry, "trace", "Tempo").query(queryFor("trace", traceRange))).data.length).toBeGreaterThan(
    0,
  );
});

it("gives all data sources of one Grafana one limit", async () => {
  const servers = { tempo: await serve(tempo([])), jaeger: await serve(jaeger([])) };
  const telemetry = await open(await serve(grafana({ servers })), { limits: { queries: 3 } });
  await sourcesOf(telemetry, "trace")[0]?.metadata({ range: null, recording: null, fields: ["entities"] });
  await sourcesOf(telemetry, "trace")[1]?.metadata({ range: null, recording: null, fields: ["entities"] });
  await expect(
    sourcesOf(telemetry, "trace")[1]?.metadata({ range: null, recording: null, fields: [] }),
  ).rejects.toThrow(/limit of 3 queries/);
});
