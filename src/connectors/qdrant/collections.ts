import type { Schemas } from "@qdrant/js-client-rest";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { type EmbeddingModel, modelId } from "../../domain/memory.ts";
import { otherModel } from "../hybrid/check-vector.ts";
import type { QdrantDoor } from "./door.ts";
import { aliasOf, isOf, nextCollection } from "./names.ts";

/**
 * `shards`, `replicas`: null leaves them to the server. `onDisk`: keeps vectors and their graph on disk, not in memory.
 */
export type CollectionLayout = { prefix: string; shards: number | null; replicas: number | null; onDisk: boolean };

export const DENSE = "dense";
export const BM25 = "bm25";

/** The first version with collection metadata, which holds the embedding model. */
const OLDEST_SERVER = [1, 16] as const;
/** Creating a collection, or an index of many points, is slow. */
const SLOW_MS = 300_000;

/** Document fields that filters use. */
const INDEXES: Readonly<Record<string, Schemas["PayloadFieldSchema"]>> = {
  tenant: { type: "keyword", is_tenant: true },
  kind: "keyword",
  incidentId: "keyword",
  system: "keyword",
  "shape.services": "keyword",
  services: "keyword",
  cause: "keyword",
  causes: "keyword",
  outcome: "keyword",
  atMs: "float",
};

const Done = z.unknown();
const Aliases = z.object({ aliases: z.array(z.object({ alias_name: z.string(), collection_name: z.string() })) });
const Collections = z.object({ collections: z.array(z.object({ name: z.string() })) });
const Model = z.object({ name: z.string(), version: z.string(), dimension: z.number() });
const Collection = z.object({ config: z.object({ metadata: z.object({ model: Model }).nullish() }) });

/** @throws {IncidentError} CONFIG for a server that is too old. */
export async function checkServer(door: QdrantDoor, signal?: AbortSignal): Promise<void> {
  const { version } = await door.call({ method: "GET", path: "/", schema: z.object({ version: z.string() }), signal });
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor >= OLDEST_SERVER[1]);
  if (isNew) return;
  throw new IncidentError("CONFIG", `${door.name} runs version ${version}, which is too old for the memory`, {
    hint: `Update Qdrant to ${OLDEST_SERVER.join(".")} or newer.`,
  });
}

/**
 * The current collection of the memory; null if nothing has been stored yet.
 *
 * @throws {IncidentError} CONFIG when it holds vectors of another model.
 */
export async function findCollection(
  door: QdrantDoor,
  prefix: string,
  model: EmbeddingModel,
  signal?: AbortSignal,
): Promise<string | null> {
  const current = await currentCollection(door, prefix, signal);
  if (current === null || current.alias === aliasOf(prefix, model)) return current?.collection ?? null;
  const held = await modelOf(door, current.collection);
  throw otherModel(door.name, held === null ? "another model" : modelId(held), model);
}

/** The alias of the memory, whatever its model. */
export async function currentCollection(
  door: QdrantDoor,
  prefix: string,
  signal?: AbortSignal,
): Promise<{ alias: string; collection: string } | null> {
  const { aliases } = await door.call({ method: "GET", path: "/aliases", schema: Aliases, signal });
  const found = aliases.find(({ alias_name }) => isOf(prefix, alias_name));
  return found === undefined ? null : { alias: found.alias_name, collection: found.collection_name };
}

export async function modelOf(door: QdrantDoor, collection: string): Promise<EmbeddingModel | null> {
  const { config } = await door.call({ method: "GET", path: `/collections/${collection}`, schema: Collection });
  return config.metadata?.model ?? null;
}

/** All collections of the memory: the one in use, and leftovers of interrupted commands. */
export async function collectionsOf(door: QdrantDoor, prefix: string): Promise<string[]> {
  const { collections } = await door.call({ method: "GET", path: "/collections", schema: Collections });
  return collections.map(({ name }) => name).filter((name) => isOf(prefix, name));
}

/** Creates the first collection of a memory and puts it in use. Two processes may do so at the same time. */
export async function makeFirst(door: QdrantDoor, layout: CollectionLayout, model: EmbeddingModel): Promise<void> {
  const alias = aliasOf(layout.prefix, model);
  const collection = nextCollection(alias, []);
  await makeCollection(door, collection, layout, model);
  await door.call({
    method: "POST",
    path: "/collections/aliases",
    body: { actions: [{ create_alias: { alias_name: alias, collection_name: collection } }] },
    schema: Done,
  });
}

/** Creates a collection that is not in use yet. */
export async function makeNext(door: QdrantDoor, layout: CollectionLayout, model: EmbeddingModel): Promise<string> {
  const collection = nextCollection(aliasOf(layout.prefix, model), await collectionsOf(door, layout.prefix));
  await makeCollection(door, collection, layout, model);
  return collection;
}

async function makeCollection(
  door: QdrantDoor,
  collection: string,
  { shards, replicas, onDisk }: CollectionLayout,
  model: EmbeddingModel,
): Promise<void> {
  const body: Schemas["CreateCollection"] = {
    vectors: { [DENSE]: { size: model.dimension, distance: "Cosine", on_disk: onDisk } },
    sparse_vectors: { [BM25]: { modifier: "idf", index: { on_disk: onDisk } } },
    hnsw_config: { on_disk: onDisk },
    ...(shards === null ? {} : { shard_number: shards }),
    ...(replicas === null ? {} : { replication_factor: replicas }),
    metadata: { model },
  };
  try {
    await door.call({ method: "PUT", path: `/collections/${collection}`, body, schema: Done, timeoutMs: SLOW_MS });
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  const makeIndex = ([field_name, field_schema]: [string, Schemas["PayloadFieldSchema"]]) =>
    door.call({
      method: "PUT",
      path: `/collections/${collection}/index?wait=true`,
      body: { field_name, field_schema },
      schema: Done,
      timeoutMs: SLOW_MS,
    });
  await Promise.all(Object.entries(INDEXES).map(makeIndex));
}

const isThere = (error: unknown): boolean => error instanceof IncidentError && /already exists/.test(error.message);

/** Switches the memory of `model` to `collection` atomically, for reads and writes. */
export async function putInUse(
  door: QdrantDoor,
  prefix: string,
  model: EmbeddingModel,
  collection: string,
): Promise<void> {
  const before = await currentCollection(door, prefix);
  const actions: Schemas["AliasOperations"][] = [
    ...(before === null ? [] : [{ delete_alias: { alias_name: before.alias } }]),
    { create_alias: { alias_name: aliasOf(prefix, model), collection_name: collection } },
  ];
  await door.call({ method: "POST", path: "/collections/aliases", body: { actions }, schema: Done });
}

export const drop = async (door: QdrantDoor, collection: string): Promise<void> =>
  void (await door.call({ method: "DELETE", path: `/collections/${collection}`, schema: Done, timeoutMs: SLOW_MS }));
