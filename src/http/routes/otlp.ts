import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { HTTPException } from "hono/http-exception";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";
import type { OtlpReceiver, OtlpSignal } from "../../domain/otlp.ts";
import type { AppEnv } from "../app-env.ts";
import { readBytes, tooLarge } from "../body.ts";
import { principalOf } from "../principal.ts";
import { problemOf, ProblemDetails, refusal, refusals, retryAfter } from "../problem.ts";
import type { Surface } from "../surface.ts";

const PREFIX = "/v1/otlp/v1/";
const PATHS = [
  ["logs", "log"],
  ["traces", "trace"],
  ["metrics", "metric"],
] as const satisfies readonly (readonly [string, OtlpSignal])[];
const [JSON_TYPE, PROTOBUF_TYPE] = ["application/json", "application/x-protobuf"] as const;
/** Largest body, also after decompression: as the OTLP receiver of a collector takes it. */
const MAX_BYTES = 20 * 1024 * 1024;
/** Requests in work at a time. Each may hold a body, and its records, in memory. */
const MAX_IN_WORK = 8;
const BUSY_RETRY_MS = 1_000;
const DECOMPRESS = {
  gzip: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip),
  zstd: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(zstdDecompress),
} as const;
const Bytes = z.string().openapi({ format: "binary" });

export const isOtlp = (c: Context<AppEnv>): boolean => c.req.path.startsWith(PREFIX);
const typeOf = (c: Context<AppEnv>): string =>
  (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

/** Takes logs, traces and metrics as OpenTelemetry exporters and collectors send them (OTLP/HTTP). */
export function addOtlpRoutes({ app, service, gate, bodyTimeoutMs, now }: Surface): void {
  let inWork = 0;
  for (const [path, signal] of PATHS) {
    const route = createRoute({
      method: "post",
      path: `${PREFIX}${path}`,
      tags: ["telemetry"],
      summary: `Receive ${path} over OTLP/HTTP, in protobuf or JSON, optionally gzipped`,
      ...gate.needs("analyse"),
      request: {
        body: { required: true, content: { [PROTOBUF_TYPE]: { schema: Bytes }, [JSON_TYPE]: { schema: {} } } },
      },
      responses: {
        200: {
          description: "Stored. `partial_success` counts the records that were refused, with the reason.",
          content: { [PROTOBUF_TYPE]: { schema: Bytes }, [JSON_TYPE]: { schema: z.looseObject({}) } },
        },
        ...refusals(400, 401, 403, 408, 413, 415, 429, 503),
      },
    });
    app.openapi(route, async (c) => {
      if (inWork >= MAX_IN_WORK)
        throw refusal(429, "Too many export requests at a time.", { headers: retryAfter(BUSY_RETRY_MS) });
      inWork += 1;
      try {
        const isJson = formatOf(c) === JSON_TYPE;
        const body = await unpacked(c, await readBytes(c, bodyTimeoutMs, MAX_BYTES));
        const sender = principalOf(c).name;
        const result = await service.otlp.receive({ signal, isJson, body, sender, receivedAtMs: now() });
        return bytesAnswer(c, 200, await service.otlp.answer(result, { signal, isJson }), isJson);
      } finally {
        inWork -= 1;
      }
    });
  }
}

/** @throws {HTTPException} 415 */
function formatOf(c: Context<AppEnv>): typeof JSON_TYPE | typeof PROTOBUF_TYPE {
  const type = typeOf(c);
  if (type === JSON_TYPE || type === PROTOBUF_TYPE) return type;
  throw refusal(415, "OTLP takes application/x-protobuf and application/json.", {
    hint: "Set the exporter's protocol to http/protobuf or http/json.",
  });
}

/** @throws {HTTPException} 400, 413, 415 */
async function unpacked(c: Context<AppEnv>, body: Uint8Array): Promise<Uint8Array> {
  const encoding = (c.req.header("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return body;
  if (encoding !== "gzip" && encoding !== "zstd")
    throw refusal(415, "The content encoding is not supported.", { hint: "Use gzip, zstd or none." });
  try {
    return await DECOMPRESS[encoding](body, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(MAX_BYTES);
    throw refusal(400, `The body is not ${encoding}.`);
  }
}

/**
 * The answer to a refused request: a status message in the format of the request, as the protocol wants it. Senders
 * send again after 429 and 503, and after nothing else.
 */
export async function otlpRefusalOf(c: Context<AppEnv>, otlp: OtlpReceiver, error: unknown): Promise<Response> {
  const known = error instanceof IncidentError ? REFUSED_WITH[error.code] : undefined;
  const refused = problemOf(c, known === undefined ? error : refusalOf(known, error as IncidentError));
  const { detail, hint } = ProblemDetails.parse(await refused.json());
  const isJson = typeOf(c) !== PROTOBUF_TYPE;
  const message = hint === undefined ? detail : `${detail.replace(/\.?$/, ".")} ${hint}`;
  const headers = new Headers(refused.headers);
  headers.set("content-type", isJson ? JSON_TYPE : PROTOBUF_TYPE);
  const body = await otlp.refusal({ message, status: refused.status }, { isJson });
  return new Response(Buffer.from(body), { status: refused.status, headers });
}

/** A message that cannot be read is the sender's, and sending it again does not help. */
const REFUSED_WITH: Partial<Record<ErrorCode, 400 | 413>> = { BAD_INPUT: 400, REJECTED: 413 };
const refusalOf = (status: 400 | 413, { message, hint }: IncidentError): HTTPException =>
  refusal(status, message, { hint });

function bytesAnswer(c: Context<AppEnv>, status: 200, bytes: Uint8Array, isJson: boolean): Response {
  return c.body(Buffer.from(bytes), status, { "content-type": isJson ? JSON_TYPE : PROTOBUF_TYPE });
}
