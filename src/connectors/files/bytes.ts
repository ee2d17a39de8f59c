import { createReadStream } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { cannotRead, type RecordedFile } from "./folder.ts";
import type { FileProblems } from "./problems.ts";

/** Bytes. One step of a 1000-fold compression bomb is then 32 MB. */
const READ_BYTES = 32 * 1024;
const INFLATE_BYTES = 256 * 1024;

/**
 * The decompressed bytes of a file. A truncated or damaged file is a problem; everything before the damage is returned.
 *
 * @throws {IncidentError} CONFIG if it cannot be opened; the reason of `signal` when aborted.
 */
export async function* readBytes(
  file: RecordedFile,
  problems: FileProblems,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const input = createReadStream(file.path, { highWaterMark: file.coding === "plain" ? INFLATE_BYTES : READ_BYTES });
  try {
    yield* file.coding === "plain"
      ? untilAborted(input, signal)
      : inflated(untilAborted(input, signal), file.coding, problems);
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof Error && "syscall" in cause ? cannotRead(file.path, cause) : cause;
  } finally {
    input.destroy();
  }
}

async function* untilAborted(
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

/** Feeds the decompressor by hand, because a pipe drops decompressed bytes when the end of the file is missing. */
async function* inflated(
  input: AsyncIterable<Uint8Array>,
  coding: "gzip" | "zstd",
  problems: FileProblems,
): AsyncGenerator<Uint8Array> {
  const inflate =
    coding === "gzip" ? createGunzip({ chunkSize: INFLATE_BYTES }) : createZstdDecompress({ chunkSize: INFLATE_BYTES });
  const output: Uint8Array[] = [];
  let failure: Error | null = null as Error | null;
  let fed = 0;
  inflate.on("data", (chunk: Uint8Array) => output.push(chunk));
  inflate.on("error", (error) => (failure = error));
  const closed = new Promise<void>((resolve) => inflate.once("close", resolve));
  try {
    for await (const chunk of input) {
      fed += chunk.length;
      // On damage the callback is never called; only `close` comes.
      await Promise.race([new Promise<void>((resolve) => inflate.write(chunk, () => resolve())), closed]);
      yield* output.splice(0);
      if (failure) break;
    }
    await setImmediate(); // decompressed bytes must be returned before the error at the end
    yield* output.splice(0);
    if (!failure) {
      inflate.end();
      await closed;
      yield* output.splice(0);
    }
    if (fed === 0) problems.breakOff(`empty, not even ${coding}`);
    else if (failure) problems.breakOff(`damaged or cut off; read up to that point (${failure.message})`);
  } finally {
    inflate.destroy();
  }
}
