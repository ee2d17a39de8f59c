import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type Answer, methodsOf } from "./web-api.ts";
import { socketMode } from "./socket-mode.ts";
import { type Json, workspace } from "./state.ts";

export const BOT_TOKEN = "xoxb-fake-bot";
export const APP_TOKEN = "xapp-fake-app";
export const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const ALL_SCOPES = [
  "app_mentions:read",
  "chat:write",
  "commands",
  "channels:history",
  "reactions:write",
  "users:read",
  "usergroups:read",
  "files:write",
  "channels:read",
];

/** Rate limit per channel: `burst` calls within `perMs`. Slack allows about one post a second, with short bursts. */
export type Limit = { method: string; burst: number; perMs: number };
export type FakeOptions = { scopes?: readonly string[]; limits?: readonly Limit[] };

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Arguments as WebClient sends them: a form whose nested values are JSON, or JSON. */
function argsOf(request: IncomingMessage, body: Buffer): Json {
  if (request.headers["content-type"]?.startsWith("application/json")) return JSON.parse(body.toString()) as Json;
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

/** The file in a multipart body of one part. */
function filePart(request: IncomingMessage, body: Buffer): Buffer {
  const boundary = /boundary=(.+)$/.exec(request.headers["content-type"] ?? "")?.[1];
  if (boundary === undefined) return body;
  const start = body.indexOf("\r\n\r\n") + 4;
  return body.subarray(start, body.lastIndexOf(`\r\n--${boundary}`));
}

/** A fake Slack: Web API, files and Socket Mode on one local port. It records every call. */
export async function fakeSlack({ scopes = ALL_SCOPES, limits = [] }: FakeOptions = {}) {
  const space = workspace();
  const granted = new Set(scopes);
  const settings = {
    revoked: false,
    limited: [] as { method: string; left: number; retryAfterS: number }[],
    failing: [] as { method: string; left: number }[],
    delayMs: 0,
  };
  const made = new Map<string, number[]>();

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets = socketMode(server);
  const methods = methodsOf(
    space,
    () => `ws://127.0.0.1:${port}/link?ticket=${space.id("T")}`,
    (id) => `http://127.0.0.1:${port}/upload/${id}`,
  );

  function limitOf(method: string, args: Json): number | null {
    const forced = settings.limited.find((one) => one.method === method && one.left > 0);
    if (forced) {
      forced.left -= 1;
      return forced.retryAfterS;
    }
    const limit = limits.find((one) => one.method === method);
    if (!limit) return null;
    const key = `${method} ${String(args.channel)}`;
    const recent = (made.get(key) ?? []).filter((atMs) => Date.now() - atMs < limit.perMs);
    made.set(key, recent);
    if (recent.length >= limit.burst)
      return Math.max(1, Math.ceil((limit.perMs - (Date.now() - (recent[0] ?? 0))) / 1000));
    recent.push(Date.now());
    return null;
  }

  function judge(method: string, args: Json, token: string): Answer {
    const known = methods[method];
    if (!known) return { ok: false, error: "unknown_method" };
    const isApp = method === "apps.connections.open";
    if (token === "") return { ok: false, error: "not_authed" };
    if (token !== (isApp ? APP_TOKEN : BOT_TOKEN)) return { ok: false, error: "invalid_auth" };
    if (settings.revoked && !isApp) return { ok: false, error: "token_revoked" };
    if (known.scope !== null && !granted.has(known.scope))
      return { ok: false, error: "missing_scope", needed: known.scope, provided: [...granted].join(",") };
    return known.run(args);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const path = request.url ?? "";
    if (path.startsWith("/upload/")) {
      const file = space.files.get(path.slice("/upload/".length));
      if (file) file.bytes = filePart(request, body);
      return void response.writeHead(file ? 200 : 404).end(file ? `OK - ${file.bytes.length}` : "");
    }
    const method = path.replace(/^\/api\//, "");
    const args = argsOf(request, body);
    const record = (ok: boolean, error: string | null, status: number) =>
      space.calls.push({ method, args, ok, error, status });
    if (settings.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, settings.delayMs));
    const failing = settings.failing.find((one) => one.method === method && one.left > 0);
    if (failing) {
      failing.left -= 1;
      record(false, "internal_error", 500);
      return void response.writeHead(500).end("upstream");
    }
    const retryAfterS = limitOf(method, args);
    if (retryAfterS !== null) {
      record(false, "ratelimited", 429);
      return void response
        .writeHead(429, { "retry-after": String(retryAfterS) })
        .end('{"ok":false,"error":"ratelimited"}');
    }
    const found = judge(method, args, (request.headers.authorization ?? "").replace(/^Bearer /, ""));
    record(found.ok, found.ok ? null : found.error, 200);
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "x-oauth-scopes": [...granted].join(","),
      "x-accepted-oauth-scopes": methods[method]?.scope ?? "",
    });
    response.end(JSON.stringify(found));
  }

  const close = async (): Promise<void> => {
    sockets.close();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  onTestFinished(() => (server.listening ? close() : undefined));
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    space,
    sockets,
    close,
    /** Takes a scope away, as an administrator may. */
    withdraw: (scope: string): void => void granted.delete(scope),
    revokeToken: (): void => void (settings.revoked = true),
    /** The next `count` calls of a method are refused with 429. */
    limitNext: (method: string, count: number, retryAfterS = 1): void =>
      void settings.limited.push({ method, left: count, retryAfterS }),
    /** The next `count` calls of a method fail with HTTP 500. */
    failNext: (method: string, count: number): void => void settings.failing.push({ method, left: count }),
    /** No call fails any more. */
    recover: (): void => void (settings.failing = []),
  };
}
export type FakeSlack = Awaited<ReturnType<typeof fakeSlack>>;
