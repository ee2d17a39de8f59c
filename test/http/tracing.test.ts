import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { startTracing } from "../../src/compose/tracing.ts";
import { loadConfig } from "../../src/config.ts";
import { startServer } from "./server.ts";

it("exports a span for each request, in the trace of its caller, named by its route", async () => {
  const bodies: string[] = [];
  const collector = createServer(
    (request, response) => void text(request).then((body) => (bodies.push(body), response.end("{}"))),
  ).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  const stopTracing = await startTracing(loadConfig({}, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }));
  const server = await startServer();
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const { headers } = await server.ask("/v1/incidents/a-secret-name", {
    headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
  });
  await server.stop();
  await stopTracing();
  collector.close();

  const [, spanId] = new RegExp(`^00-${trace}-([0-9a-f]{16})-01$`).exec(headers.get("traceparent") ?? "") ?? [];
  const spans = bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: unknown[] }[] }) =>
      resource.scopeSpans.flatMap(({ spans }) => spans),
    ),
  );
  expect(spans).toContainEqual(
    expect.objectContaining({
      traceId: trace,
      spanId,
      parentSpanId: "00f067aa0ba902b7",
      name: "GET /v1/incidents/:incidentId",
    }),
  );
  expect(bodies.join("")).not.toContain("a-secret-name");
});
