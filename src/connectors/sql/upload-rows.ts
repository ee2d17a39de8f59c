import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import type { Upload } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { ask, type Script } from "./script.ts";
import type { Sql, Tables } from "./tables.ts";

/** Bytes of one row: what a reader holds at a time. */
const CHUNK_BYTES = 256 * 1024;
/** An upload that has not come to its end by now never will, milliseconds. */
const ABANDONED_MS = 3_600_000;

/** Logs that people gave for an incident, in the database itself: whichever process analyses it can read them, and no path is made of anybody's words. */
export const uploadRows = ({
  db,
  asking,
  transact,
  lock,
}: Sql): Pick<ServiceStore, "addUpload" | "listUploads" | "readUpload"> => ({
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
          throw new IncidentError("BAD_INPUT", `these are more than ${maxBytes} bytes of logs`, {
            hint: "Give the part that holds the incident.",
          });
        hash.update(chunk);
        await asking(() => db.insertInto("upload_chunks").values({ upload_id: id, n, bytes: chunk }).execute());
        n += 1;
      }
      const upload: Upload = { id, name, framing, bytes, sha256: hash.digest("hex"), uploadedAtMs };
      return await transact(function* (): Script<Upload> {
        yield* lock(`uploads of ${incidentId}`);
        const same = yield* findSame(db, incidentId, upload);
        if (same === null)
          yield* ask(db.updateTable("uploads").set({ complete: 1, bytes, sha256: upload.sha256 }).where("id", "=", id));
        else yield* remove(db, [id]); // sent again by somebody whom the answer did not reach: its lines must not count twice
        return same ?? upload;
      });
    } catch (error) {
      await transact(() => remove(db, [id])).catch(() => undefined); // what is not complete is never read, and is removed with the next upload
      throw error;
    }
  },

  async listUploads(incidentId) {
    const rows = await asking(() =>
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
      const row = await asking(() =>
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
  const told = db
    .selectFrom("uploads")
    .selectAll()
    .where("incident_id", "=", incidentId)
    .where("complete", "=", 1)
    .where("id", "<>", id);
  const [same] = yield* ask<Tables["uploads"]>(
    told.where("sha256", "=", sha256).where("name", "=", name).where("framing", "=", framing).limit(1),
  );
  return same ? toUpload(same) : null;
}

/** A place for one more. @throws {IncidentError} BAD_INPUT */
function* reserve(db: Kysely<Tables>, row: Tables["uploads"], maxUploads: number): Script<void> {
  const abandoned = yield* ask<{ id: string }>(
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
  const [held] = yield* ask<{ count: number }>(
    db
      .selectFrom("uploads")
      .where("incident_id", "=", row.incident_id)
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  if (Number(held?.count ?? 0) >= maxUploads)
    throw new IncidentError("BAD_INPUT", `incident ${row.incident_id} holds ${maxUploads} uploads already`, {
      hint: "Put several logs into one upload.",
    });
  yield* ask(db.insertInto("uploads").values(row));
}

function* remove(db: Kysely<Tables>, ids: readonly string[]): Script<void> {
  if (ids.length === 0) return;
  yield* ask(db.deleteFrom("upload_chunks").where("upload_id", "in", [...ids]));
  yield* ask(db.deleteFrom("uploads").where("id", "in", [...ids]));
}

/** The same bytes in pieces of one size; the last may be shorter. */
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
