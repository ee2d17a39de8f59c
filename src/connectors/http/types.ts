import type { z } from "zod";
import type { IncidentError } from "../../domain/errors.ts";
import type { HttpAuth } from "./auth.ts";
import type { SettingNames } from "./failure-context.ts";
import type { RefusedAnswer } from "./failures.ts";
import type { ProxySettings } from "./proxy.ts";
import type { TlsSource } from "./tls.ts";

/**
 * Milliseconds. `connectMs`: until the connection stands. `headersMs`: until the response begins. `bodyMs`: between two
 * chunks of the body. `totalMs`: for everything, redirects and retries included. 0 lifts a limit.
 */
export type HttpTimeouts = { connectMs: number; headersMs: number; bodyMs: number; totalMs: number };

/** One server, and how to talk to it. */
export type HttpServer = {
  /** Base address; paths are appended. User info in it becomes basic auth. Null when each request brings its `url`. */
  url: string | null;
  /** How messages name the server, for example `Qdrant`. */
  label: string;
  /** The settings that hints name. */
  settings: SettingNames;
  auth?: HttpAuth;
  /** Sent with every request, for example a tenant. Values are treated as secrets. */
  headers?: Readonly<Record<string, string>>;
  tls?: TlsSource;
  proxy?: ProxySettings | null | undefined;
  timeouts?: Partial<HttpTimeouts>;
  /** Of a decompressed body; 32 MiB unless given. */
  maxBytes?: number;
  /** Asks for compressed bodies unless false. */
  isCompressed?: boolean;
  /** Redirects to follow, on GET only. Unless given: to the same host, which also gets the credentials. */
  allowsRedirect?: (to: URL, from: URL) => boolean;
  /** Redirects in a row; 3 unless given. */
  maxRedirects?: number;
  /**
   * The vendor's own reading of a status that is not 2xx; null leaves it to the usual one. `place`: redacted address.
   */
  refusal?: (answer: RefusedAnswer, place: string) => IncidentError | null;
  /** Gives a W3C `traceparent` for each request. @see https://www.w3.org/TR/trace-context/ */
  traceparent?: () => string | undefined;
  /** Called after each response, for logs. Nothing in it is secret. */
  onExchange?: (exchange: HttpExchange) => void;
};

export type HttpExchange = { method: string; url: string; status: number; ms: number };

/**
 * Asks again up to `times` more times. `closed`: at once, when the server closed the connection. `unavailable`: also on
 * 408, 429 and 5xx, after `Retry-After` or a pause that doubles; a wait above `maxWaitMs` (10 s unless given) fails.
 */
export type HttpRetry = { times: number; on: "closed" | "unavailable"; maxWaitMs?: number };

export type HttpRequest = {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Appended to the base address; begins with a slash. */
  path?: string;
  /** A whole address instead. Credentials go only to the host of the base address. */
  url?: string;
  query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as lines of JSON (`application/x-ndjson`). */
  ndjson?: readonly unknown[];
  /** Sent as `application/x-www-form-urlencoded`, for queries that are too long for an address. */
  urlEncoded?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Sent as a form, files included. */
  form?: FormData;
  signal?: AbortSignal | undefined;
  /** In place of the server's `totalMs`. */
  timeoutMs?: number;
  maxBytes?: number;
  retry?: HttpRetry;
  /** Called with the length of each decompressed chunk. What it throws ends the request. */
  onBytes?: (count: number) => void;
  /** Of `json`: the bytes to parse in place of the whole body, which it may change. */
  beforeParse?: (body: Uint8Array) => Uint8Array;
};

/** A response of any status. Read its body, or discard it. */
export type HttpAnswer = {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Decompressed and capped. Throws as the door does. */
  body: AsyncIterable<Uint8Array>;
  bytes(): Promise<Uint8Array>;
  /** Decoded as UTF-8. */
  text(): Promise<string>;
  discard(): void;
};

/** One page of a list. `headers`: names in lower case. */
export type JsonPage<T> = { data: T; headers: HttpAnswer["headers"] };

/**
 * Every method throws {IncidentError}: UNAVAILABLE when the server is not reached in time, and on 408, 429 and 5xx,
 * with `retryAfterMs` where the server names it; NOT_FOUND on 404 and 410; REJECTED on other 4xx, on a redirect that
 * is not allowed, and on a failed TLS handshake; BAD_RESPONSE on a body that is too large or does not fit. An aborted
 * `signal` throws its own reason.
 */
export type HttpDoor = {
  /** Origin and path of the base address, for messages. */
  readonly name: string;
  /** Sends once and returns a response of any status. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  json<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T>;
  /** As `json`, with the headers of the answer: links to further pages, what is left of a rate limit. */
  jsonPage<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<JsonPage<T>>;
  text(request: HttpRequest): Promise<string>;
  /** Bytes as they arrive. */
  stream(request: HttpRequest): Promise<AsyncIterable<Uint8Array>>;
  /** For SDKs that bring their own credentials: same proxy, TLS, connect timeout and redirect rules. */
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
};
