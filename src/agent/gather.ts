import type { CitedFinding, Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { FetchOptions, Problem, Slice, Telemetry } from "../domain/ports.ts";
import { isoTime } from "../domain/time.ts";
import { getArtifact } from "./artifacts.ts";
import type { AgentDeps } from "./deps.ts";
import { slicesOf } from "./slices.ts";
import type { AnalysisState, NotChecked, UnnamedRef } from "./state.ts";
import { type NodeStep, timed } from "./step.ts";

/** More from one source than a person or a ranking can use; the strongest are kept. */
const MAX_FINDINGS_PER_SOURCE = 2000;
/** Problems of one file named one by one; the rest are counted. */
const NAMED_PROBLEMS = 3;

type Fetch = FetchOptions & { onProblem: (problem: Problem) => void };
export type GatherInput = { telemetry: Telemetry; incident: Incident; own: Slice; shared: Slice | null; fetch: Fetch };
/**
 * `null`: this signal was not recorded or is not configured, which is not "quiet".
 *
 * `rows`: records that were read of the incident's own recording. None of them is not "quiet" either, but for a source whose empty list is an
 * answer (`quietWhenEmpty`): no alert was raised, nothing was changed.
 *
 * `incomparable`: there were records, yet none that could be held against a quiet time; then "no findings" is not "quiet" either.
 */
export type Gathered = {
  findings: readonly Finding[];
  rows: number;
  quietWhenEmpty?: true;
  incomparable?: boolean;
  notes?: readonly string[];
} | null;

/** The incident as this pass sees it: `widen-window` may have moved its window. */
export const asSeen = (
  incident: Incident,
  { window, baseline }: Pick<AnalysisState, "window" | "baseline">,
): Incident => ({
  ...incident,
  window,
  baseline: { ...incident.baseline, window: baseline },
});

/** What was asked, in words that a person can ask again. */
export const describeQuery = (what: string, own: Slice, shared: Slice | null): string => {
  const when = own.window === null ? "all times" : `${isoTime(own.window.startMs)}/${isoTime(own.window.endMs)}`;
  return `${what} of ${when}${shared?.shared == null ? "" : `, against ${shared.shared}`}`;
};

/** Broken input, folded by file: three are named, the rest counted. */
export function foldProblems(source: string, problems: readonly Problem[]): NotChecked[] {
  return [...Map.groupBy(problems, (problem) => problem.source)].map(([file, list]) => {
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

/** What must not pass for quiet: what exists and could not be read, what holds nothing of this time, or nothing to compare it with. */
function unreadGaps(
  source: string,
  { rows, findings, quietWhenEmpty, incomparable, notes = [] }: NonNullable<Gathered>,
  problems: readonly Problem[],
): NotChecked[] {
  if (rows > 0 && incomparable === true && findings.length === 0) {
    const reason = notes.length > 0 ? notes.join("; ") : "no records of both a quiet time and the incident";
    return [
      ...foldProblems(source, problems),
      { source, kind: "incomparable", why: `nothing could be compared: ${reason}` },
    ];
  }
  if (rows > 0 || (quietWhenEmpty === true && problems.length === 0)) return [];
  if (problems.length === 0) return [{ source, kind: "empty", why: "no rows in the window" }];
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

/**
 * A step that asks one source and turns the answer into findings. Bodies go to the store; the state gets keys and strengths.
 *
 * @param source How the report names the source, such as `metrics`.
 */
export function gatherStep(
  deps: AgentDeps,
  node: string,
  source: string,
  gather: (input: GatherInput) => Promise<Gathered>,
): NodeStep {
  return timed(deps, node, async (state, { signal }) => {
    const { analysisId, incidentId } = state;
    const incident = asSeen(await getArtifact(deps.store, analysisId, "incident"), state);
    const telemetry = await deps.incidents.openTelemetry(incidentId);
    const problems: Problem[] = [];
    const fetch: Fetch = { signal, onProblem: (problem) => problems.push(problem) };
    const gathered = await gather({ telemetry, incident, ...slicesOf(incident), fetch });
    if (gathered === null) return { notChecked: [{ source, kind: "absent", why: "not recorded" }] };

    const found = strongest(gathered.findings, MAX_FINDINGS_PER_SOURCE);
    const notes = [...(gathered.notes ?? [])];
    if (found.length < gathered.findings.length)
      notes.push(`kept the strongest ${found.length} of ${gathered.findings.length} findings`);
    const keys = await deps.store.putFindings(analysisId, found);
    const refs = found.flatMap(({ signal, kind, entity, strength }, index): UnnamedRef[] => {
      const key = keys[index];
      return key === undefined ? [] : [{ key, signal, kind, entity: entity.id, strength }];
    });
    const unread = unreadGaps(source, gathered, problems);
    if (unread.length > 0) return { findings: refs, notChecked: unread };
    return {
      findings: refs,
      notChecked: [
        ...foldProblems(source, problems),
        ...notes.map((why): NotChecked => ({ source, kind: "partial", why })),
      ],
    };
  });
}
