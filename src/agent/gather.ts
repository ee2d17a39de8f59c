import type { CitedFinding, Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Problem, QueryCoverage } from "../domain/ports.ts";
import type { TelemetrySignal } from "../domain/query.ts";
import { isoTime } from "../domain/time.ts";
import { whyAbsent } from "./absent-source.ts";
import { getArtifact } from "./artifacts.ts";
import type { AgentDeps } from "./deps.ts";
import type { NodeName } from "./nodes-table.ts";
import type { AnalysisState, CoverageGap, CoverageSource, UnnamedRef } from "./state.ts";
import type { IncidentRead, TelemetryHandle } from "../telemetry/handle.ts";
import { readStatements } from "../logs/read-statements.ts";
import { withReads } from "../telemetry/evidence-reads.ts";
import { type NodeStep, timed } from "./step.ts";

/** Maximum number of findings kept for one source: the strongest. Neither a person nor the ranking can use more. */
const MAX_FINDINGS_PER_SOURCE = 2000;
/** Maximum number of problems listed for one file. The others are counted. */
const NAMED_PROBLEMS = 3;

/** `read`: the node's own signal, according to the incident's plan. `telemetry`: access to the other signals. */
export type GatherInput<S extends TelemetrySignal> = {
  read: IncidentRead<S>;
  telemetry: TelemetryHandle;
  incident: Incident;
  signal: AbortSignal | undefined;
  onProblem: (problem: Problem) => void;
};
/**
 * The result of one node.
 *
 * `rows`: number of records from the incident's own recording. Zero rows do not mean "quiet", unless an empty list is
 * a valid answer of the source (`quietWhenEmpty`): no alert was raised, nothing was changed.
 *
 * `incomparable`: records exist, but no baseline to compare them with. Then "no findings" does not mean "quiet".
 */
export type Gathered = {
  findings: readonly Finding[];
  rows: number;
  quietWhenEmpty?: true;
  incomparable?: boolean;
  notes?: readonly string[];
  /** Coverage of the read, if an earlier node did it; else that of the node's own read. */
  coverage?: readonly QueryCoverage[];
};

/**
 * The incident with the window of this pass, which `widen-window` may have moved, and with the onset that was found.
 */
export const asSeen = (
  incident: Incident,
  { window, baseline, onset }: Pick<AnalysisState, "window" | "baseline" | "onset">,
): Incident => ({
  ...incident,
  window,
  baseline: { ...incident.baseline, window: baseline },
  onset,
});

/** Describes a query for people. */
export const describeQuery = (
  what: string,
  { query: { range }, baselineQuery }: Pick<IncidentRead<TelemetrySignal>, "query" | "baselineQuery">,
): string => {
  const baseline = baselineQuery?.recording ?? null;
  const times = `${isoTime(range.startMs)}/${isoTime(range.endMs)}`;
  return `${what} of ${times}${baseline === null ? "" : `, compared with ${baseline}`}`;
};

/**
 * Folds the problems of each file into one gap. It lists three, those of the whole file first, and counts the others.
 */
export function foldProblems(source: CoverageSource, problems: readonly Problem[]): CoverageGap[] {
  return [...Map.groupBy(problems, (problem) => problem.source)].map(([file, all]) => {
    const list = [...all.filter(({ line }) => line === null), ...all.filter(({ line }) => line !== null)];
    const named = list
      .slice(0, NAMED_PROBLEMS)
      .map(({ line, what }) => (line === null ? what : `line ${line}: ${what}`));
    const rest = list.slice(NAMED_PROBLEMS).reduce((sum, { count = 1 }) => sum + count, 0);
    return {
      source,
      kind: list.some(({ isCut }) => isCut) ? "cut" : "partial",
      why: `${file}: ${named.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`,
    };
  });
}

