import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { checkLog } from "../app/check-log.ts";
import { IncidentError } from "../domain/errors.ts";
import type { LogReadability } from "../domain/log-readability.ts";
import type { Upload } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";

/** After decompression. */
export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
/** For one incident. */
export const MAX_UPLOADS = 20;
const MAX_NAME = 200;

/** `content`: the bytes as they come over the wire, read once. */
export type LogUpload = {
  name: string;
  framing: "raw" | "jsonl";
  encoding: "identity" | "gzip";
  content: AsyncIterable<Uint8Array>;
};

/** A stored upload, and how much of it an analysis can read. */
export type TakenUpload = Upload & { readability: LogReadability };

/**
 * Stores uploaded logs as they arrive, and checks whether they can be read. The byte limit counts decompressed bytes.
 *
 * @throws {IncidentError} BAD_INPUT
 */
export async function takeUpload(
  service: Pick<ServiceStore, "addUpload" | "readUpload">,
  incidentId: string,
  { name, framing, encoding, content }: LogUpload,
  nowMs: number,
): Promise<TakenUpload> {
  const upload = {
    id: `up-${randomBytes(6).toString("hex")}`,
    name: name.slice(0, MAX_NAME),
    framing,
    uploadedAtMs: nowMs,
  };
  const stored = await service.addUpload(incidentId, upload, encoding === "gzip" ? gunzipped(content) : content, {
    maxBytes: MAX_UPLOAD_BYTES,
    maxUploads: MAX_UPLOADS,
  });
  const readability = await checkLog({ framing, chunks: service.readUpload(stored.id) }, nowMs);
  return { ...stored, readability };
}

async function* gunzipped(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(content);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof IncidentError) throw cause;
    const isBroken = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    throw isBroken
      ? new IncidentError("BAD_INPUT", `the upload is not a complete gzip file: ${cause.message}`, {
          hint: "Compress the file again, or send it uncompressed.",
          cause,
        })
      : cause;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
