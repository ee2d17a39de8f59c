import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { examine } from "../../../src/compose/doctor.ts";
import { loadConfig } from "../../../src/config.ts";
import { readSources, SOURCE_SECTIONS } from "../../../src/config/sources.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { isoTime } from "../../../src/domain/time.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { importSamples } from "../../servers/import-samples.ts";
import { type MetricsServer, startPrometheus, startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { searchStandIn } from "../elasticsearch/search-stand-in.ts";
import { serveLocally } from "../http/server.ts";
import { linesOf } from "../logfiles/folder.ts";
import { lokiStandIn } from "../loki/loki-stand-in.ts";
import { jaeger, range as traceRange, STORED, tempo } from "../traces/trace-stand-ins.ts";
import { grafana, TOKEN, UIDS } from "./grafana-stand-in.ts";
import { named, namesOf, NOW_MS, openSources, range, serve } from "./open-sources.ts";
import { NO_HOME } from "../../no-home.ts";
import { HANG_MS } from "../../hang.ts";

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
      await openSources(await serve(grafana({ servers: { prometheus: history.url } }))),
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
    const telemetry = await openSources(await serve(grafana({ servers: { prometheus: history.url } })));
    const { data } = await named(telemetry, "topology", "Prometheus").query(queryFor("topology", range));
    expect(data.edges).toMatchObject([{ from: "web", to: "checkout" }]);
  });

  it("begins with the metrics of a rule that Grafana evaluates itself", async () => {
    const firstRead = async (name: string) => {
      const { origin, received } = await serveLocally(grafana({ servers: { prometheus: history.url } }));
      const rules = [{ name, expression: null, labels: { service: "checkout" } }];
      await named(await openSources(origin), "metric", "Prometheus").query(queryFor("metric", range, { rules }));
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
    expect((await named(await openSources(origin), "metric", "Prometheus").query(query)).data).toEqual([]);
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
    const health = await named(await openSources(await serve(grafana(intercept))), "metric", "Prometheus").check?.();
    expect(health?.clockSkewMs).toBeGreaterThan(7_100_000);
  });

  it("is named in causeway doctor, with what is behind it", async () => {
    const servers = { prometheus: history.url, tempo: await serve(tempo([])) };
    const url = await serve(grafana({ servers }));
    const env = { GRAFANA_URL: url, GRAFANA_TOKEN: TOKEN };
    const checks = await examine(loadConfig({ home: NO_HOME }, env), AbortSignal.timeout(HANG_MS));
    const detail = (name: string) => checks.find((check) => check.name === name)?.detail;
    expect(detail("grafana/Prometheus metric")).toMatch(/Prometheus behind Grafana/);
    expect(detail("grafana/Tempo trace")).toMatch(/Tempo behind Grafana/);
    expect(detail("grafana/Loki log")).toMatch(/^not reached: Grafana failed to serve .*\(HTTP 502\)/);
  });
});

describe("other data sources behind Grafana", () => {
  it("reads traces of Tempo and Jaeger, and the calls that Jaeger counts", async () => {
    const servers = { tempo: await serve(tempo([])), jaeger: await serve(jaeger([])) };
    const telemetry = await openSources(await serve(grafana({ servers })));
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
    const telemetry = await openSources(await serve(grafana({ servers })));
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
    expect((await named(await openSources(origin), "alert", "Alerts").query(queryFor("alert", range))).data).toEqual(
      [],
    );
    expect(received.at(-1)?.url).toBe(`/api/datasources/proxy/uid/${UIDS.alertmanager}/api/v2/alerts`);
  });
});

describe("which data sources are read", () => {
  it("asks for those that a Viewer may query where listing all is not permitted", async () => {
    const telemetry = await openSources(await serve(grafana({ forbids: /^\/api\/datasources$/ })));
    expect(namesOf(telemetry)).toEqual(namesOf(await openSources(await serve(grafana()))));
    expect(namesOf(telemetry)).toContain("grafana/Tempo trace");
  });

  it("reads only those that the settings name, by name or uid, and says which it cannot find", async () => {
    const url = await serve(grafana());
    expect(namesOf(await openSources(url, { datasources: ["Loki", UIDS.tempo] }))).toEqual([
      "grafana/Loki log",
      "grafana/Tempo trace",
    ]);
    const reasonOf = async (name: string) => {
      const source = sourcesOf(await openSources(url, { datasources: [name] }), "metric").at(-1);
      return source?.query(queryFor("metric", range)).catch((error: unknown) => String(error));
    };
    expect(await reasonOf("Prod")).toMatch(/Grafana has no data source Prod that its token may query/);
    expect(await reasonOf("Orders database")).toMatch(
      /is of the type grafana-postgresql-datasource, which Causeway does not read/,
    );
    expect(await openSources(url, { datasources: [] })).toEqual([]);
  });

  it("does not read a server twice that is a source of its own", async () => {
    const sources = SOURCE_SECTIONS.sources.unwrap().parse([
      { kind: "prometheus", url: "http://prometheus:9090/" },
      { kind: "loki", url: "http://10.0.0.7:3100", links: { grafana: UIDS.loki } },
    ]);
    const url = await serve(grafana());
    const { backends } = readSources({ GRAFANA_URL: url, GRAFANA_TOKEN: TOKEN }, { sources });
    const names = namesOf(await openSources(url, {}, backends)).join();
    expect(names).toContain("grafana/Tempo");
    expect(names).not.toMatch(/Prometheus|Loki/);
  });
});
