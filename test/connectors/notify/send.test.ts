import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { IncidentError } from "../../../src/domain/errors.ts";
import { type NotifyTarget, sendTo } from "../../../src/connectors/notify/send.ts";

type Received = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
type Reply = { status: number; headers?: Record<string, string>; body?: string } | "silent";

const SECRET = "a-secret-of-sixteen-or-more";
const PATH = "/api/webhooks/123/token-of-this-webhook?wait=true&sig=other-secret";
const NOW_MS = 1_780_000_000_123;

/** A receiver that answers with these replies in turn; the last one stays. */
async function receiver(...replies: Reply[]): Promise<{ origin: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
      const reply = replies[Math.min(received.length, replies.length) - 1] ?? { status: 204 };
      if (reply !== "silent") response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const target = (origin: string, more: Partial<NotifyTarget> = {}): NotifyTarget => ({
  name: "oncall",
  url: `${origin}${PATH}`,
  secret: null,
  headers: {},
  timeoutMs: 60_000,
  ...more,
});
const PROXY = { proxy: { http: null, https: null, noProxy: [] } };
const message = { id: "delivery-1", payload: { text: "it is the store" }, nowMs: NOW_MS };

async function failureOf(sent: Promise<void>): Promise<IncidentError> {
  const failure: unknown = await sent.then(
    () => null,
    (error: unknown) => error,
  );
  if (failure instanceof IncidentError) return failure;
  throw new Error(`no IncidentError: ${String(failure)}`);
}

it("posts JSON, signed over timestamp and body, to the address as it is", async () => {
  const { origin, received } = await receiver({ status: 204 });
  await sendTo(target(origin, { secret: SECRET, headers: { "x-team": "shop" } }), message, PROXY);
  const [{ method, path, headers, body } = {} as Received] = received;
  expect([method, path, body]).toEqual(["POST", PATH, '{"text":"it is the store"}']);
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-team": "shop",
    "idempotency-key": "delivery-1",
    "x-causeway-timestamp": "1780000000",
    "x-causeway-signature": `v1=${createHmac("sha256", SECRET).update(`1780000000.${body}`).digest("hex")}`,
  });
});

it("tries again after 429 and 5xx, with the same id, signature and bytes", async () => {
  const { origin, received } = await receiver(
    { status: 429, headers: { "retry-after": "0" } },
    { status: 503, headers: { "retry-after": "0" } },
    { status: 200, body: "ok" },
  );
  await sendTo(target(origin, { secret: SECRET }), message, PROXY);
  expect(received).toHaveLength(3);
  const seen = received.map(({ body, headers }) => [body, headers["idempotency-key"], headers["x-causeway-signature"]]);
  expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
});

it("gives up on a server that stays broken, and on one that asks to wait for an hour", async () => {
  const broken = await receiver({ status: 500, headers: { "retry-after": "0" } });
  expect(await failureOf(sendTo(target(broken.origin), message, PROXY))).toMatchObject({ code: "UNAVAILABLE" });
  expect(broken.received.length).toBeGreaterThan(1);
  const busy = await receiver({ status: 429, headers: { "retry-after": "3600" } });
  expect(await failureOf(sendTo(target(busy.origin), message, PROXY))).toMatchObject({ code: "UNAVAILABLE" });
  expect(busy.received).toHaveLength(1);
});

it.each([400, 401, 403, 404])("does not try again after %d, and shows no part of the address", async (status) => {
  const { origin, received } = await receiver({ status, body: `no ${PATH}` });
  const failure = await failureOf(sendTo(target(origin), message, PROXY));
  expect(received).toHaveLength(1);
  expect(`${failure.message} ${failure.hint} ${String(failure.cause)}`).not.toMatch(/token-of-this|other-secret/);
});

it("follows no redirect: the message is for one address", async () => {
  const other = await receiver({ status: 200 });
  const { origin } = await receiver({ status: 307, headers: { location: `${other.origin}/elsewhere` } });
  await failureOf(sendTo(target(origin), message, PROXY));
  expect(other.received).toEqual([]);
});

it("does not wait for a silent server beyond its time limit", async () => {
  const { origin } = await receiver("silent");
  expect(await failureOf(sendTo(target(origin, { timeoutMs: 300 }), message, PROXY))).toMatchObject({
    code: "UNAVAILABLE",
  });
});
