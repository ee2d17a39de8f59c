import { open } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { IncidentError } from "../domain/errors.ts";

const POLL_MS = 250;
const READ_BYTES = 64 * 1024;

/**
 * Reads a growing file from its start, like `tail -f`. A file that became shorter is read again from its start. Ends
 * when aborted.
 */
export async function* followFile(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `cannot read ${path}`, {
      hint: "Check the path and the permissions of the file.",
      cause,
    });
  });
  try {
    let at = 0;
    const buffer = Buffer.alloc(READ_BYTES);
    while (!signal.aborted) {
      const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
      if (bytesRead > 0) {
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
        continue;
      }
      if ((await file.stat()).size < at) at = 0;
      await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await file.close();
  }
}
