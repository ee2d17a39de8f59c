import { once } from "node:events";
import type { Sink } from "../../io.ts";

/** Writes chunks, and waits while the reader is slow. */
export async function writeChunks(chunks: Iterable<Uint8Array>, sink: Sink): Promise<void> {
  for (const chunk of chunks) if (!sink.write(chunk)) await once(sink, "drain");
}
