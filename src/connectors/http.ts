import { setTimeout as delay } from "node:timers/promises";
import { IncidentError } from "../domain/errors.ts";
import { authHeaders, authOfUrl, authSecrets } from "./http/auth.ts";
import { ACCEPTED_ENCODINGS, boundedBody, parsedJson, readAll, readStart } from "./http/body.ts";
import { connect, type Connection, undiciForm } from "./http/connection.ts";
import type { FailureContext } from "./http/failure-context.ts";
import * as failures from "./http/failures.ts";
import { redactedUrl, urlSecrets } from "./http/redact.ts";
import { isRedirect, isSameHost, redirectTarget } from "./http/redirects.ts";
import { pauseBeforeRetry } from "./http/retry.ts";
import { sdkFetch } from "./http/sdk-fetch.ts";
import type { HttpAnswer, HttpDoor, HttpRequest, HttpServer, HttpTimeouts } from "./http/types.ts";

const TIMEOUTS: HttpTimeouts = { connectMs: 10_000, headersMs: 30_000, bodyMs: 30_000, totalMs: 60_000 };
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_REDIRECTS = 3;

/** `deadline`: the request's own. `signal`: the deadline or the caller's signal, whichever comes first. */
type Limits = { deadline: AbortSignal; signal: AbortSignal };

/**
 * The only way out of Causeway over HTTP. It uses `undici.request`: `fetch` sends headers and body in two packets, and
 * the second waits some 40 ms for the first to be acknowledged.
 */
