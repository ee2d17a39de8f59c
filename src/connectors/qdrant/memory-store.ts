import type { Schemas } from "@qdrant/js-client-rest";
import { z } from "zod";
import { IncidentError, isNotFound } from "../../domain/errors.ts";
import {
  type EmbeddingModel,
  type MemoryDocument,
  type MemoryEntry,
  type MemoryStore,
  Outcome,
  type RemoveFilter,
  replaces,
} from "../../domain/memory.ts";
import { checkVector } from "../hybrid/check-vector.ts";
import { fuse } from "../hybrid/fuse.ts";
import { checkServer, findCollection, type CollectionLayout, makeFirst } from "./collections.ts";
import { upsert } from "./copy.ts";
import { type QdrantServer, qdrantDoor } from "./door.ts";
import { aliasOf } from "./names.ts";
import { pointId } from "./point-id.ts";
import { documentOf, isKind, pointOf, Scored, searches, Stored } from "./points.ts";
import { rewrite, wasCutOff } from "./rewrite.ts";

const DEFAULT_PAGE = 500;
/** Points in one request: some megabytes with long vectors. */
const BATCH = 256;

export type QdrantOptions = QdrantServer & CollectionLayout;

const Done = z.unknown();
const Known = z.array(
  z.object({
    payload: z.object({ id: z.string(), contentHash: z.string(), outcome: Outcome.nullable().default(null) }),
  }),
);
const Count = z.object({ count: z.number() });
const Page = z.object({ points: Stored, next_page_offset: z.union([z.string(), z.number()]).nullable() });

/**
 * A shared memory in Qdrant: one collection for each embedding model behind its own alias. Point ids are UUIDs made
 * from document ids, so writes are upserts. If two processes store the same incident within milliseconds, the last
 * one wins.
 */
