import type { Context } from "hono";
import { jsonShape } from "../domain/json-shape.ts";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./problem.ts";

/** Largest JSON body, webhooks included. */
const MAX_JSON_BYTES = 1024 * 1024;
/** Deepest nesting of a JSON body. No legitimate payload is deeper, and code that walks it may be recursive. */
const MAX_DEPTH = 64;

export const tooLarge = (maxBytes: number) =>
  refusal(413, `The body is larger than ${maxBytes} bytes.`, { hint: "Send less data in one request." });
const tooSlow = () => refusal(408, "The body did not arrive in time.", { headers: { connection: "close" } });

/** A timeout that runs only between `start` and `stop`. */
function stopwatch(ms: number): { expired: Promise<never>; start(): void; stop(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // the race below reports it
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return { expired: promise, stop, start: () => (stop(), void (timer = setTimeout(() => reject(tooSlow()), ms))) };
}

export type BodyLimits = { maxBytes: number; timeoutMs: number };

/**
 * Streams the body in chunks, at most `maxBytes` in all.
 *
 * @throws {HTTPException} 413 when the body is larger; 408 when no chunk arrives for `timeoutMs`.
 */
export const uploadedBytes = (c: Context<AppEnv>, limits: BodyLimits): AsyncGenerator<Uint8Array, void, undefined> =>
  bytesOf(c, limits, true);

async function* bytesOf(
  c: Context<AppEnv>,
  { maxBytes, timeoutMs }: BodyLimits,
  perChunk: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = c.req.raw.body?.getReader();
  if (!reader) return;
  const { expired, start, stop } = stopwatch(timeoutMs);
  start();
  try {
    for (let total = 0; ;) {
      const chunk = await Promise.race([reader.read(), expired]);
      if (chunk.done) return;
      total += chunk.value.byteLength;
      if (total > maxBytes) throw tooLarge(maxBytes);
      if (perChunk) stop(); // our processing time does not count against the sender
      yield chunk.value;
      if (perChunk) start();
    }
  } finally {
    stop();
    // Do not cancel: that resets the connection before the sender has read the answer. The server drains the rest for
    // half a second.
    reader.releaseLock();
  }
}

/**
 * Reads the whole body, at most 1 MiB unless given. @throws {HTTPException} 413; 408 when it is not complete within
 * `timeoutMs`, because slow senders hold a connection
 */
export async function readBytes(
  c: Context<AppEnv>,
  timeoutMs: number,
  maxBytes: number = MAX_JSON_BYTES,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(c, { maxBytes, timeoutMs }, false)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Checks that the request declares a JSON body without compression.
 *
 * @param alsoAs another content type under which this sender sends JSON.
 * @throws {HTTPException} 415 otherwise.
 */
export function requireJson(c: Context<AppEnv>, alsoAs?: string): void {
  const type = c.req.header("content-type") ?? "";
  const isKnown = alsoAs !== undefined && type.split(";")[0]?.trim().toLowerCase() === alsoAs;
  if (!isKnown && !/^application\/(?:[a-z.-]+\+)?json\s*(?:;|$)/i.test(type))
    throw refusal(
      415,
      `The content type is ${type === "" ? "missing" : JSON.stringify(type.slice(0, 100))}; this endpoint takes JSON.`,
      {
        hint: "Send content-type: application/json.",
      },
    );
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity")
    throw refusal(415, "This endpoint takes no compressed bodies.", {
      hint: "Send the body without content-encoding.",
    });
}

/** Decodes a JSON body. @throws {HTTPException} 400 when it is not UTF-8 or nested too deep. */
export function jsonText(bytes: Uint8Array): string {
  if (jsonShape(bytes).depth > MAX_DEPTH) throw refusal(400, `The body is nested deeper than ${MAX_DEPTH} levels.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal(400, "The body is not UTF-8.");
  }
}

/** @throws {HTTPException} 400 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = jsonText(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal(
      400,
      `The body is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : "it does not parse"}`,
    );
  }
}
