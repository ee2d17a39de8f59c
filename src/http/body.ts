import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./problem.ts";

/** The most that a JSON body may hold, webhooks included. */
const MAX_JSON_BYTES = 1024 * 1024;
/** No payload that means well is nested deeper, and what walks it later may be recursive. */
const MAX_DEPTH = 64;

const tooLarge = (maxBytes: number) =>
  refusal(413, `The body is larger than ${maxBytes} bytes.`, { hint: "Send less at once." });
const tooSlow = () => refusal(408, "The body did not arrive in time.", { headers: { connection: "close" } });

/** A time that runs only between `start` and `stop`. */
function stopwatch(ms: number): { over: Promise<never>; start(): void; stop(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // whoever waits for it hears of it
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return { over: promise, stop, start: () => (stop(), void (timer = setTimeout(() => reject(tooSlow()), ms))) };
}

export type BodyLimits = { maxBytes: number; timeoutMs: number };

/**
 * The body in pieces as they come, never more than `maxBytes` of them.
 *
 * @throws {HTTPException} 413 beyond it; 408 when no piece came for `timeoutMs`.
 */
export const uploadedBytes = (c: Context<AppEnv>, limits: BodyLimits): AsyncGenerator<Uint8Array, void, undefined> =>
  bytesOf(c, limits, true);

async function* bytesOf(
  c: Context<AppEnv>,
  { maxBytes, timeoutMs }: BodyLimits,
  eachPiece: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = c.req.raw.body?.getReader();
  if (!reader) return;
  const { over, start, stop } = stopwatch(timeoutMs);
  start();
  try {
    for (let total = 0; ;) {
      const piece = await Promise.race([reader.read(), over]);
      if (piece.done) return;
      total += piece.value.byteLength;
      if (total > maxBytes) throw tooLarge(maxBytes);
      if (eachPiece) stop(); // what we do with it is not the sender's time
      yield piece.value;
      if (eachPiece) start();
    }
  } finally {
    stop();
    // Not cancelled: that would reset the connection before the sender has read our answer. The server lets what still comes run out, for half a second.
    reader.releaseLock();
  }
}

/** The whole body: who sends a byte a second holds a place that others need. @throws {HTTPException} 413, and 408 when it is not here within `timeoutMs` */
export async function readBytes(c: Context<AppEnv>, timeoutMs: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOf(c, { maxBytes: MAX_JSON_BYTES, timeoutMs }, false)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** @param alsoAs a type under which a sender is known to send JSON. @throws {HTTPException} 415 unless the request says that its body is JSON, as it is. */
export function requireJson(c: Context<AppEnv>, alsoAs?: string): void {
  const type = c.req.header("content-type") ?? "";
  const isKnown = alsoAs !== undefined && type.split(";")[0]?.trim().toLowerCase() === alsoAs;
  if (!isKnown && !/^application\/(?:[a-z.-]+\+)?json\s*(?:;|$)/i.test(type))
    throw refusal(415, `The body is ${type === "" ? "of no type" : JSON.stringify(type.slice(0, 100))}, not JSON.`, {
      hint: "Send content-type: application/json.",
    });
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity")
    throw refusal(415, "A compressed body is not taken here.", { hint: "Send it as it is." });
}

/** Text of a JSON body. @throws {HTTPException} 400 where it is no UTF-8, or nested too deep. */
export function jsonText(bytes: Uint8Array): string {
  if (depthOf(bytes) > MAX_DEPTH) throw refusal(400, `The body is nested deeper than ${MAX_DEPTH}.`);
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
      `The body is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : "it cannot be parsed"}`,
    );
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
] as const;

/** How deep brackets nest outside strings; a parser says later whether they fit together. Over bytes: it reads a megabyte of whoever asks. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) deepest = Math.max(deepest, (depth += 1));
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
  }
  return deepest;
}