export function qdrantMemoryStore(
  { prefix, shards, replicas, onDisk, ...server }: QdrantOptions,
  model: EmbeddingModel,
): MemoryStore {
  const door = qdrantDoor(server);
  const layout = { prefix, shards, replicas, onDisk };
  const alias = aliasOf(prefix, model);
  const place = `/collections/${alias}/points`;
  /** Checked once, and again after a failure or when the collection has gone. */
  const seen = { isServerNew: false, isThere: false };

  /** @returns true if the memory has ever stored anything. */
  async function isPresent(signal?: AbortSignal): Promise<boolean> {
    if (seen.isThere) return true;
    if (!seen.isServerNew) await checkServer(door, signal);
    seen.isServerNew = true;
    seen.isThere = (await findCollection(door, prefix, model, signal)) !== null;
    return seen.isThere;
  }

  /** Runs a query; returns `empty` without a collection. If the memory has moved meanwhile, it runs once more. */
  async function queried<T>(empty: T, query: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!(await isPresent(signal))) return empty;
    try {
      return await query();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      seen.isThere = false;
      return (await isPresent(signal)) ? query() : empty;
    }
  }

  const post = <T>(path: string, body: unknown, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> =>
    door.call({ method: "POST", path: `${place}${path}`, body, schema, signal });

  const fetchStored = async (ids: readonly string[]): Promise<MemoryDocument[]> =>
    queried<MemoryDocument[]>([], async () =>
      (await post("", { ids: ids.map(pointId), with_payload: true }, Stored)).map(({ payload }) => documentOf(payload)),
    );

  async function putBatch(entries: readonly MemoryEntry[]): Promise<number> {
    const stored = new Map(
      (await fetchStored(entries.map(({ document }) => document.id))).map((document) => [document.id, document]),
    );
    const chosen = new Map<string, MemoryEntry>();
    let written = 0;
    for (const entry of entries) {
      const before = chosen.get(entry.document.id)?.document ?? stored.get(entry.document.id);
      if (before !== undefined && !replaces(before, entry.document)) continue;
      chosen.set(entry.document.id, entry);
      written += 1;
    }
    if (chosen.size > 0) await queried(undefined, () => upsert(door, alias, [...chosen.values()].map(pointOf)));
    return written;
  }

  return {
    name: door.name,
    model,

    put: async (entries) => {
      for (const { vector } of entries) checkVector(vector, model);
      if (entries.length > 0 && !(await isPresent())) await makeFirst(door, layout, model);
      let written = 0;
      for (let start = 0; start < entries.length; start += BATCH)
        written += await putBatch(entries.slice(start, start + BATCH));
      return { written, unchanged: entries.length - written };
    },

    search: async (query, signal) => {
      checkVector(query.vector, model);
      if (query.limit < 1) return [];
      const lists = await queried<z.infer<typeof Scored>>(
        [],
        () => post("/query/batch", searches(query), Scored, signal),
        signal,
      );
      const [dense = [], bm25 = []] = lists.map(({ points }) =>
        points.map(({ score, payload }) => ({ score, item: payload })),
      );
      return fuse(dense, bm25, query.limit).flatMap(({ item, ...places }) => {
        const document = documentOf(item);
        return isKind(document, query.kind) ? [{ document, ...places }] : [];
      });
    },

    get: async (id) => (await fetchStored([id]))[0] ?? null,

    known: async (ids) => {
      const found = await queried<z.infer<typeof Known>>([], () =>
        post("", { ids: ids.map(pointId), with_payload: ["id", "contentHash", "outcome"] }, Known),
      );
      return new Map(found.map(({ payload: { id, contentHash, outcome } }) => [id, { contentHash, outcome }]));
    },

    list: async ({ tenant, kind, cursor = null, limit = DEFAULT_PAGE }) => {
      const must = [
        ...(tenant === undefined ? [] : [matching("tenant", tenant)]),
        ...(kind === undefined ? [] : [matching("kind", kind)]),
      ];
      const empty: z.infer<typeof Page> = { points: [], next_page_offset: null };
      const page = await queried(empty, () =>
        post("/scroll", { filter: { must }, offset: cursor, limit, with_payload: true }, Page),
      );
      return {
        documents: page.points.map(({ payload }) => documentOf(payload)),
        next: page.next_page_offset === null ? null : String(page.next_page_offset),
      };
    },

    setOutcome: async (id, { outcome, by, atMs }) => {
      const [stored] = await fetchStored([id]);
      if (stored === undefined)
        throw new IncidentError("NOT_FOUND", `the memory has no document ${id}`, {
          hint: "Run `causeway memory export` to list its documents.",
        });
      if (stored.kind === "runbook")
        throw new IncidentError("BAD_INPUT", `${id} is a runbook, which has no outcome`, {
          hint: "Give the id of an incident.",
        });
      await post(
        "/payload?wait=true",
        { payload: { outcome, outcomeBy: by, outcomeAtMs: atMs }, points: [pointId(id)] },
        Done,
      );
    },

    remove: async (filter) => {
      const chosen = { filter: removing(filter) };
      const { count } = await queried({ count: 0 }, () => post("/count", { ...chosen, exact: true }, Count));
      if (count === 0 && !(await wasCutOff(door, prefix))) return 0;
      await rewrite(door, layout, model, () => post("/delete?wait=true", chosen, Done));
      return count;
    },

    describe: async () => {
      const { count } = await queried({ count: 0 }, () => post("/count", { exact: true }, Count));
      return { count, model };
    },

    close: () => door.close(),
  };
}

const matching = (key: string, value: string): Schemas["FieldCondition"] => ({ key, match: { value } });

const removing = (filter: RemoveFilter): Schemas["Filter"] =>
  "ids" in filter
    ? { must: [{ has_id: filter.ids.map(pointId) }] }
    : {
        must: [
          matching("tenant", filter.tenant),
          ...(filter.beforeMs === undefined ? [] : [{ key: "atMs", range: { lt: filter.beforeMs } }]),
        ],
      };
