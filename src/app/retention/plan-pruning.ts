import type { HeldAnalysis, HeldBytes, HeldUpload, RetentionLimit, RetentionLimits } from "../../domain/retention.ts";

/** What there is, oldest first. `bytes`: only needed for limits of size. */
export type Held = {
  analyses: readonly HeldAnalysis[];
  bytes: ReadonlyMap<string, HeldBytes>;
  uploads: readonly HeldUpload[];
  /** Threads that have checkpoints. */
  threads: readonly string[];
};
/** Ids of what goes, oldest first. */
export type PruningPlan = {
  analyses: string[];
  evidence: string[];
  uploads: string[];
  checkpoints: string[];
};

/** An analysis that may still be decided on, or tried again, stays whole for at least this long, milliseconds. */
const OPEN_MS = 7 * 24 * 3_600_000;
/** An upload may wait for its analysis for so long, milliseconds. */
const FRESH_MS = 24 * 3_600_000;

/**
 * Decides what goes. An analysis that goes takes its evidence and its checkpoints with it; evidence that goes takes the
 * checkpoints. An upload that goes takes the evidence of its incident's analyses with it, because that evidence quotes
 * it. So what stays is whole.
 */
export function planPruning(
  { analyses, bytes, uploads, threads }: Held,
  limits: Omit<RetentionLimits, "memory" | "sessions">,
  nowMs: number,
): PruningPlan {
  const sizeOf = (id: string, part: keyof HeldBytes): number => bytes.get(id)?.[part] ?? 0;
  const isOpen = ({ isDone, endedAtMs }: HeldAnalysis): boolean => !isDone && !isOld(endedAtMs, OPEN_MS, nowMs);
  const gone = new Set(
    beyond(
      analyses.map((one) => ({
        ...one,
        atMs: one.endedAtMs,
        bytes: sizeOf(one.id, "report"),
        isKept: one.isDecided || isOpen(one),
      })),
      limits.analyses,
      nowMs,
    ),
  );
  const open = new Set(analyses.filter(isOpen).map(({ incidentId }) => incidentId));
  const goneUploads = beyond(
    uploads.map((one) => ({
      ...one,
      isKept: open.has(one.incidentId) || !isOld(one.atMs, FRESH_MS, nowMs),
    })),
    limits.uploads,
    nowMs,
  );
  const goneFiles = new Set(goneUploads);
  const quoted = new Set(uploads.filter(({ id }) => goneFiles.has(id)).map(({ incidentId }) => incidentId));
  const withEvidence = analyses.filter(({ id, hasEvidence }) => hasEvidence && !gone.has(id));
  const old = new Set(
    beyond(
      withEvidence.map((one) => ({
        ...one,
        atMs: one.endedAtMs,
        bytes: sizeOf(one.id, "evidence"),
        isKept: isOpen(one),
      })),
      limits.evidence,
      nowMs,
    ),
  );
  const evidence = withEvidence
    .filter(({ id, incidentId }) => old.has(id) || quoted.has(incidentId))
    .map(({ id }) => id);
  const over = new Set([...gone, ...evidence]);
  const unread = new Set(
    analyses
      .filter(({ isDone, endedAtMs }) => isDone && isOld(endedAtMs, limits.checkpoints.maxAgeMs, nowMs))
      .map(({ id }) => id),
  );
  return {
    analyses: analyses.filter(({ id }) => gone.has(id)).map(({ id }) => id),
    evidence,
    uploads: goneUploads,
    checkpoints: threads.filter((id) => over.has(id) || unread.has(id)),
  };
}

const isOld = (atMs: number, maxAgeMs: number | null, nowMs: number): boolean =>
  maxAgeMs !== null && atMs < nowMs - maxAgeMs;

type Aged = { id: string; atMs: number; bytes: number; isKept: boolean };

/** The ids beyond a limit: all that are too old, then the oldest until the rest fits. */
function beyond(all: readonly Aged[], { maxAgeMs, maxBytes }: RetentionLimit, nowMs: number): string[] {
  let left = all.reduce((sum, { bytes }) => sum + bytes, 0);
  return all
    .filter(({ isKept }) => !isKept)
    .filter(({ atMs, bytes }) => {
      const goes = isOld(atMs, maxAgeMs, nowMs) || (maxBytes !== null && left > maxBytes);
      if (goes) left -= bytes;
      return goes;
    })
    .map(({ id }) => id);
}
