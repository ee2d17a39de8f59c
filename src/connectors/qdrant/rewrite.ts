import { embedDocuments } from "../../domain/embed-documents.ts";
import type { Embedder, EmbeddingModel } from "../../domain/memory.ts";
import { collectionsOf, currentCollection, drop, type Layout, makeNext, putInUse } from "./collections.ts";
import { type CopyOptions, copyAll, copyChanged, copyNewer } from "./copy.ts";
import { aliasOf } from "./names.ts";
import type { QdrantDoor } from "./door.ts";
import { documentOf, pointOf, Stored } from "./points.ts";

export type ReembedOptions = { onProgress?: (done: number) => void; signal?: AbortSignal | undefined };

/**
 * Writes what is left after `forget` into a new collection, puts that in use and drops every other one. Deleted points stay in a collection's files and in its
 * log until Qdrant finds it worth while to clean up; a collection that is dropped leaves nothing. The second collection is there before anything is forgotten:
 * by it whoever is asked to forget again knows that this was cut off.
 * Searches are answered throughout; what is written meanwhile is kept.
 */
export async function rewrite(
  door: QdrantDoor,
  layout: Layout,
  model: EmbeddingModel,
  forget: () => Promise<unknown>,
): Promise<void> {
  const current = await currentCollection(door, layout.prefix);
  if (current === null) return;
  await dropOthers(door, layout.prefix, [current.collection]); // what an interrupted command left also holds what is to go
  const to = await makeNext(door, layout, model);
  await forget();
  await moveTo(door, layout, model, { from: current.collection, to }, {});
}

/** Whether a command was cut off that writes a memory anew. */
export const wasCutOff = async (door: QdrantDoor, prefix: string): Promise<boolean> =>
  (await collectionsOf(door, prefix)).length > 1;

/**
 * Embeds all that is remembered anew, with the model of `embedder`. The old vectors answer until the new ones are complete; interrupted, the
 * same command goes on where it stopped.
 *
 * @returns how many documents; 0 where the memory is of this model already, or empty.
 */
export async function reembedCollection(
  door: QdrantDoor,
  layout: Layout,
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

/** What a process that died left to do once the new vectors were in use: what had come to the old ones meanwhile. */
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

/** Two passes: the second, when nothing is written to the source any more, takes what came during the first. */
async function moveTo(
  door: QdrantDoor,
  { prefix }: Layout,
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
