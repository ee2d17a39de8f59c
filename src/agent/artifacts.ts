import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type CitedFinding, Finding, FindingRef } from "../domain/finding.ts";
import { Ranking } from "../domain/hypothesis.ts";
import { ResourceForecast } from "../domain/forecast.ts";
import { Incident } from "../domain/incident.ts";
import { ModelInvestigation } from "../domain/model-investigation.ts";
import { Outcome, TriedFix } from "../domain/memory.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import { Runbook, RunbookLink } from "../domain/runbook.ts";
import { Topology } from "../domain/telemetry.ts";
import { ReplicaState } from "../domain/replica-state.ts";

/** `probability`: probability that the incident has the same cause as the past one. */
const Similar = z.array(
  z.object({
    incidentId: z.string(),
    title: z.string(),
    entity: z.string().nullable(),
    cause: z.string().nullable(),
    outcome: Outcome,
    outcomeBy: z.string().nullable(),
    atMs: z.number(),
    probability: z.number(),
    why: z.string(),
    tried: z.array(TriedFix).optional(),
  }),
);
export type Similar = z.infer<typeof Similar>;
/** The findings that the ranking used, with the ids that it cites. */
const FindingRefs = z.array(FindingRef);
const Claims = z.array(z.object({ text: z.string(), evidenceIds: z.array(z.string()) }));
const RunbookChoice = z
  .object({ name: z.string(), why: z.string(), drafted: z.boolean(), text: z.string().nullable() })
  .nullable();
export type RunbookChoice = z.infer<typeof RunbookChoice>;

const RunbookLinks = z.array(RunbookLink);
const AlertRunbookLinks = z.array(RunbookLink.extend({ runbook: z.string().nullable(), title: z.string().nullable() }));
const FoundRunbooks = z.object({ runbooks: z.array(Runbook), hint: z.string().nullable() });
const AlertTexts = z.array(
  z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    expr: z.string(),
  }),
);
const PagesFound = z.array(
  z.object({
    id: z.string(),
    title: z.string(),
    section: z.string().nullable(),
    alerts: z.array(z.string()),
    certainty: z.enum(["very likely", "likely"]),
  }),
);
export type PagesFound = z.infer<typeof PagesFound>;
const Names = z.array(z.string());
const SlisByEntity = z.record(z.string(), z.array(z.string()));

/** Artifacts that nodes store for later nodes, by name. */
const ARTIFACTS = {
  incident: Incident,
  "topology.traces": Topology,
  "topology.cluster": Topology,
  /** Addresses and DNS names of pods and Services, and the entity of each. */
  "cluster.addresses": z.record(z.string(), z.string()),
  /** The tool that delivers each workload and takes a direct change back, by entity. */
  "cluster.deliveries": z.record(
    z.string(),
    z.object({ tool: z.enum(["Argo CD", "Flux", "Helm"]), source: z.string().nullable() }),
  ),
  /** Replicas and rollout strategy of each workload, by entity. */
  "cluster.workloads": z.record(z.string(), ReplicaState),
  topology: Topology,
  "coverage.logs": Names,
  "coverage.metrics": Names,
  "coverage.traces": Names,
  /** SLIs that were measured in the baseline and in the incident, by entity: `latency`, `errors`. */
  "baselineCoverage.metrics": SlisByEntity,
  /** Resources that run out within a day. */
  "metrics.runningOut": z.array(ResourceForecast),
  /** Metric findings if the fault began at the earliest plausible time before the alarm. */
  "metrics.beforeAlarm": z.array(Finding),
  "requests.beforeAlarm": z.array(Finding),
  "baselineCoverage.traces": SlisByEntity,
  "baselineCoverage.requests": SlisByEntity,
  /** Runbook addresses that alerts link to. */
  "alerts.runbooks": RunbookLinks,
  /** The same addresses, with the runbook or page title for each. */
  "runbooks.linked": AlertRunbookLinks,
  /** Runbooks that treat the suspected cause. `hint`: recommended reading if no runbook treats it. */
  "runbooks.found": FoundRunbooks,
  /** What the first alerts say, each name once. */
  "alerts.texts": AlertTexts,
  /** The team's own pages for these alerts. */
  "runbooks.pages": PagesFound,
  findings: FindingRefs,
  ranking: Ranking,
  similar: Similar,
  /** What a model did to find the cause, over all its passes. */
  investigation: ModelInvestigation,
  /** Long results that a model saw in part, by key. For people; nothing reads them again. */
  observations: z.record(z.string(), z.unknown()),
  claims: Claims,
  runbook: RunbookChoice,
} as const;
export type ArtifactName = keyof typeof ARTIFACTS;
type Artifact<Name extends ArtifactName> = z.infer<(typeof ARTIFACTS)[Name]>;

export const putArtifact = <Name extends ArtifactName>(
  store: AnalysisStore,
  analysisId: string,
  name: Name,
  artifact: Artifact<Name>,
): Promise<void> => store.putArtifact(analysisId, name, artifact);

/**
 * Reads an artifact. Null if no node has stored it.
 *
 * @throws {IncidentError} BAD_RESPONSE when the stored value does not have the expected form.
 */
export async function findArtifact<Name extends ArtifactName>(
  store: AnalysisStore,
  analysisId: string,
  name: Name,
): Promise<Artifact<Name> | null> {
  const stored = await store.getArtifact(analysisId, name);
  if (stored == null) return null;
  const parsed = ARTIFACTS[name].safeParse(stored);
  if (parsed.success) return parsed.data as Artifact<Name>;
  const hint = "Another version of Causeway wrote it. Analyze the incident again.";
  throw new IncidentError(
    "BAD_RESPONSE",
    `${name} of analysis ${analysisId} is unreadable:\n${z.prettifyError(parsed.error)}`,
    { hint },
  );
}

/**
 * Reads an artifact that an earlier node must have stored.
 *
 * @throws {IncidentError} NOT_FOUND when it is missing: another version of Causeway began this analysis.
 */
export async function getArtifact<Name extends ArtifactName>(
  store: AnalysisStore,
  analysisId: string,
  name: Name,
): Promise<NonNullable<Artifact<Name>>> {
  const artifact = await findArtifact(store, analysisId, name);
  if (artifact !== null) return artifact;
  throw new IncidentError("NOT_FOUND", `analysis ${analysisId} has no ${name}`, {
    hint: "Another version of Causeway began this analysis. Analyze the incident again.",
  });
}

/** The findings, each with its id from the state. */
export async function citedFindings(
  store: AnalysisStore,
  analysisId: string,
  refs: readonly FindingRef[],
): Promise<CitedFinding[]> {
  const findings = await store.getFindings(
    analysisId,
    refs.map(({ key }) => key),
  );
  return findings.flatMap((finding, index) => {
    const ref = refs[index];
    return ref ? [{ ...finding, id: ref.id }] : [];
  });
}
