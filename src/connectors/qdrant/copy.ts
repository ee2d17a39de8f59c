import type { Schemas } from "@qdrant/js-client-rest";
import { z } from "zod";
import type { QdrantDoor } from "./door.ts";

const PAGE = 256;
/** For a page of long vectors on a slow disk. */
const PAGE_MS = 120_000;

const Point = z.object({
  id: z.union([z.string(), z.number()]),
  vector: z.record(z.string(), z.unknown()).nullish(),
  payload: z.record(z.string(), z.unknown()),
});
export type Point = z.infer<typeof Point>;
const Page = z.object({ points: z.array(Point), next_page_offset: z.union([z.string(), z.number()]).nullable() });

export type CopyOptions = {
  /** Converts points for the target; unchanged unless given. */
  change?: (points: readonly Point[]) => Promise<Schemas["PointStruct"][]>;
  onPage?: (points: number) => void;
  signal?: AbortSignal | undefined;
};

/** Reads all points of a collection, page by page. */
async function* pagesOf(
  door: QdrantDoor,
  collection: string,
  { withVector, signal }: { withVector: boolean; signal?: AbortSignal | undefined },
): AsyncGenerator<Point[]> {
  let offset: string | number | null = null;
  do {
    const body: Schemas["ScrollRequest"] = { limit: PAGE, offset, with_payload: true, with_vector: withVector };
    const page: z.infer<typeof Page> = await door.call({
      method: "POST",
      path: `/collections/${collection}/points/scroll`,
      body,
      schema: Page,
      signal,
      timeoutMs: PAGE_MS,
    });
    if (page.points.length > 0) yield page.points;
    offset = page.next_page_offset;
  } while (offset !== null);
}

export const upsert = async (
  door: QdrantDoor,
  collection: string,
  points: readonly Schemas["PointStruct"][],
  signal?: AbortSignal,
): Promise<void> =>
  void (await door.call({
    method: "PUT",
    path: `/collections/${collection}/points?wait=true`,
    body: { points },
    schema: z.unknown(),
    signal,
    timeoutMs: PAGE_MS,
  }));

/**
 * Copies points that the target lacks or holds differently, so it also resumes an interrupted copy.
 *
 * @returns the tag (`tagOf`) of each point in the source, for `copyChanged`.
 */
export async function copyAll(
  door: QdrantDoor,
  from: string,
  to: string,
  { change = unchanged, onPage, signal }: CopyOptions,
): Promise<Map<string | number, string>> {
  const there = await allOf(door, to, tagOf, signal);
  const copied = new Map<string | number, string>();
  for await (const page of pagesOf(door, from, { withVector: true, signal })) {
    const missing = page.filter((point) => there.get(point.id) !== tagOf(point));
    if (missing.length > 0) await upsert(door, to, await change(missing), signal);
    for (const point of page) copied.set(point.id, tagOf(point));
    onPage?.(page.length);
  }
  return copied;
}

/**
 * Copies points that changed in the source since `copied`. A copied point that the target has lost since stays lost.
 */
export async function copyChanged(
  door: QdrantDoor,
  from: string,
  to: string,
  copied: ReadonlyMap<string | number, string>,
  { change = unchanged, signal }: CopyOptions,
): Promise<void> {
  for await (const page of pagesOf(door, from, { withVector: true, signal })) {
    const changed = page.filter((point) => copied.get(point.id) !== tagOf(point));
    if (changed.length > 0) await upsert(door, to, await change(changed), signal);
  }
}

/** Copies points that the target lacks or holds in an older version. */
export async function copyNewer(
  door: QdrantDoor,
  from: string,
  to: string,
  { change = unchanged, onPage, signal }: CopyOptions,
): Promise<void> {
  const there = await allOf(door, to, timesOf, signal);
  for await (const page of pagesOf(door, from, { withVector: true, signal })) {
    const newer = page.filter((point) => isLater(timesOf(point), there.get(point.id)));
    if (newer.length > 0) await upsert(door, to, await change(newer), signal);
    onPage?.(newer.length);
  }
}

/** When the document was written, and when its outcome was set, Unix milliseconds. */
const Times = z.looseObject({ atMs: z.number(), outcomeAtMs: z.number().nullish() });
type Times = z.infer<typeof Times>;
const timesOf = ({ payload }: Point): Times => Times.parse(payload);
const isLater = (one: Times, other: Times | undefined): boolean =>
  other === undefined ||
  one.atMs > other.atMs ||
  (one.atMs === other.atMs && (one.outcomeAtMs ?? 0) > (other.outcomeAtMs ?? 0));

async function allOf<T>(
  door: QdrantDoor,
  collection: string,
  summaryOf: (point: Point) => T,
  signal?: AbortSignal,
): Promise<Map<string | number, T>> {
  const all = new Map<string | number, T>();
  for await (const page of pagesOf(door, collection, { withVector: false, signal }))
    for (const point of page) all.set(point.id, summaryOf(point));
  return all;
}

/** Changes with the document or its outcome. */
const tagOf = ({ payload: { contentHash, outcome, outcomeBy, outcomeAtMs } }: Point): string =>
  JSON.stringify([contentHash, outcome, outcomeBy, outcomeAtMs]);

const unchanged = async (points: readonly Point[]): Promise<Schemas["PointStruct"][]> =>
  points.map(({ id, payload, vector }) => ({ id, payload, vector: vector as Schemas["VectorStruct"] }));
