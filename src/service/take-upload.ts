import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { IncidentError } from "../domain/errors.ts";
import type { Upload } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { LogUpload } from "./service.ts";

const MAX_NAME = 200;

/** Takes logs in as they come; of what is compressed the cap counts what comes out of it. @throws {IncidentError} BAD_INPUT */
export async function takeUpload(
  service: Pick<ServiceStore, "addUpload">,
  incidentId: string,
  { name, framing, encoding, body }: LogUpload,
  caps: { maxBytes: number; maxUploads: number; nowMs: number },
): Promise<Upload> {
  const plain = encoding === "gzip" ? gunzipped(body) : body;
  const told = {
    id: `up-${randomBytes(6).toString("hex")}`,
    name: name.slice(0, MAX_NAME),
    framing,
    uploadedAtMs: caps.nowMs,
  };
  return service.addUpload(incidentId, told, plain, caps);
}

async function* gunzipped(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(body);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof IncidentError) throw cause;
    const isBroken = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    throw isBroken
      ? new IncidentError("BAD_INPUT", `this is no whole gzip file: ${cause.message}`, {
          hint: "Compress it again, or send it as it is.",
          cause,
        })
      : cause;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
