import { setImmediate as turn } from "node:timers/promises";
import { DEFAULT_TENANT, type IncidentDocument, type MemoryStore } from "../../domain/memory.ts";
import type {
  CheckpointSpace,
  HeldBytes,
  RetentionKind,
  RetentionLimits,
  RetentionStore,
} from "../../domain/retention.ts";
import { planPruning } from "./plan-pruning.ts";

/** `sessions`: null if there is no such file. */
export type PruneParts = {
  store: RetentionStore;
  checkpoints: CheckpointSpace;
  memory: Pick<MemoryStore, "list" | "remove">;
  sessions: (CheckpointSpace & { listThreadsBefore(beforeMs: number): Promise<string[]> }) | null;
  limits: RetentionLimits;
  now: () => number;
};
/**
 * `dryRun`: deletes nothing. `measure`: also sums up the bytes of what goes, which reads much. `full`: rewrites the
 * files, so that they shrink at once.
 */
export type PruneOptions = { dryRun: boolean; measure: boolean; full?: boolean; signal?: AbortSignal | undefined };

/** `bytes`: null if they were not measured. */
export type PrunedKind = { kind: RetentionKind | "incidents"; count: number; bytes: number | null };
/** Bytes that the store takes on the disk, and those inside of its files that are free. */
export type Pruned = {
  dryRun: boolean;
  kinds: PrunedKind[];
  beforeBytes: number;
  afterBytes: number;
  freeBytes: number | null;
};

/** Analyses in one transaction: others wait no longer than that takes. */
const BATCH = 25;

/**
 * Deletes what is beyond the limits. It can be stopped at any time, and be run again.
 *
 * @throws {IncidentError} as the stores do.
 */
export async function prune(
  parts: PruneParts,
  { dryRun, measure, full = false, signal }: PruneOptions,
): Promise<Pruned> {
  const { store, checkpoints, memory, sessions, limits, now } = parts;
  const nowMs = now();
  const analyses = await store.listHeld();
  const needsBytes = limits.analyses.maxBytes !== null || limits.evidence.maxBytes !== null;
  const ids = analyses.map(({ id }) => id);
  const bytes = needsBytes ? await bytesOf(store, ids, signal) : new Map<string, HeldBytes>();
  const uploads = await store.listUploads();
  const plan = planPruning({ analyses, bytes, uploads, threads: await checkpoints.listThreads() }, limits, nowMs);
  const measured = measure && !needsBytes ? await bytesOf(store, [...plan.analyses, ...plan.evidence], signal) : bytes;
  const isMeasured = measure || needsBytes;
  const before = await spaceOf(parts);
  const incidents =
    limits.analyses.maxAgeMs === null
      ? []
      : endedIncidents(await store.listEndedIncidents(nowMs - limits.analyses.maxAgeMs), {
          analyses: countBy(analyses, plan.analyses),
          uploads: countBy(uploads, plan.uploads),
        });

  const each = async (all: readonly string[], remove: (some: string[]) => Promise<void>): Promise<void> => {
    if (dryRun) return;
    for (let at = 0; at < all.length; at += BATCH) {
      signal?.throwIfAborted();
      await remove(all.slice(at, at + BATCH));
      await turn();
    }
  };
  await each(
    plan.checkpoints,
    one((id) => checkpoints.deleteThread(id)),
  );
  await each(plan.uploads, (some) => store.pruneUploads(some, nowMs));
  await each(plan.evidence, (some) => store.pruneEvidence(some, nowMs));
  await each(plan.analyses, (some) => store.pruneAnalyses(some, nowMs));
  await each(incidents, (some) => store.pruneIncidents(some, nowMs));
  const documents = await oldDocuments(memory, limits.memory, nowMs);
  await each(documents, async (some) => void (await memory.remove({ ids: some })));
  const { maxAgeMs } = limits.sessions;
  const ended = sessions === null || maxAgeMs === null ? [] : await sessions.listThreadsBefore(nowMs - maxAgeMs);
  await each(
    ended,
    one(async (id) => sessions?.deleteThread(id)),
  );

  const removed = [plan.analyses, plan.evidence, plan.uploads, plan.checkpoints, incidents, ended];
  if (!dryRun && (full || removed.some((list) => list.length > 0)))
    for (const place of [store, checkpoints, ...(sessions === null ? [] : [sessions])]) await place.giveBack({ full });

  const sum = (list: readonly string[], part: (held: HeldBytes) => number): number | null =>
    isMeasured ? list.reduce((total, id) => total + part(measured.get(id) ?? { report: 0, evidence: 0 }), 0) : null;
  const goingUploads = new Set(plan.uploads);
  const after = dryRun ? before : await spaceOf(parts);
  return {
    dryRun,
    kinds: [
      {
        kind: "analyses",
        count: plan.analyses.length,
        bytes: sum(plan.analyses, (held) => held.report + held.evidence),
      },
      { kind: "evidence", count: plan.evidence.length, bytes: sum(plan.evidence, (held) => held.evidence) },
      {
        kind: "uploads",
        count: plan.uploads.length,
        bytes: uploads.filter(({ id }) => goingUploads.has(id)).reduce((total, upload) => total + upload.bytes, 0),
      },
      { kind: "checkpoints", count: plan.checkpoints.length, bytes: null },
      { kind: "incidents", count: incidents.length, bytes: null },
      { kind: "memory", count: documents.length, bytes: null },
      { kind: "sessions", count: ended.length, bytes: null },
    ],
    beforeBytes: before.usedBytes,
    afterBytes: after.usedBytes,
    freeBytes: after.freeBytes,
  };
}

