import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { parse as parseYaml } from "yaml";
import { ApiFailure } from "../api-failure.ts";
import type { Certificate } from "../certificate.ts";
import { answerRequest } from "./answer.ts";
import { discovery } from "./discovery.ts";
import { openApi } from "./openapi.ts";
import { streamLogs, streamWatch } from "./streams.ts";
import type { Registry } from "./registry.ts";
import { kindAt, type ObjectRequest, type ResourcePath, resourcePath, verbOf } from "./request.ts";
import { type ApiUser, mayDo, review } from "./review.ts";
import { type ContainerLogs, podOf, readLogs } from "./subresources.ts";

/** A request as interference sees it, before it is answered. */
export type ApiCall = { verb: string; type: string; name: string | null; user: string };
/** What may happen to a request instead of its answer: a refusal, or a connection that is cut. */
export type Interference = (call: ApiCall) => ApiFailure | "cut" | null;

export type ApiServerParts = {
  registry: Registry;
  certificate: Certificate;
  /** Users by their token. */
  users: ReadonlyMap<string, ApiUser>;
  /** The version that the server claims; kubectl and its helpers compare it with their own. */
  version: string;
  logsOf: ContainerLogs;
  now: () => number;
  interfere?: Interference | undefined;
};
/** `port`: where it listens, on 127.0.0.1. */
export type RunningApi = { url: string; port: number; close: () => Promise<void> };

const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Serves the API over TLS on a loopback port. @param port 0: any. */
export async function serveApi(parts: ApiServerParts, port = 0): Promise<RunningApi> {
  const server = createServer(parts.certificate, (request, response) => void respond(parts, request, response));
  server.listen(port, "127.0.0.1");
  await new Promise((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respond(parts: ApiServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await answer(parts, request, response);
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      send(response, 500, { kind: "Status", apiVersion: "v1", status: "Failure", message: String(error), code: 500 });
      throw error; // a bug of the lab: it ends the lab, loudly
    }
    if (error.reason === "TooManyRequests") response.setHeader("retry-after", "1");
    send(response, error.code, error.status);
  }
}

async function answer(parts: ApiServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { registry, users, now } = parts;
  const url = new URL(request.url ?? "/", "https://lab");
  const user = userOf(users, request.headers.authorization ?? "");
  if (/^\/(readyz|livez|healthz)$/.test(url.pathname)) return void response.end("ok");
  if (user === null) throw new ApiFailure("Unauthorized", "Unauthorized");

  const method = request.method ?? "GET";
  const path = resourcePath(url.pathname);
  const verb = path === null ? "get" : verbOf(method, path, url.searchParams);
  const call: ApiCall = { verb, type: path?.type ?? url.pathname, name: path?.name ?? null, user: user.name };
  const interference = parts.interfere?.(call) ?? null;
  if (interference === "cut") return void request.socket.destroy();
  if (interference !== null) throw interference;

  const described = method === "GET" ? (discovery(url.pathname, parts.version) ?? openApi(url.pathname)) : null;
  if (described !== null) return send(response, 200, described);
  if (path === null) throw new ApiFailure("NotFound", "the server could not find the requested resource");
  authorize(user, verb, path);
  const body = await readBody(request);
  const reviewed = method === "POST" ? review(path.type, user, body) : null;
  if (reviewed !== null) return send(response, 201, reviewed);
  const kind = kindAt(path);
  if (kind === null) throw new ApiFailure("NotFound", "the server could not find the requested resource");

  const { namespace, name, subresource } = path;
  const manager = (request.headers["user-agent"] ?? "unknown").split("/")[0] ?? "";
  const contentType = contentTypeOf(request);
  const objects: ObjectRequest = {
    verb,
    kind,
    namespace,
    name,
    subresource,
    query: url.searchParams,
    contentType,
    body,
    manager,
  };
  const accept = request.headers.accept ?? "";
  if (verb === "watch") return streamWatch(response, objects, { registry, accept, now });
  if (subresource === "log" && verb === "get") {
    const pod = podOf(registry, namespace, name);
    const read = (query: URLSearchParams): string => readLogs(pod, query, parts.logsOf, now());
    return streamLogs(response, url.searchParams, read, now);
  }
  const { code, body: result } = answerRequest(objects, { registry, accept, nowMs: now() });
  send(response, code, result);
}

const contentTypeOf = (request: IncomingMessage): string => (request.headers["content-type"] ?? "").split(";")[0] ?? "";

function send(response: ServerResponse, code: number, body: object): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function userOf(users: ReadonlyMap<string, ApiUser>, authorization: string): ApiUser | null {
  const given = digest(authorization.replace(/^Bearer /, ""));
  for (const [token, user] of users) if (timingSafeEqual(digest(token), given)) return user;
  return null;
}

function authorize(user: ApiUser, verb: string, { type, groupVersion, namespace, name }: ResourcePath): void {
  if (mayDo(user, verb, type).isAllowed) return;
  const group = groupVersion.includes("/") ? (groupVersion.split("/")[0] ?? "") : "";
  const where = namespace === null ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const what = `${type}${group === "" ? "" : `.${group}`}${name === null ? "" : ` "${name}"`}`;
  const why = `User "${user.name}" cannot ${verb} resource "${type}" in API group "${group}" ${where}`;
  throw new ApiFailure("Forbidden", `${what} is forbidden: ${why}`, { name: name ?? "", group, kind: type });
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ApiFailure("BadRequest", `the body is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === "") return null;
  try {
    return /yaml/.test(contentTypeOf(request)) ? (parseYaml(text) as unknown) : (JSON.parse(text) as unknown);
  } catch {
    throw new ApiFailure("BadRequest", "the body of the request could not be read");
  }
}
