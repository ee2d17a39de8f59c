import type { Embedder, EmbeddingModel } from "../../domain/memory.ts";
import { checkServer, type CollectionLayout } from "./collections.ts";
import { type QdrantDoor, qdrantDoor } from "./door.ts";
import type { QdrantOptions } from "./memory-store.ts";
import { type ReembedOptions, reembedCollection } from "./rewrite.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshots.ts";

/** Commands for a whole memory in Qdrant. @throws {IncidentError} as the store and each command do. */
export const qdrantAdmin = (options: QdrantOptions) => ({
  reembed: (embedder: Embedder, reembedOptions: ReembedOptions = {}): Promise<number> =>
    withDoor(options, (door, layout) => reembedCollection(door, layout, embedder, reembedOptions)),
  snapshot: (model: EmbeddingModel, file: string): Promise<void> =>
    withDoor(options, (door, layout) => takeSnapshot(door, layout, model, file)),
  restore: (model: EmbeddingModel, file: string): Promise<void> =>
    withDoor(options, (door, layout) => restoreSnapshot(door, layout, model, file)),
});

async function withDoor<T>(
  { prefix, shards, replicas, onDisk, ...server }: QdrantOptions,
  use: (door: QdrantDoor, layout: CollectionLayout) => Promise<T>,
): Promise<T> {
  const door = qdrantDoor(server);
  try {
    await checkServer(door);
    return await use(door, { prefix, shards, replicas, onDisk });
  } finally {
    await door.close();
  }
}
