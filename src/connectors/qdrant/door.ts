import { z } from "zod";
import { openHttpDoor } from "../http.ts";
import type { ProxySettings } from "../http/proxy.ts";
import type { HttpRequest } from "../http/types.ts";
import { refusal } from "./refusals.ts";

/** `apiKey`: null for a server that needs none. `timeoutMs`: for one request. */
export type QdrantServer = {
  url: string;
  apiKey: string | null;
  timeoutMs: number;
  proxy?: ProxySettings | null | undefined;
};

export type QdrantCall<T> = {
  method: NonNullable<HttpRequest["method"]>;
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  form?: FormData;
  /** Of the answer's `result`, or of the whole answer where there is none. */
  schema: z.ZodType<T>;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
};

export type QdrantDoor = {
  /** `qdrant (<origin and path>)`. */
  readonly name: string;
  /** Sends a request and returns the `result` of the answer. */
  call<T>(call: QdrantCall<T>): Promise<T>;
  /** Streams a file. */
  download(path: string, timeoutMs: number): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
};

/** Qdrant wraps its answers; `GET /` alone does not. */
const unwrapped = <T>(schema: z.ZodType<T>): z.ZodType<T> =>
  z.preprocess((answer) => {
    const wrapped = z.object({ result: z.unknown() }).safeParse(answer);
    return wrapped.success ? wrapped.data.result : answer;
  }, schema);

/** Every request may be sent twice, so one that met a closed connection is sent again, once. */
const RETRY = { times: 1, on: "closed" } as const;

/**
 * Talks to one Qdrant server. The vendor's client uses `fetch`, which costs some 40 ms a request (docs/decisions).
 *
 * @throws {IncidentError} from every call: as `refusal` says; UNAVAILABLE when the server is not reached in time;
 *   BAD_RESPONSE for a body that is not Qdrant's.
 */
export function qdrantDoor({ url, apiKey, timeoutMs, proxy = null }: QdrantServer): QdrantDoor {
  const http = openHttpDoor({
    url,
    label: "Qdrant",
    settings: { address: "QDRANT_URL (its REST port, not gRPC)", credentials: "QDRANT_API_KEY" },
    ...(apiKey === null ? {} : { auth: { kind: "header", name: "api-key", value: apiKey } }),
    proxy,
    timeouts: { connectMs: timeoutMs, headersMs: 0, bodyMs: 0, totalMs: timeoutMs }, // one limit for all
    maxBytes: Number.MAX_SAFE_INTEGER, // snapshots are gigabytes
    isCompressed: false,
    refusal: ({ status, body }, place) => refusal(place, status, body),
  });
  return {
    name: `qdrant (${http.name})`,
    call: ({ body, schema, ...request }) =>
      http.json({ ...request, ...(body === undefined ? {} : { json: body }), retry: RETRY }, unwrapped(schema)),
    download: (path, fileMs) => http.stream({ path, timeoutMs: fileMs, retry: RETRY }),
    close: http.close,
  };
}
