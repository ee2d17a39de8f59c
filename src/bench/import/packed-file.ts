import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { PassThrough } from "node:stream";
import { createGzip } from "node:zlib";

/** A file that is written line by line, `.gz` or plain by its name. The same lines give the same bytes. */
export type PackedFile = {
  /** Keeps lines until the next `settle`. */
  line(text: string): void;
  settle(): Promise<void>;
  close(): Promise<void>;
};

const HELD_CHARS = 256 * 1024;
/** Bytes that may wait for the compressor, so that the next lines are read meanwhile. */
const WAITING_BYTES = 1024 * 1024;
const GZIP = { level: 4, writableHighWaterMark: WAITING_BYTES, chunkSize: 64 * 1024 };

export function packedFile(path: string): PackedFile {
  const gzip = path.endsWith(".gz") ? createGzip(GZIP) : new PassThrough();
  const file = createWriteStream(path);
  gzip.on("error", (error) => file.destroy(error));
  const done = finished(gzip.pipe(file));
  done.catch(() => undefined); // `settle` and `close` report it
  let held: string[] = [];
  let heldChars = 0;
  const flush = async (): Promise<void> => {
    if (held.length === 0) return;
    const text = `${held.join("\n")}\n`;
    held = [];
    heldChars = 0;
    if (!gzip.write(text)) await Promise.race([once(gzip, "drain"), done]);
  };
  return {
    line(text) {
      held.push(text);
      heldChars += text.length;
    },
    settle: async () => (heldChars > HELD_CHARS ? flush() : undefined),
    async close() {
      await flush();
      gzip.end();
      await done;
    },
  };
}
