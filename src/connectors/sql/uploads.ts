import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import type { Upload } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const UPLOAD_SCHEMA = [
  `create table uploads (
    id text not null,
    incident_id text not null,
    name text not null,
    framing text not null,
    bytes bigint not null,
    sha256 text not null,
    at_ms bigint not null,
    complete integer not null
  )`,
  `create unique index uploads_key on uploads (id)`,
  `create index uploads_by_incident_id on uploads (incident_id)`,
  `create table upload_chunks (upload_id text not null, n integer not null, bytes bytea not null)`,
  `create unique index upload_chunks_key on upload_chunks (upload_id, n)`,
];

/** Bytes in one row, which is what a reader holds at a time. */
const CHUNK_BYTES = 256 * 1024;
/** An upload that is still incomplete after this long is abandoned, milliseconds. */
const ABANDONED_MS = 3_600_000;

/**
 * Uploaded logs of incidents. They lie in the database, so that every worker can read them, and no path is built from
 * what a client sent.
 */
export const uploadRows = ({
  db,
  run,
  transact,
  lock,
}: SqlDatabase): Pick<ServiceStore, "addUpload" | "listUploads" | "readUpload"> => ({
  async addUpload(incidentId, { id, name, framing, uploadedAtMs }, body, { maxBytes, maxUploads }) {
    const hash = createHash("sha256");
    let bytes = 0;
    await transact(() =>
      reserve(
        db,
        { id, incident_id: incidentId, name, framing, bytes: 0, sha256: "", at_ms: uploadedAtMs, complete: 0 },
        maxUploads,
      ),
    );
    try {
      let n = 0;
      for await (const chunk of chunksOf(body)) {
        bytes += chunk.length;
        if (bytes > maxBytes)
          throw new IncidentError("BAD_INPUT", `the upload is larger than ${maxBytes} bytes`, {
            hint: "Upload only the part that covers the incident.",
          });
        hash.update(chunk);
        await run(() => db.insertInto("upload_chunks").values({ upload_id: id, n, bytes: chunk }).execute());
        n += 1;
      }
      const upload: Upload = { id, name, framing, bytes, sha256: hash.digest("hex"), uploadedAtMs };
      return await transact(function* (): Script<Upload> {
        yield* lock(`uploads of ${incidentId}`);
        const same = yield* findSame(db, incidentId, upload);
        if (same === null)
          yield* execute(
            db.updateTable("uploads").set({ complete: 1, bytes, sha256: upload.sha256 }).where("id", "=", id),
          );
        else yield* remove(db, [id]); // a client that missed the answer sent it again: lines must not count twice
        return same ?? upload;
      });
    } catch (error) {
      // if this fails too: an incomplete upload is never read, and the next upload removes it
      await transact(() => remove(db, [id])).catch(() => undefined);
      throw error;
    }
  },

  async listUploads(incidentId) {
    const rows = await run(() =>
      db
        .selectFrom("uploads")
        .selectAll()
        .where("incident_id", "=", incidentId)
        .where("complete", "=", 1)
        .orderBy("at_ms")
        .orderBy("id")
        .execute(),
    );
    return rows.map(toUpload);
  },

  async *readUpload(uploadId) {
    for (let n = 0; ; n += 1) {
      const row = await run(() =>
        db
          .selectFrom("upload_chunks")
          .select("bytes")
          .where("upload_id", "=", uploadId)
          .where("n", "=", n)
          .executeTakeFirst(),
      );
      if (!row) return;
      yield row.bytes;
    }
  },
});

const toUpload = ({ id, name, framing, bytes, sha256, at_ms }: Tables["uploads"]): Upload => ({
  id,
  name,
  framing,
  bytes,
  sha256,
  uploadedAtMs: at_ms,
});

function* findSame(
  db: Kysely<Tables>,
  incidentId: string,
  { id, name, framing, sha256 }: Upload,
): Script<Upload | null> {
  const others = db
    .selectFrom("uploads")
    .selectAll()
    .where("incident_id", "=", incidentId)
    .where("complete", "=", 1)
    .where("id", "<>", id);
  const [same] = yield* execute<Tables["uploads"]>(
    others.where("sha256", "=", sha256).where("name", "=", name).where("framing", "=", framing).limit(1),
  );
  return same ? toUpload(same) : null;
}

/** Reserves a place for one more upload. @throws {IncidentError} BAD_INPUT when the incident has too many. */
function* reserve(db: Kysely<Tables>, row: Tables["uploads"], maxUploads: number): Script<void> {
  const abandoned = yield* execute<{ id: string }>(
    db
      .selectFrom("uploads")
      .select("id")
      .where("complete", "=", 0)
      .where("at_ms", "<", row.at_ms - ABANDONED_MS),
  );
  yield* remove(
    db,
    abandoned.map(({ id }) => id),
  );
  const [held] = yield* execute<{ count: number }>(
    db
      .selectFrom("uploads")
      .where("incident_id", "=", row.incident_id)
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  if (Number(held?.count ?? 0) >= maxUploads)
    throw new IncidentError(
      "BAD_INPUT",
      `incident ${row.incident_id} already has ${maxUploads} uploads, the most it may have`,
      {
        hint: "Combine several logs into one upload.",
      },
    );
  yield* execute(db.insertInto("uploads").values(row));
}

function* remove(db: Kysely<Tables>, ids: readonly string[]): Script<void> {
  if (ids.length === 0) return;
  yield* execute(db.deleteFrom("upload_chunks").where("upload_id", "in", [...ids]));
  yield* execute(db.deleteFrom("uploads").where("id", "in", [...ids]));
}

/** Cuts bytes into chunks of one size; the last may be shorter. */
async function* chunksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    held.push(Buffer.from(piece));
    size += piece.length;
    while (size >= CHUNK_BYTES) {
      const whole = Buffer.concat(held);
      yield whole.subarray(0, CHUNK_BYTES);
      held = [whole.subarray(CHUNK_BYTES)];
      size -= CHUNK_BYTES;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}
