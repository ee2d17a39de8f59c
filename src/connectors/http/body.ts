import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, type Gunzip } from "node:zlib";
import { z } from "zod";
import type { FailureContext } from "./failure-context.ts";
import { badBody, quote, tooLarge } from "./failures.ts";
import { redacted } from "./redact.ts";

const REFUSAL_BYTES = 64 * 1024;
/** Fields that an error names. */
const MAX_ISSUES = 5;
const DECODERS: Readonly<Record<string, () => Gunzip>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The encodings that bodies are decompressed from. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br";

/** @throws {IncidentError} BAD_RESPONSE for an encoding that is not understood. */
function decoded(body: Readable, encoding: string | undefined, context: FailureContext): Readable {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "identity" || name === "") return body;
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name]?.() : undefined;
  if (decoder !== undefined) return pipeline(body, decoder, () => undefined);
  body.destroy();
  throw badBody(context, `its encoding is ${name}`);
}

type BodyRules = {
  headers: Readonly<Record<string, string>>;
  maxBytes: number;
  context: FailureContext;
  onBytes?: ((count: number) => void) | undefined;
  /** Turns what went wrong on the way into the error to throw. */
  failed: (cause: unknown) => unknown;
};

/**
 * The body, decompressed and capped.
 *
 * @throws {IncidentError} BAD_RESPONSE when it is larger, and what `failed` says.
 */
export async function* boundedBody(
  body: Readable,
  { headers, maxBytes, context, onBytes, failed }: BodyRules,
): AsyncIterable<Uint8Array> {
  try {
    let bytes = 0;
    if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(context, maxBytes);
    for await (const chunk of decoded(body, headers["content-encoding"], context) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(context, maxBytes);
      onBytes?.(chunk.length);
      yield chunk;
    }
  } catch (cause) {
    throw failed(cause);
  } finally {
    body.on("error", () => undefined).destroy();
  }
}

export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The first 64 KiB of a refusal's body, as far as it arrives: what matters is its status. */
export async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= REFUSAL_BYTES) break;
    }
  } catch {
    // broken off: the status stands
  }
  return Buffer.concat(chunks).subarray(0, REFUSAL_BYTES).toString("utf8");
}

/** Reads JSON that fits the schema. @throws {IncidentError} BAD_RESPONSE naming each field that does not fit. */
export function parsedJson<T>(body: string, schema: z.ZodType<T>, context: FailureContext): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // the error of JSON.parse quotes the body, which may hold secrets: it is not kept as the cause
    throw badBody(context, body === "" ? "it is empty" : `it is not JSON: ${quote(context, body)}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const first = new z.ZodError(parsed.error.issues.slice(0, MAX_ISSUES)); // a long list breaks the same rule everywhere
  const more = parsed.error.issues.length - first.issues.length;
  const text = `${z.prettifyError(first)}${more === 0 ? "" : `\n… and ${more} more`}`;
  throw badBody(context, redacted(text, context.secrets).replaceAll(/[^\P{Cc}\n]/gu, " "), first);
}