export function openHttpDoor(server: HttpServer): HttpDoor {
  const base = server.url === null ? null : new URL(server.url);
  const name = base === null ? "" : redactedUrl(base).replace(/\/+$/, "");
  const auth = base === null ? (server.auth ?? { kind: "none" }) : authOfUrl(base, server.auth);
  const credentials = { ...lowerCase(server.headers), ...authHeaders(auth) };
  const secrets = [
    ...authSecrets(auth),
    ...Object.values(server.headers ?? {}),
    ...(base === null ? [] : [...urlSecrets(base), ...base.searchParams.values()]),
  ];
  const timeouts = { ...TIMEOUTS, ...server.timeouts };
  const redirects = { allows: server.allowsRedirect ?? isSameHost, max: server.maxRedirects ?? MAX_REDIRECTS };
  let opened: Promise<Connection> | null = null;
  const connection = (): Promise<Connection> =>
    (opened ??= connect(server, timeouts).catch((error: unknown) => {
      opened = null; // a missing certificate may be there next time
      throw error;
    }));

  const addressOf = ({ url, path = "", query = {} }: HttpRequest): URL => {
    const address = new URL(url ?? `${name}${path}`);
    if (url === undefined) for (const [key, value] of base?.searchParams ?? []) address.searchParams.append(key, value);
    for (const [key, value] of parametersOf(query)) address.searchParams.append(key, value);
    return address;
  };
  const contextOf = ({ method = "GET", timeoutMs, headers = {} }: HttpRequest, address: URL): FailureContext => ({
    label: server.label,
    at: `${method} ${redactedUrl(address)}`,
    settings: server.settings,
    hasClientCertificate: typeof server.tls === "function" || server.tls?.certFile != null,
    secrets: [...secrets, ...urlSecrets(address), ...headerSecrets(headers)],
    timeouts: { ...timeouts, totalMs: timeoutMs ?? timeouts.totalMs },
  });
  const headersOf = ({ headers, json, ndjson, urlEncoded }: HttpRequest, address: URL): Record<string, string> => {
    const traceparent = server.traceparent?.();
    return {
      ...(server.isCompressed === false ? {} : { "accept-encoding": ACCEPTED_ENCODINGS }),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(ndjson === undefined ? {} : { "content-type": "application/x-ndjson" }),
      ...(urlEncoded === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(base === null || isSameHost(address, base) ? credentials : {}),
      ...lowerCase(headers),
    };
  };

  /** One response of any status, after redirects. */
  async function exchange(request: HttpRequest, limits: Limits): Promise<HttpAnswer> {
    const { method = "GET" } = request;
    let from = addressOf(request);
    for (let hops = 0; ; hops += 1) {
      const context = contextOf(request, from);
      const answer = await sendOnce(request, from, context, limits);
      const to = answer.headers.location;
      if (!isRedirect(answer.status, to)) return answer;
      answer.discard();
      from = redirectTarget({ from, to, hops, method }, redirects, context);
    }
  }

  async function sendOnce(
    request: HttpRequest,
    address: URL,
    context: FailureContext,
    { deadline, signal }: Limits,
  ): Promise<HttpAnswer> {
    const { method = "GET", maxBytes = server.maxBytes ?? MAX_BYTES, onBytes } = request;
    const failed = (cause: unknown): unknown => {
      request.signal?.throwIfAborted(); // the caller gave up: not the server's fault
      return cause instanceof IncidentError ? cause : failures.unreachable(context, cause, deadline.aborted);
    };
    const headersSent = headersOf(request, address);
    failures.refuseBadHeaders(headersSent, context);
    const startedMs = performance.now();
    const { undici, dispatcher } = await connection();
    const answer = await undici
      .request(withoutUserInfo(address), {
        method,
        dispatcher,
        headers: headersSent,
        body: bodyOf(request, undici),
        signal,
        headersTimeout: timeouts.headersMs,
        bodyTimeout: timeouts.bodyMs,
      })
      .catch((cause: unknown) => Promise.reject(failed(cause)));
    const { statusCode: status } = answer;
    const headers = flat(answer.headers);
    server.onExchange?.({ method, url: redactedUrl(address), status, ms: performance.now() - startedMs });
    const body = boundedBody(answer.body, { headers, context, maxBytes, onBytes, failed });
    return {
      status,
      headers,
      body,
      bytes: () => readAll(body),
      text: async () => new TextDecoder().decode(await readAll(body)),
      discard: () => void answer.body.on("error", () => undefined).destroy(),
    };
  }

  /** @throws {IncidentError} for every status that is not 2xx. */
  async function acceptedAnswer(request: HttpRequest, limits: Limits): Promise<HttpAnswer> {
    const answer = await exchange(request, limits);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const address = addressOf(request);
    const context = contextOf(request, address);
    const body = await readStart(answer.body);
    request.signal?.throwIfAborted();
    const refused = { status: answer.status, headers: answer.headers, body, excerpt: failures.quote(context, body) };
    throw server.refusal?.(refused, redactedUrl(address)) ?? failures.refusalOf(context, refused);
  }

  /** Runs a request within its deadline, again as its `retry` allows. */
  async function within<T>(request: HttpRequest, use: (limits: Limits) => Promise<T>): Promise<T> {
    request.signal?.throwIfAborted();
    const limits = limitsOf(request, timeouts);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await use(limits);
      } catch (error) {
        const waitMs = request.retry === undefined ? null : pauseBeforeRetry(error, attempt, request.retry);
        if (waitMs === null || limits.signal.aborted) throw error;
        await delay(waitMs, undefined, { signal: limits.signal }).catch(() => {
          request.signal?.throwIfAborted();
          throw error;
        });
      }
    }
  }

  const text = (request: HttpRequest): Promise<string> =>
    within(request, async (limits) => (await acceptedAnswer(request, limits)).text());
  const jsonPage: HttpDoor["jsonPage"] = async (request, schema) => {
    const { beforeParse = (body) => body } = request;
    const { body, headers } = await within(request, async (limits) => {
      const answer = await acceptedAnswer(request, limits);
      return { body: await answer.bytes(), headers: answer.headers };
    });
    const read = new TextDecoder().decode(beforeParse(body));
    return { data: parsedJson(read, schema, contextOf(request, addressOf(request))), headers };
  };

  return {
    name,
    send: (request) => within(request, (limits) => exchange(request, limits)),
    text,
    json: async (request, schema) => (await jsonPage(request, schema)).data,
    jsonPage,
    stream: (request) => within(request, async (limits) => (await acceptedAnswer(request, limits)).body),
    fetch: sdkFetch(connection, { ...redirects, contextOf: (address) => contextOf({}, address) }),
    close: async () => void (await (await opened)?.dispatcher.destroy()),
  };
}

function bodyOf({ json, ndjson, form, urlEncoded }: HttpRequest, undici: Connection["undici"]) {
  if (json !== undefined) return JSON.stringify(json);
  if (ndjson !== undefined) return ndjson.map((line) => `${JSON.stringify(line)}\n`).join("");
  if (urlEncoded !== undefined) return new URLSearchParams(parametersOf(urlEncoded)).toString();
  return form === undefined ? null : undiciForm(form, undici);
}

const parametersOf = (query: NonNullable<HttpRequest["query"]>): [string, string][] =>
  Object.entries(query).flatMap(([key, value]) =>
    (value === undefined ? [] : [value].flat()).map((one): [string, string] => [key, String(one)]),
  );

const lowerCase = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Credentials that a request brings itself: the header, and its part after the scheme. */
const headerSecrets = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === "authorization" ? [value, value.slice(value.indexOf(" ") + 1)] : [],
  );

/** undici gives several values of one header as a list. */
const flat = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );

function withoutUserInfo(address: URL): URL {
  const plain = new URL(address);
  plain.username = "";
  plain.password = "";
  return plain;
}

function limitsOf({ signal, timeoutMs }: HttpRequest, { totalMs }: HttpTimeouts): Limits {
  const limitMs = timeoutMs ?? totalMs;
  const deadline = limitMs === 0 ? new AbortController().signal : AbortSignal.timeout(limitMs);
  return { deadline, signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) };
}
