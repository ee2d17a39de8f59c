import { expect, it } from "vitest";
import { readTracing } from "../../src/config/tracing.ts";

it("takes a header value with a stray percent sign as it is", () => {
  const tracing = readTracing({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "a=100%, authorization=Bearer%20t0ken",
  });
  expect(tracing?.headers).toEqual({ a: "100%", authorization: "Bearer t0ken" });
});
