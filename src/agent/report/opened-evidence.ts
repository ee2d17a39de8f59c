import type { CitedFinding } from "../../domain/finding.ts";
import type { Ranking } from "../../domain/hypothesis.ts";
import type { Claim, NativeQuery } from "../../domain/ports.ts";
import { queryFor, type TelemetryQuery } from "../../domain/query.ts";
import type { TelemetryHandle } from "../../telemetry/handle.ts";

/** How one piece of evidence is opened. `native`: its first query; `traceLinks`: the pages of its traces, by id. */
export type OpenedEvidence = { native: NativeQuery[]; traceLinks: Record<string, string> };

/** Evidence that a reader opens first. Each piece costs about one query; `causeway evidence` opens all others. */
const MAX_OPENED = 16;
/** A report does not wait longer for its links. */
const MAX_MS = 5_000;

type Conclusions = {
  findings: readonly CitedFinding[];
  ranking: Pick<Ranking, "hypotheses">;
  claims: readonly Claim[];
};

/**
 * The native queries and pages of the evidence that the report shows: of the first two hypotheses, then of the claims.
 * Evidence of sources without a query language has none. What cannot be found out in time is left out.
 */
export async function openEvidence(
  handle: Pick<TelemetryHandle, "native">,
  conclusions: Conclusions,
  signal: AbortSignal | undefined,
): Promise<Map<string, OpenedEvidence>> {
  const limit = AbortSignal.timeout(MAX_MS);
  const stop = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const opened = new Map<string, OpenedEvidence>();
  try {
    for (const finding of shownFirst(conclusions)) {
      const found = await openFinding(handle, finding, stop);
      if (found.native.length > 0 || Object.keys(found.traceLinks).length > 0) opened.set(finding.id, found);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!limit.aborted) throw error;
  }
  return opened;
}

function shownFirst({ findings, ranking, claims }: Conclusions): CitedFinding[] {
  const leading = ranking.hypotheses.slice(0, 2);
  const ids = [
    ...leading.flatMap(({ for: supporting }) => supporting),
    ...claims.flatMap(({ evidenceIds }) => evidenceIds),
    ...leading.flatMap(({ against }) => against),
  ];
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []).slice(0, MAX_OPENED);
}

async function openFinding(
  { native }: Pick<TelemetryHandle, "native">,
  { evidence: { reads: [first] = [], traceIds = [] } }: CitedFinding,
  signal: AbortSignal,
): Promise<OpenedEvidence> {
  if (first === undefined) return { native: [], traceLinks: {} };
  const traceLinks = await tracePages({ native }, { first: first.query, traceIds }, signal);
  return { native: await native(first.query, { signal }), traceLinks };
}

/** The pages of traces, by their ids. @param first the query that found them. */
export async function tracePages(
  { native }: Pick<TelemetryHandle, "native">,
  { first: { range, sources }, traceIds }: { first: TelemetryQuery; traceIds: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const pages = await Promise.all(
    traceIds.map(async (id) => {
      const matchers = [{ label: "trace_id", op: "=" as const, value: id }];
      const found = await native(queryFor("trace", range, { sources, matchers }), { signal });
      return found.flatMap(({ link }) => (link === null ? [] : [[id, link] as const])).slice(0, 1);
    }),
  );
  return Object.fromEntries(pages.flat());
}
