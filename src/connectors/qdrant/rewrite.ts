import { embedDocuments } from "../../domain/embed-documents.ts";
import type { Embedder, EmbeddingModel } from "../../domain/memory.ts";
import { collectionsOf, currentCollection, drop, type CollectionLayout, makeNext, putInUse } from "./collections.ts";
import { type CopyOptions, copyAll, copyChanged, copyNewer } from "./copy.ts";
import { aliasOf } from "./names.ts";
import type { QdrantDoor } from "./door.ts";
import { documentOf, pointOf, Stored } from "./points.ts";

export type ReembedOptions = { onProgress?: (done: number) => void; signal?: AbortSignal | undefined };

/**
 * Copies what remains after `forget` into a new collection, puts that in use and drops all others. Deleted points
 * stay in a collection's files and log until Qdrant cleans up; a dropped collection leaves nothing. The second
 * collection is created before anything is forgotten, so that a repeated command sees that this one was cut off.
 * Searches are answered throughout, and documents written meanwhile are kept.
 */
export async function rewrite(
  door: QdrantDoor,
  layout: CollectionLayout,
  model: EmbeddingModel,
  forget: () => Promise<unknown>,
): Promise<void> {
  const current = await currentCollection(door, layout.prefix);
  if (current === null) return;
  await dropOthers(door, layout.prefix, [current.collection]); // leftovers also hold what must be forgotten
  const to = await makeNext(door, layout, model);
  await forget();
  await moveTo(door, layout, model, { from: current.collection, to }, {});
}

/** True when a command that rewrites the memory was cut off. */
export const wasCutOff = async (door: QdrantDoor, prefix: string): Promise<boolean> =>
  (await collectionsOf(door, prefix)).length > 1;

/**
 * Re-embeds all documents with the model of `embedder`. The old vectors answer until the new ones are complete. After
 * an interruption, the same command resumes where it stopped.
 *
 * @returns the number of documents; 0 when the memory already has this model or is empty.
 */
export async function reembedCollection(
  door: QdrantDoor,
  layout: CollectionLayout,
  embedder: Embedder,
  { onProgress, signal }: ReembedOptions,
): Promise<number> {
  const current = await currentCollection(door, layout.prefix, signal);
  if (current === null) return 0;
  let done = 0;
  const options: CopyOptions = {
    signal,
    onPage: (points) => {
      done += points;
      onProgress?.(done);
    },
    change: async (points) => {
      const documents = Stored.parse(points).map(({ payload }) => documentOf(payload));
      return (await embedDocuments(embedder, documents, signal)).map(pointOf);
    },
  };
  const alias = aliasOf(layout.prefix, embedder.model);
  const there = await collectionsOf(door, layout.prefix);
  if (current.alias === alias) {
    await finishMove(door, { from: there.filter((name) => !name.startsWith(alias)), to: current.collection }, options);
    return done;
  }
  const to = there.find((name) => name.startsWith(alias)) ?? (await makeNext(door, layout, embedder.model));
  await moveTo(door, layout, embedder.model, { from: current.collection, to }, options);
  return done;
}

/**
 * Finishes for a process that died after the switch: copies documents that were written to the old vectors meanwhile.
 */
async function finishMove(
  door: QdrantDoor,
  { from, to }: { from: readonly string[]; to: string },
  options: CopyOptions,
): Promise<void> {
  for (const old of from) {
    await copyNewer(door, old, to, options);
    await drop(door, old);
  }
}

/** Two passes: the second runs when nothing writes to the source any more, and copies what came during the first. */
async function moveTo(
  door: QdrantDoor,
  { prefix }: CollectionLayout,
  model: EmbeddingModel,
  { from, to }: { from: string; to: string },
  options: CopyOptions,
): Promise<void> {
  const copied = await copyAll(door, from, to, options);
  await putInUse(door, prefix, model, to);
  await copyChanged(door, from, to, copied, options);
  await dropOthers(door, prefix, [to]);
}

export async function dropOthers(door: QdrantDoor, prefix: string, kept: readonly string[]): Promise<void> {
  for (const name of await collectionsOf(door, prefix)) if (!kept.includes(name)) await drop(door, name);
}
