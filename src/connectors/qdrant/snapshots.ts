import { createWriteStream, openAsBlob } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { type EmbeddingModel, modelId } from "../../domain/memory.ts";
import { otherModel } from "../hybrid/check-vector.ts";
import { collectionsOf, drop, findCollection, type CollectionLayout, modelOf, putInUse } from "./collections.ts";
import type { QdrantDoor } from "./door.ts";
import { aliasOf, nextCollection } from "./names.ts";
import { dropOthers } from "./rewrite.ts";

/** For gigabytes over a slow line. */
const FILE_MS = 3_600_000;

/**
 * Writes the memory with its vectors into a file for `restoreSnapshot`. The server keeps no copy of it.
 *
 * @throws {IncidentError} NOT_FOUND if nothing has been stored yet; CONFIG when the file cannot be written.
 */
export async function takeSnapshot(
  door: QdrantDoor,
  { prefix }: CollectionLayout,
  model: EmbeddingModel,
  file: string,
): Promise<void> {
  const collection = await findCollection(door, prefix, model);
  if (collection === null)
    throw new IncidentError("NOT_FOUND", `the memory in ${door.name} is empty`, {
      hint: "Analyze an incident first, or run `causeway memory import`.",
    });
  const place = `/collections/${collection}/snapshots`;
  const { name } = await door.call({
    method: "POST",
    path: `${place}?wait=true`,
    schema: z.object({ name: z.string() }),
    timeoutMs: FILE_MS,
  });
  const unfinished = `${file}.part`;
  try {
    await pipeline(
      Readable.from(await door.download(`${place}/${name}`, FILE_MS)),
      createWriteStream(unfinished),
    ).catch(unwritable(file));
    await rename(unfinished, file).catch(unwritable(file));
  } finally {
    await rm(unfinished, { force: true });
    await door.call({ method: "DELETE", path: `${place}/${name}?wait=true`, schema: z.unknown() });
  }
}

/**
 * Replaces the memory by a snapshot. The old memory answers until the new one is complete.
 *
 * @throws {IncidentError} CONFIG when the snapshot holds vectors of another model, REJECTED when it is not a snapshot.
 *   The memory is then unchanged.
 */
export async function restoreSnapshot(
  door: QdrantDoor,
  { prefix }: CollectionLayout,
  model: EmbeddingModel,
  file: string,
): Promise<void> {
  const form = new FormData();
  form.append("snapshot", await readable(file), basename(file));
  const collection = nextCollection(aliasOf(prefix, model), await collectionsOf(door, prefix));
  try {
    await door.call({
      method: "POST",
      path: `/collections/${collection}/snapshots/upload?priority=snapshot&wait=true`,
      form,
      schema: z.unknown(),
      timeoutMs: FILE_MS,
    });
    const held = await modelOf(door, collection);
    if (held === null || modelId(held) !== modelId(model))
      throw otherModel(file, held === null ? "another program" : modelId(held), model);
  } catch (error) {
    await drop(door, collection);
    throw error;
  }
  await putInUse(door, prefix, model, collection);
  await dropOthers(door, prefix, [collection]);
}

async function readable(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${file} cannot be read`, {
      hint: "Give a file that `causeway memory snapshot` wrote.",
      cause,
    });
  }
}

/** Server failures pass through; any other failure is the file's. */
const unwritable =
  (file: string) =>
  (cause: unknown): never => {
    if (cause instanceof IncidentError) throw cause;
    throw new IncidentError("CONFIG", `cannot write the snapshot to ${file}: ${messageOf(cause)}`, {
      hint: "Check the folder, its permissions and its free disk space.",
    });
  };
