import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { newHome, serviceAt, eventsOf } from "./services.ts";

it("sends the spans of an analysis to the configured collector, without telemetry of the incident", async () => {
  const bodies: string[] = [];
  const tokens: (string | undefined)[] = [];
  const collector = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    void text(request).then((body) => {
      bodies.push(body);
      response.end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  const service = await serviceAt({
    CAUSEWAY_HOME: newHome(),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20t0ken",
  });
  const { analysisId } = await service.submitAnalysis("shop-003", { idempotencyKey: null, by: "kim" });
  await eventsOf(service, analysisId);
  await service.drain();
  collector.close();
  const sent = bodies.join("\n");
  for (const name of ["analysis", "load-incident", "mine-logs", "rank-causes", "plan-remediation"])
    expect(sent).toContain(`"name":"${name}"`);
  expect(sent).toContain(analysisId);
  expect(sent).not.toMatch(/inventory|checkout|gateway/);
  expect(new Set(tokens)).toEqual(new Set(["Bearer t0ken"]));
});