/** How many of the items that go belong to each incident. */
function countBy(all: readonly { id: string; incidentId: string }[], going: readonly string[]): Map<string, number> {
  const goes = new Set(going);
  const counts = new Map<string, number>();
  for (const { id, incidentId } of all) if (goes.has(id)) counts.set(incidentId, (counts.get(incidentId) ?? 0) + 1);
  return counts;
}

/** Incidents of which nothing else stays. */
const endedIncidents = (
  ended: Awaited<ReturnType<RetentionStore["listEndedIncidents"]>>,
  going: Record<"analyses" | "uploads", ReadonlyMap<string, number>>,
): string[] =>
  ended
    .filter(
      ({ id, analyses, uploads }) =>
        analyses === (going.analyses.get(id) ?? 0) && uploads === (going.uploads.get(id) ?? 0),
    )
    .map(({ id }) => id);

/** Removes one after the other. */
const one =
  (remove: (id: string) => Promise<void>) =>
  async (some: readonly string[]): Promise<void> => {
    for (const id of some) await remove(id);
  };

async function spaceOf({ store, checkpoints, sessions }: PruneParts) {
  const places = [store, checkpoints, ...(sessions === null ? [] : [sessions])];
  const all = await Promise.all(places.map((place) => place.space()));
  return {
    usedBytes: all.reduce((sum, { usedBytes }) => sum + usedBytes, 0),
    freeBytes: all.every(({ freeBytes }) => freeBytes === null)
      ? null
      : all.reduce((sum, { freeBytes }) => sum + (freeBytes ?? 0), 0),
  };
}

/** In steps, so that a process that also answers requests is never blocked for long. */
async function bytesOf(
  store: Pick<RetentionStore, "bytesOf">,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, HeldBytes>> {
  const all = new Map<string, HeldBytes>();
  for (let at = 0; at < ids.length; at += BATCH) {
    signal?.throwIfAborted();
    for (const [id, bytes] of await store.bytesOf(ids.slice(at, at + BATCH))) all.set(id, bytes);
    await turn();
  }
  return all;
}

/** Ids of past incidents that are too old or too many, the oldest first. Runbooks stay. */
async function oldDocuments(
  memory: Pick<MemoryStore, "list">,
  { maxAgeMs, maxDocuments }: RetentionLimits["memory"],
  nowMs: number,
): Promise<string[]> {
  if (maxAgeMs === null && maxDocuments === null) return [];
  const documents: Pick<IncidentDocument, "id" | "atMs">[] = [];
  let cursor: string | null = null;
  do {
    const page = await memory.list({ tenant: DEFAULT_TENANT, kind: "incident", cursor });
    documents.push(...page.documents.map(({ id, atMs }) => ({ id, atMs })));
    cursor = page.next;
  } while (cursor !== null);
  const newestFirst = documents.toSorted((a, b) => b.atMs - a.atMs || (a.id < b.id ? -1 : 1));
  return newestFirst
    .filter(
      ({ atMs }, at) => (maxAgeMs !== null && atMs < nowMs - maxAgeMs) || (maxDocuments !== null && at >= maxDocuments),
    )
    .map(({ id }) => id)
    .toReversed();
}
