import { readFileSync } from "node:fs";
import { type IncomingMessage, request as forward, type RequestListener, type ServerResponse } from "node:http";
import { join } from "node:path";

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../../../fixtures/grafana", name), "utf8");
export const FORBIDDEN = fixture("forbidden.json");
export const TOKEN = "glsa_0123456789";
/** The uids of `api-datasources.json`. */
export const UIDS = {
  prometheus: "PBFA97CFB590B2093",
  loki: "P8E80F9AEF21F6940",
  tempo: "P214B5B846CF3925F",
  jaeger: "EbPG8fYoz",
  elasticsearch: "P31C819B24CF3C3C7",
  alertmanager: "a7f3c2d1",
} as const;

/**
 * `servers`: addresses by kind, to which requests are passed on. `forbids`: paths that the token may not read. `intercept`:
 * answers before the usual ones; true if it did.
 */
type Options = {
  servers?: Partial<Record<keyof typeof UIDS, string>>;
  forbids?: RegExp;
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
};

const send = (response: ServerResponse, body: string, status = 200): void =>
  void response.writeHead(status, { "content-type": "application/json" }).end(body);

/**
 * What Causeway asks of Grafana: its data sources, its alert rules, and the proxy to servers. The proxy is real. As
 * Grafana's does, it takes the caller's credentials off, and passes changes on to Elasticsearch only as `_msearch`.
 */
export const grafana =
  ({ servers = {}, forbids, intercept }: Options = {}): RequestListener =>
  (request, response) => {
    const path = request.url ?? "";
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return send(response, '{"message":"Invalid API key","messageId":"api-key.invalid"}', 401);
    if (forbids?.test(path) === true) return send(response, FORBIDDEN, 403);
    if (intercept?.(request, response) === true) return;
    if (path === "/api/datasources") return send(response, fixture("api-datasources.json"));
    if (path === "/api/frontend/settings") return send(response, fixture("api-frontend-settings.json"));
    if (path.startsWith("/api/prometheus/grafana/api/v1/rules"))
      return send(response, fixture("api-prometheus-rules.json"));
    const [, uid, rest = ""] = /^\/api\/datasources\/proxy\/uid\/([\w-]+)(\/.*)$/.exec(path) ?? [];
    const kind = (Object.keys(UIDS) as (keyof typeof UIDS)[]).find((one) => UIDS[one] === uid);
    const target = kind === undefined ? undefined : servers[kind];
    if (target === undefined) return send(response, '{"message":"bad gateway"}', 502);
    if (kind === "elasticsearch" && request.method !== "GET" && !rest.startsWith("/_msearch"))
      return send(
        response,
        '{"message":"posts not allowed on proxied Elasticsearch datasource except on /_msearch"}',
        403,
      );
    const { authorization: _own, host: _host, ...headers } = request.headers;
    const to = forward(`${target}${rest}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    to.on("error", () => send(response, '{"message":"bad gateway"}', 502));
    request.pipe(to);
  };
