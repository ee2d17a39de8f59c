import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as JsonMetrics } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtoMetrics } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraces } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoTraces } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { otlpSources } from "../../src/connectors/otlp/sources.ts";
import { openStores, type Stores } from "../../src/compose/stores.ts";
import { loadConfig } from "../../src/config.ts";
import { queryFor } from "../../src/domain/query.ts";
import type { Series, Span } from "../../src/domain/telemetry.ts";
import { sourcesOf } from "../../src/telemetry/sources-of.ts";
import { startServer, type TestServer } from "./server.ts";

/** `delta`: how counters are sent; `gzip`: how bodies are. */
const WIRES = [
  { wire: "JSON", Logs: JsonLogs, Metrics: JsonMetrics, Traces: JsonTraces, delta: false, compression: "none" },
  { wire: "protobuf", Logs: ProtoLogs, Metrics: ProtoMetrics, Traces: ProtoTraces, delta: true, compression: "gzip" },
] as const;

describe.each(WIRES)("the official exporters over $wire", ({ Logs, Metrics, Traces, delta, compression }) => {
  let server: TestServer;
  let stores: Stores;
  const startMs = Date.now() - 60_000;
  const range = { startMs, endMs: startMs + 3_600_000 };
  const service = resourceFromAttributes({ "service.name": "checkout", "k8s.pod.name": "checkout-7d9f8c6b5-x2x4z" });
  const failed = new Error("connect ECONNREFUSED 10.0.0.7:5432");

  beforeAll(async () => {
    server = await startServer();
    const to = (path: string) => ({ url: `${server.url}/v1/otlp/v1/${path}`, compression: compression as never });
    await sendSpans(new Traces(to("traces")));
    await sendLogs(new Logs(to("logs")));
    await sendMetrics(
      new Metrics({
        ...to("metrics"),
        temporalityPreference: delta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
      }),
    );
    stores = await openStores(loadConfig({ home: server.home }, {}));
  });
  afterAll(async () => {
    await stores.close();
    await server.stop();
  });

  const read = async <S extends "log" | "metric" | "trace">(signal: S) => {
    const [source] = sourcesOf(await otlpSources(stores.otlp, Date.now), signal);
    if (source === undefined) throw new Error(`no ${signal} was stored`);
    return source.query(queryFor(signal, range));
  };

  async function sendSpans(exporter: InstanceType<typeof Traces>): Promise<void> {
    const provider = new TracerProvider({ resource: service, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const tracer = provider.getTracer("test");
    const request = tracer.startSpan("POST /orders", { kind: SpanKind.SERVER, startTime: startMs });
    const parent = trace.setSpanContext(ROOT_CONTEXT, request.spanContext());
    const attributes = { "db.system.name": "postgresql", "server.address": "orders-db.shop.svc.cluster.local" };
    const client = tracer.startSpan(
      "INSERT orders",
      { kind: SpanKind.CLIENT, startTime: startMs + 5, attributes },
      parent,
    );
    client.recordException(failed);
    client.setStatus({ code: SpanStatusCode.ERROR });
    client.end(startMs + 25);
    request.setStatus({ code: SpanStatusCode.ERROR, message: "order 17 was not saved" });
    request.end(startMs + 30);
    await provider.shutdown();
  }

  async function sendLogs(exporter: InstanceType<typeof Logs>): Promise<void> {
    const provider = new LoggerProvider({
      resource: service,
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    const logger = provider.getLogger("test");
    logger.emit({ timestamp: startMs + 20, severityNumber: 17, body: "cannot save the order", exception: failed });
    logger.emit({ timestamp: startMs + 21, severityText: "INFO", body: { order: 17, state: "lost" } });
    await provider.shutdown();
  }

  async function sendMetrics(exporter: InstanceType<typeof Metrics>): Promise<void> {
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({
      resource: service,
      readers: [reader],
      views: [
        {
          instrumentName: "rpc.duration",
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
          instrumentType: InstrumentType.HISTOGRAM,
        },
      ],
    });
    const meter = provider.getMeter("test");
    const orders = meter.createCounter("orders", { unit: "{order}" });
    const open = meter.createUpDownCounter("db.client.connections", { unit: "{connection}" });
    const latency = meter.createHistogram("http.server.request.duration", {
      unit: "s",
      advice: { explicitBucketBoundaries: [0.1, 1] },
    });
    const rpc = meter.createHistogram("rpc.duration", { unit: "ms" });
    meter.createObservableGauge("process.memory.usage", { unit: "By" }).addCallback((result) => result.observe(4096));
    for (const round of [1, 2, 3]) {
      orders.add(5, { state: "paid" });
      open.add(1);
      latency.record(0.05 * round);
      rpc.record(10 * round);
      await reader.forceFlush();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await provider.shutdown();
  }

  it("give the spans that were sent, with their status and what they called", async () => {
    const { data, coverage } = await read("trace");
    expect(coverage.gaps.filter(({ kind }) => kind !== "capped")).toEqual([]);
    expect(data).toMatchObject([
      {
        service: "checkout",
        pod: "checkout-7d9f8c6b5-x2x4z",
        operation: "POST /orders",
        parentSpanId: null,
        startUnixNano: BigInt(startMs) * 1_000_000n,
        durationUs: 30_000,
        kind: "server",
        status: "ERROR: order 17 was not saved",
      },
      {
        operation: "INSERT orders",
        durationUs: 20_000,
        kind: "client",
        peer: "orders-db",
        peerKind: "database",
        status: "ERROR: Error: connect ECONNREFUSED 10.0.0.7:5432",
      },
    ] satisfies Partial<Span>[]);
    const [server, client] = data;
    expect(client?.parentSpanId).toBe(server?.spanId);
    expect(server?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it("give the log records with level and exception", async () => {
    const { data } = await read("log");
    const chunks: Uint8Array[] = [];
    for await (const chunk of data[0]?.chunks ?? []) chunks.push(chunk);
    const lines = Buffer.concat(chunks).toString("utf8").trim().split("\n");
    const [first, second] = lines.map((line) => JSON.parse(line) as { body: string; timeUnixNano: string });
    expect(first).toMatchObject({ timeUnixNano: `${startMs + 20}000000`, service: "checkout" });
    expect(first?.body).toMatch(/^ERROR cannot save the order\n.*connect ECONNREFUSED 10\.0\.0\.7:5432/s);
    expect(JSON.parse(second?.body ?? "")).toEqual({ order: 17, state: "lost" });
  });

  it("give counters that rise, gauges, and histograms as Prometheus names them", async () => {
    const { data } = await read("metric");
    const pod = 'instance="checkout-7d9f8c6b5-x2x4z"';
    const find = (metric: string): Series | undefined => data.find((series) => series.metric === metric);
    const last = (metric: string): number | undefined => find(metric)?.values.at(-1);
    expect(find(`orders_total{${pod},state="paid"}`)).toMatchObject({ entity: "checkout", entityKind: "service" });
    expect(find(`orders_total{${pod},state="paid"}`)?.values.slice(0, 3)).toEqual([5, 10, 15]);
    expect(last(`db_client_connections{${pod}}`)).toBe(3);
    expect(last(`process_memory_usage_bytes{${pod}}`)).toBe(4096);
    const latency = "http_server_request_duration_seconds";
    expect(last(`${latency}_count{${pod}}`)).toBe(3);
    expect(last(`${latency}_sum{${pod}}`)).toBeCloseTo(0.3);
    expect(["0.1", "1", "+Inf"].map((le) => last(`${latency}_bucket{${pod},le="${le}"}`))).toEqual([2, 3, 3]);
    const bounds = data.filter(({ metric }) => metric.startsWith("rpc_duration_milliseconds_bucket"));
    // 10, 20 and 30 ms: no two of them in one bucket, and the count of all is the last
    expect([...new Set(bounds.map(({ values }) => values.at(-1)))].toSorted()).toEqual([0, 1, 2, 3]);
  });

  it("are named by the check, with the age of the newest record", async () => {
    const sources = await otlpSources(stores.otlp, Date.now);
    for (const source of sources) {
      const health = await source.check?.();
      expect(health).toMatchObject({ hasData: true, advice: [] });
      expect(health?.sample).toContain("of checkout");
    }
  });
});
