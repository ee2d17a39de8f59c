import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { openOtlpSender, tracesOf } from "../../../src/lab/process/otlp-sender.ts";
import type { SpanLine } from "../../../src/lab/process/tracer.ts";

const span = (status: string): SpanLine => ({
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  parentSpanId: null,
  service: "cart",
  kind: "server",
  operation: "GET /carts/{user}",
  startUnixNano: "1764500000000000001",
  durationUs: 5,
  status,
});
const spanOf = (status: string) => tracesOf("cart", [span(status)]).resourceSpans[0]?.scopeSpans[0]?.spans[0];

it("keeps nanoseconds, and ends a span after its duration", () => {
  expect(spanOf("OK")).toMatchObject({
    startTimeUnixNano: "1764500000000000001",
    endTimeUnixNano: "1764500000000005001",
    kind: 2,
  });
});

it.each([
  ["", { code: 0 }],
  ["OK", { code: 1 }],
  ["ERROR: 503 Service Unavailable", { code: 2, message: "503 Service Unavailable" }],
])("sends the status %j", (status, sent) => {
  expect(spanOf(status)?.status).toEqual(sent);
});

it("sends spans again to a receiver that was busy", async () => {
  const received: { path: string; body: string }[] = [];
  const server = createServer((message, reply) => {
    void text(message).then((body) => {
      received.push({ path: message.url ?? "", body });
      reply.writeHead(received.length === 1 ? 503 : 200).end("{}");
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const keepAlive = setInterval(() => undefined, 100); // the sender does not keep a process alive
  const send = openOtlpSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/otlp`, "cart");
  send(span("OK"));
  await expect.poll(() => received.length).toBe(2);
  expect(received[0]?.path).toBe("/v1/otlp/v1/traces");
  expect(received[1]?.body).toBe(received[0]?.body);
  clearInterval(keepAlive);
  server.closeAllConnections();
  server.close();
});
