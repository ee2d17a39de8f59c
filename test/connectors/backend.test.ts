import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { type Backend, openBackend } from "../../src/connectors/backend.ts";
import type { QueryLimits } from "../../src/connectors/http/query-limits.ts";

const LIMITS: QueryLimits = { queries: 100, bytes: 1_000_000, ms: 60_000, concurrency: 2 };
const opened: { server: Server; backend: Backend }[] = [];

afterEach(async () => {
  for (const { server, backend } of opened.splice(0)) {
    await backend.close();
    server.closeAllConnections();
    server.close();
  }
});

async function backendAt(listener: RequestListener, limits: Partial<QueryLimits> = {}): Promise<Backend> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const backend = openBackend({ url, label: "Shop", settings: { address: "SHOP_URL" } }, { ...LIMITS, ...limits });
  opened.push({ server, backend });
  return backend;
}
const once = { path: "/q", retry: { times: 0, on: "unavailable" } } as const;

it("sends no more queries at the same time than its limit, over all analyses", async () => {
  const waiting: (() => void)[] = [];
  let most = 0;
  const backend = await backendAt((_request, response) => {
    waiting.push(() => response.end("{}"));
    most = Math.max(most, waiting.length);
  });
  const doors = [backend.forAnalysis(), backend.forAnalysis()];
  const answers = Promise.all(Array.from({ length: 6 }, (_, at) => doors[at % 2]?.json(once, z.object({}))));
  await expect.poll(() => waiting.length).toBe(2);
  for (let answered = 0; answered < 6; answered += 1) {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.shift()?.();
  }
  await answers;
  expect(most).toBe(2);
});

it("refuses a query above the limit of one analysis, and still answers another analysis", async () => {
  const backend = await backendAt((_request, response) => response.end("{}"), { queries: 2 });
  const door = backend.forAnalysis();
  await door.text(once);
  await door.text(once);
  await expect(door.text(once)).rejects.toMatchObject({ code: "REJECTED", message: /limit of 2 queries on Shop/ });
  expect(await backend.forAnalysis().text(once)).toBe("{}");
});

it("ends an answer that exceeds the bytes of the analysis", async () => {
  const backend = await backendAt((_request, response) => response.end("x".repeat(3_000_000)), { bytes: 1_000_000 });
  await expect(backend.forAnalysis().text(once)).rejects.toMatchObject({
    code: "REJECTED",
    message: /1 MB of answers/,
  });
});

it("leaves a server alone after five failures in a row, and says so", async () => {
  let received = 0;
  const backend = await backendAt((_request, response) => {
    received += 1;
    response.writeHead(503).end();
  });
  const door = backend.forAnalysis();
  for (let at = 0; at < 5; at += 1) await expect(door.text(once)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(door.text(once)).rejects.toMatchObject({ code: "UNAVAILABLE", message: /failed 5 times in a row/ });
  expect(received).toBe(5);
});

it("asks again after the pause that a rate limit names", async () => {
  let received = 0;
  const backend = await backendAt((_request, response) => {
    received += 1;
    if (received === 1) response.writeHead(429, { "retry-after": "0" }).end();
    else response.end("{}");
  });
  expect(await backend.forAnalysis().text({ path: "/q" })).toBe("{}");
});

it("keeps the slot of a streamed answer until its end", async () => {
  const backend = await backendAt((_request, response) => response.end("line\n"), { concurrency: 1 });
  const door = backend.forAnalysis();
  const body = await door.stream(once);
  const second = door.text(once);
  const chunks: string[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk).toString());
  expect(chunks.join("")).toBe("line\n");
  expect(await second).toBe("line\n");
});