/** Gaps that must not pass for "quiet": unreadable data, no data for this time, or no baseline to compare with. */
function unreadGaps(
  source: CoverageSource,
  { rows, findings, quietWhenEmpty, incomparable, notes = [] }: Gathered,
  problems: readonly Problem[],
): CoverageGap[] {
  if (rows > 0 && incomparable === true && findings.length === 0) {
    const reason = notes.length > 0 ? notes.join("; ") : "the baseline or the incident has no records";
    return [
      ...foldProblems(source, problems),
      { source, kind: "incomparable", why: `nothing could be compared: ${reason}` },
    ];
  }
  if (rows > 0 || (quietWhenEmpty === true && problems.length === 0)) return [];
  if (problems.length === 0) return [{ source, kind: "empty", why: "no records in the window" }];
  return foldProblems(source, problems).map(({ why }) => ({
    source,
    kind: "failed",
    why: `nothing could be read: ${why}`,
  }));
}

function strongest<F extends Finding | CitedFinding>(findings: readonly F[], limit: number): F[] {
  if (findings.length <= limit) return [...findings];
  const kept = new Set(findings.toSorted((a, b) => b.strength - a.strength).slice(0, limit));
  return findings.filter((finding) => kept.has(finding));
}

/** Describes the gaps of the answers. A missing filter is not listed: it returns more data, not less. */
const gapNotes = (coverage: readonly QueryCoverage[]): string[] =>
  coverage.flatMap(({ source, gaps }) =>
    gaps.flatMap((gap) => (gap.kind === "not_filtered" ? [] : [`${source} ${gap.kind}: ${gap.why}`])),
  );

/**
 * Creates a step that reads one signal and turns it into findings. The findings go to the store. The state gets their
 * keys and strengths.
 *
 * @param source the signal's name in the report, such as `metrics`.
 */
export function gatherStep<S extends TelemetrySignal>(
  deps: AgentDeps,
  { node, source, signal: kind }: { node: NodeName; source: CoverageSource; signal: S },
  gather: (input: GatherInput<S>) => Promise<Gathered>,
): NodeStep {
  return timed(deps, node, async (state, { signal }) => {
    const { analysisId } = state;
    const incident = asSeen(await getArtifact(deps.store, analysisId, "incident"), state);
    const telemetry = await deps.telemetry.handleOf(state);
    const read = await telemetry.readIncident(kind, incident, { signal });
    if (read === null) return { coverage: [{ source, kind: "absent", why: whyAbsent(telemetry) }] };

    const found: Problem[] = [];
    const onProblem = (problem: Problem): void => void found.push(problem);
    const gathered = await gather({ read, telemetry, incident, signal, onProblem });
    // Only now are the logs read to their end.
    const coverage = gathered.coverage ?? read.coverage;
    const problems = [...coverage.flatMap((each) => each.problems), ...found];
    const kept = strongest(gathered.findings, MAX_FINDINGS_PER_SOURCE);
    const notes = [...gapNotes(coverage), ...(gathered.notes ?? [])];
    if (kept.length < gathered.findings.length)
      notes.push(`kept the strongest ${kept.length} of ${gathered.findings.length} findings`);
    const findings = await stored(deps, analysisId, await withReads(kept, read, readStatements, signal));
    const unread = unreadGaps(source, gathered, problems);
    if (unread.length > 0) return { findings, coverage: unread };
    return {
      findings,
      coverage: [
        ...foldProblems(source, problems),
        ...notes.map((why): CoverageGap => ({ source, kind: "partial", why })),
      ],
    };
  });
}

/** Stores findings, and returns the references that the state keeps. */
export async function stored(
  { store }: Pick<AgentDeps, "store">,
  analysisId: string,
  findings: readonly Finding[],
): Promise<UnnamedRef[]> {
  const keys = await store.putFindings(analysisId, findings);
  return findings.flatMap(({ signal, kind, entity, strength }, index): UnnamedRef[] => {
    const key = keys[index];
    return key === undefined ? [] : [{ key, signal, kind, entity: entity.id, strength }];
  });
}
